package io.mooncake4j.benchmarks.soak;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The latest requests of a lane, to say where bytes that should not be there may have come from.
 * For one thread at a time.
 */
final class History {
  private static final int KEPT = 4_000;
  private static final int MOST_WORDS = 6;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final int SAMPLE_BYTES = 16;

  private record Past(Job job, long beganAt, long endedAt, String outcome) {
    /** What it had in its buffer at the beginning; of a write that is what it wrote. */
    ByteBuffer bytes() {
      return made(job.length(), job.localSeed());
    }
  }

  private final ArrayDeque<Past> past = new ArrayDeque<>();

  /** Notes a request that is over. */
  void add(Job job, long beganAt, String outcome) {
    if (past.size() == KEPT) {
      past.poll();
    }
    past.add(new Past(job, beganAt, System.nanoTime(), outcome));
  }

  void clear() {
    past.clear();
  }

  /**
   * Compares a read that went wrong with what it found in its buffer and with earlier writes.
   *
   * @param job the read
   * @param read the bytes
   * @param known what those of the area should be
   */
  String explain(Job job, ByteBuffer read, ByteBuffer known) {
    int offset = job.offset();
    int length = job.length();
    ByteBuffer found = read.slice();
    ByteBuffer should = known.slice(offset, length);
    ByteBuffer before = made(length, job.localSeed());
    int first = found.mismatch(should);
    int last = first;
    int wrong = 0;
    int untouched = 0;
    int zero = 0;
    for (int i = first; i < length; i++) {
      if (found.get(i) != should.get(i)) {
        wrong++;
        last = i;
        untouched += found.get(i) == before.get(i) ? 1 : 0;
        zero += found.get(i) == 0 ? 1 : 0;
      }
    }
    return wrong
        + " wrong bytes at "
        + (offset + first)
        + " to "
        + (offset + last)
        + ", of which "
        + untouched
        + " as before the read and "
        + zero
        + " zero; first wrong bytes were made by "
        + origins(offset, first, found)
        + "; latest there "
        + latest(offset + first);
  }

  private static ByteBuffer made(int length, long seed) {
    ByteBuffer made = ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
    Lane.fill(made, seed);
    return made;
  }

  private List<String> origins(int offset, int first, ByteBuffer found) {
    List<String> words = new ArrayList<>();
    int sample = Math.min(SAMPLE_BYTES, found.capacity() - first);
    for (Past each : past) {
      int from = offset + first - each.job.offset();
      boolean covers = from >= 0 && from + sample <= each.job.length();
      if (covers && each.bytes().slice(from, sample).equals(found.slice(first, sample))) {
        words.add(words(each));
      }
    }
    return words;
  }

  private List<String> latest(int at) {
    ArrayDeque<String> words = new ArrayDeque<>();
    for (Past each : past) {
      if (each.job.offset() <= at && at - each.job.offset() < each.job.length()) {
        if (words.size() == MOST_WORDS) {
          words.poll();
        }
        words.add(words(each));
      }
    }
    return List.copyOf(words);
  }

  private static String words(Past each) {
    long now = System.nanoTime();
    return each.job
        + (" " + each.outcome + " ")
        + ((now - each.beganAt) / NANOS_PER_MILLI + " to ")
        + ((now - each.endedAt) / NANOS_PER_MILLI + " ms ago");
  }
}

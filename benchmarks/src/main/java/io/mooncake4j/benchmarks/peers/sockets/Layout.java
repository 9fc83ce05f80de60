package io.mooncake4j.benchmarks.peers.sockets;

import io.mooncake4j.benchmarks.peers.PeerShape;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the threads' blocks lie, and in how many requests a batch is moved.
 *
 * @param step the most bytes that one request moves
 * @param oneBlock whether a batch moves one block over and over
 */
record Layout(int step, boolean oneBlock) {
  private static final String STEP = "step=";
  private static final String PATTERN = "pattern=";

  /**
   * Reads one.
   *
   * @param words {@code step=BYTES}, {@code pattern=side-by-side} or {@code pattern=one-block}; by
   *     default one request moves all, and blocks lie side by side
   * @throws IllegalArgumentException when there are others
   */
  static Layout of(List<String> words) {
    int step = Integer.MAX_VALUE;
    boolean oneBlock = false;
    for (String word : words) {
      if (word.startsWith(STEP)) {
        step = Integer.parseInt(word.substring(STEP.length()));
      } else if (word.equals(PATTERN + "one-block") || word.equals(PATTERN + "side-by-side")) {
        oneBlock = word.endsWith("one-block");
      } else {
        throw new IllegalArgumentException(
            "'%s' is neither step=BYTES nor pattern=side-by-side nor pattern=one-block"
                .formatted(word));
      }
    }
    return new Layout(step, oneBlock);
  }

  /** Checks it. */
  Layout {
    if (step < 1) {
      throw new IllegalArgumentException(step + " bytes in a request: at least 1");
    }
  }

  /** Returns how many bytes of memory each thread has. */
  long threadBytes(PeerShape shape) {
    return oneBlock ? shape.blockBytes() : shape.batchBytes();
  }

  /** Returns what one thread's batch asks for, one after the other. */
  List<Request> requests(PeerShape shape, int thread) {
    int length = Math.toIntExact(threadBytes(shape));
    int begin = Math.toIntExact((long) length * thread);
    int moves = oneBlock ? shape.batch() : 1;
    int atOnce = Math.max(1, step / length);
    List<Request> requests = new ArrayList<>();
    for (int left = moves; left > 0; left -= Math.min(atOnce, left)) {
      int times = Math.min(atOnce, left);
      for (int done = 0; done < length; done += Math.min(step, length - done)) {
        int part = Math.min(step, length - done);
        requests.add(new Request(shape.write(), begin + done, part, times));
      }
    }
    return requests;
  }
}

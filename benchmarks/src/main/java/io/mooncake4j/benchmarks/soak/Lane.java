package io.mooncake4j.benchmarks.soak;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/**
 * What one worker knows of the bytes of an area of a peer that nobody else writes to: their values,
 * or, where a write has failed that may land, that each is the old one or the new one. For one
 * thread at a time.
 */
final class Lane {
  /** After so long nothing of a failed write is under way any more. */
  private static final long DOUBT_NANOS = 8_000_000_000L;

  /** A range that a failed write may have changed, to what a seed makes. */
  record Doubt(int offset, int length, long seed, long endsAt) {
    boolean touches(int from, int bytes) {
      return offset < from + bytes && from < offset + length;
    }
  }

  private final String front;
  private final int area;
  private final ByteBuffer known;
  private final List<Doubt> doubts = new ArrayList<>();
  private final History history = new History();
  private boolean up;

  /** When the latest of those requests began that were carried out. */
  private long servedBegan = Long.MIN_VALUE;

  Lane(String front, int area, int bytes) {
    this.front = front;
    this.area = area;
    this.known = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  String front() {
    return front;
  }

  /** Which of the peer's areas it is. */
  int area() {
    return area;
  }

  int bytes() {
    return known.capacity();
  }

  boolean isUp() {
    return up;
  }

  /** The peer has just been started: all its bytes are zero. */
  void up() {
    doubts.clear();
    history.clear();
    servedBegan = Long.MIN_VALUE;
    for (int at = 0; at + Long.BYTES <= known.capacity(); at += Long.BYTES) {
      known.putLong(at, 0);
    }
    for (int at = known.capacity() & -Long.BYTES; at < known.capacity(); at++) {
      known.put(at, (byte) 0);
    }
    up = true;
  }

  void down() {
    up = false;
  }

  History history() {
    return history;
  }

  /** A request that began then was carried out. */
  void served(long beganAt) {
    servedBegan = Math.max(servedBegan, beganAt);
  }

  /** Whether a request that began after a time was carried out. */
  boolean wasServedAfter(long nanos) {
    return servedBegan > nanos;
  }

  boolean isInDoubt(int offset, int length) {
    return doubts.stream().anyMatch(doubt -> doubt.touches(offset, length));
  }

  void wrote(int offset, ByteBuffer bytes) {
    known.put(offset, bytes, bytes.position(), bytes.remaining());
  }

  void mayHaveWritten(int offset, int length, long seed, long now) {
    doubts.add(new Doubt(offset, length, seed, now + DOUBT_NANOS));
  }

  /** A doubt that can be resolved by reading now, or null. */
  Doubt oldDoubt(long now) {
    return doubts.isEmpty() || now - doubts.get(0).endsAt < 0 ? null : doubts.get(0);
  }

  boolean hasDoubts() {
    return !doubts.isEmpty();
  }

  /** Compares bytes that were read; null when they are right, else what is wrong. */
  String compare(int offset, ByteBuffer read) {
    int at = known.slice(offset, read.remaining()).mismatch(read.slice());
    return at < 0 ? null : wrong(offset + at, read.get(read.position() + at));
  }

  /** Says more of a difference that {@link #compare} has found. */
  String explain(Job job, ByteBuffer read) {
    return history.explain(job, read, known);
  }

  /** Learns what a doubtful range has become; null when every byte is old or new. */
  String resolve(Doubt doubt, ByteBuffer read) {
    doubts.remove(doubt);
    ByteBuffer candidate = ByteBuffer.allocateDirect(doubt.length).order(ByteOrder.nativeOrder());
    fill(candidate, doubt.seed);
    for (int i = 0; i < doubt.length; i++) {
      byte now = read.get(read.position() + i);
      if (now != known.get(doubt.offset + i) && now != candidate.get(i)) {
        return wrong(doubt.offset + i, now)
            + ", and a failed write would have made it "
            + candidate.get(i);
      }
      known.put(doubt.offset + i, now);
    }
    return null;
  }

  private String wrong(int at, byte found) {
    return "byte " + at + " of " + this + " is " + found + ", not " + known.get(at);
  }

  long checksum() {
    return checksum(known.duplicate().clear());
  }

  static long checksum(ByteBuffer bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    return sum.getValue();
  }

  /** Fills a buffer from its position to its limit, which stay. */
  static void fill(ByteBuffer buffer, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int at = buffer.position();
    for (; at + Long.BYTES <= buffer.limit(); at += Long.BYTES) {
      buffer.putLong(at, random.nextLong());
    }
    for (; at < buffer.limit(); at++) {
      buffer.put(at, (byte) random.nextInt());
    }
  }

  @Override
  public String toString() {
    return "area " + area + " of " + front;
  }
}

package io.mooncake4j.core.local;

import io.mooncake4j.spi.LocalRegion;
import java.util.function.BooleanSupplier;

/**
 * Moves bytes between host regions. Where the ranges overlap the outcome is as if all bytes were
 * read before the first is written. Allocates nothing.
 */
final class MemoryMove {
  /** Short enough to be stopped soon, and for a thread to be stopped by the JVM meanwhile. */
  static final int PIECE = 1 << 20;

  private MemoryMove() {}

  private static boolean never() {
    return false;
  }

  /** Says whether two ranges of a length share bytes without being the same. */
  static boolean overlap(long source, long destination, long length) {
    return source != destination && Math.abs(destination - source) < length;
  }

  /** Returns how many pieces a length has. */
  static int pieces(long length) {
    return Math.toIntExact((length + PIECE - 1) / PIECE);
  }

  /** Moves a whole range. */
  static void all(LocalRegion source, long from, LocalRegion destination, long to, long length) {
    all(source, from, destination, to, length, MemoryMove::never);
  }

  /** Moves a whole range, or part of it: until {@code stopped}, which is asked between pieces. */
  static void all(
      LocalRegion source,
      long from,
      LocalRegion destination,
      long to,
      long length,
      BooleanSupplier stopped) {
    int count = pieces(length);
    // What a piece overwrites must have been read before: begin at the side that is moved to.
    boolean backwards = destination.address() + to > source.address() + from;
    for (int i = 0; i < count && !stopped.getAsBoolean(); i++) {
      piece(source, from, destination, to, length, backwards ? count - 1 - i : i);
    }
  }

  /** Moves one of the pieces of a range. */
  static void piece(
      LocalRegion source, long from, LocalRegion destination, long to, long length, int index) {
    long start = (long) index * PIECE;
    int bytes = (int) Math.min(PIECE, length - start);
    int fromWindow = source.windowIndex(from + start);
    int toWindow = destination.windowIndex(to + start);
    destination
        .window(toWindow)
        .put(
            (int) (to + start - destination.windowStart(toWindow)),
            source.window(fromWindow),
            (int) (from + start - source.windowStart(fromWindow)),
            bytes);
  }
}

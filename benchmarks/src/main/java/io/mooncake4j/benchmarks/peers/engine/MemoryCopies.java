package io.mooncake4j.benchmarks.peers.engine;

import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.ffi.NativeLibrary;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One thread that copies blocks from one region to another, as the yardstick of shared memory. */
final class MemoryCopies {
  /** The C library's functions that are called. */
  public interface Functions {
    /**
     * Copies bytes.
     *
     * @param to the first byte to write
     * @param from the first byte to read
     * @param count how many
     * @return {@code to}
     */
    long memcpy(long to, long from, long count);
  }

  private final MemoryRegion from;
  private final MemoryRegion to;
  private final int block;
  private final long footprint;

  /**
   * Prepares copies.
   *
   * @param from is read
   * @param to is written, at the same offsets
   * @param block bytes of one copy
   * @param footprint bytes to walk through again and again
   */
  MemoryCopies(MemoryRegion from, MemoryRegion to, int block, long footprint) {
    this.from = from;
    this.to = to;
    this.block = block;
    this.footprint = footprint;
  }

  /** Copies by the C library's memcpy for a time. */
  String byLibrary(long nanos) {
    Functions library = NativeLibrary.find(Functions.class, "libc.so.6").value();
    long source = from.address();
    long sink = to.address();
    return loop(
        nanos, i -> library.memcpy(sink + (long) i * block, source + (long) i * block, block));
  }

  /** Copies by the JDK's buffers for a time. */
  String byBuffers(long nanos) {
    List<ByteBuffer> sources = new ArrayList<>();
    List<ByteBuffer> sinks = new ArrayList<>();
    for (long offset = 0; offset + block <= footprint; offset += block) {
      sources.add(from.window(offset, block));
      sinks.add(to.window(offset, block));
    }
    return loop(nanos, i -> sinks.get(i).put(0, sources.get(i), 0, block));
  }

  private interface Copy {
    void copy(int index);
  }

  private String loop(long nanos, Copy copy) {
    int blocks = (int) (footprint / block);
    long copies = 0;
    long begin = System.nanoTime();
    long now = begin;
    while (now - begin < nanos) {
      for (int i = 0; i < blocks; i++) {
        copy.copy(i);
      }
      copies += blocks;
      now = System.nanoTime();
    }
    return String.format(
        Locale.ROOT,
        "{\"bytes\":%d,\"requests\":%d,\"seconds\":%.6f,\"p50_us\":null,\"p99_us\":null}",
        copies * block,
        copies,
        (now - begin) / 1e9);
  }
}

package io.mooncake4j.plugins.tcp;

import io.mooncake4j.spi.LocalRegion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.GatheringByteChannel;
import java.util.Arrays;

/**
 * Collects frames and payloads and writes them with few system calls, straight from registered
 * memory.
 *
 * <p>For one thread. Payloads are in use until {@link #flush} has returned or thrown.
 */
final class GatherWriter {
  /** Most bytes in one system call, so that a slow link still shows progress. */
  static final int CHUNK_BYTES = 1 << 20;

  /** Bytes worth a system call: small requests are collected up to this. */
  static final int BATCH_BYTES = 256 << 10;

  /** Most payloads collected. */
  static final int BATCH_PAYLOADS = 64;

  private static final int FRAME_BYTES = 4096;

  /** A run of frames before each payload and one behind the last. */
  private static final int VECTOR = 2 * BATCH_PAYLOADS + 2;

  private final Progress progress;
  private final WindowCache windows = new WindowCache();
  private final ByteBuffer frames =
      ByteBuffer.allocateDirect(FRAME_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final ByteBuffer[] frameRuns = new ByteBuffer[VECTOR];
  private final ByteBuffer[] vector = new ByteBuffer[VECTOR];
  private GatheringByteChannel channel;
  private int runs;
  private int runStart;
  private int count;

  /** The first buffer that is not wholly written. */
  private int first;

  private long pending;
  private long written;

  GatherWriter(Progress progress) {
    this.progress = progress;
    for (int i = 0; i < frameRuns.length; i++) {
      frameRuns[i] = frames.duplicate();
    }
  }

  /** Begins anew on a channel. */
  void attach(GatheringByteChannel to) {
    channel = to;
    written = 0;
    reset();
  }

  WindowCache windows() {
    return windows;
  }

  /** Bytes appended since {@link #attach}, written or not. */
  long appended() {
    return written + pending;
  }

  /** Bytes that the kernel has taken since {@link #attach}; exact even after an error. */
  long written() {
    return written;
  }

  boolean isEmpty() {
    return pending == 0;
  }

  /** Whether enough is collected for a system call. */
  boolean isFull() {
    return pending >= BATCH_BYTES || count > VECTOR - 3;
  }

  /** Makes room for a frame of so many bytes, which the caller puts at the buffer's position. */
  ByteBuffer frame(int bytes) throws IOException {
    if (frames.remaining() < bytes) {
      flush();
    }
    pending += bytes;
    return frames;
  }

  /** Appends memory, writing what is collected whenever it is a chunk. */
  void payload(LocalRegion region, long offset, long length) throws IOException {
    long at = offset;
    long left = length;
    while (left > 0) {
      if (count > VECTOR - 3) {
        flush();
      }
      int piece = (int) Math.min(left, CHUNK_BYTES);
      closeRun();
      vector[count++] = windows.view(region, at, piece);
      pending += piece;
      at += piece;
      left -= piece;
      if (pending >= CHUNK_BYTES) {
        flush();
      }
    }
  }

  /** Writes everything. After an exception the channel is of no more use. */
  void flush() throws IOException {
    if (pending == 0) {
      return;
    }
    closeRun();
    progress.begin();
    try {
      while (pending > 0) {
        if (write() == 0) {
          throw new IllegalStateException("flush needs a channel that waits");
        }
      }
    } finally {
      progress.end();
    }
    reset();
  }

  /** Writes what a channel that does not block takes; false when something is left to flush. */
  boolean flushWhatFits() throws IOException {
    if (pending == 0) {
      return true;
    }
    closeRun();
    long bytes;
    do {
      bytes = write();
    } while (bytes > 0 && pending > 0);
    if (pending > 0) {
      return false;
    }
    reset();
    return true;
  }

  private long write() throws IOException {
    long bytes = channel.write(vector, first, count - first);
    written += bytes;
    pending -= bytes;
    if (bytes > 0) {
      progress.moved();
    }
    while (first < count && !vector[first].hasRemaining()) {
      first++;
    }
    return bytes;
  }

  private void closeRun() {
    if (frames.position() > runStart) {
      vector[count++] = frameRuns[runs++].limit(frames.position()).position(runStart);
      runStart = frames.position();
    }
  }

  private void reset() {
    frames.clear();
    Arrays.fill(vector, 0, count, null);
    runs = 0;
    runStart = 0;
    count = 0;
    first = 0;
    pending = 0;
    windows.recycle();
  }
}

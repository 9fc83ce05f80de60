package io.mooncake4j.metadata.server.records;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/** Reads a file of changes and finds out what is whole in it. Memory is bounded by its frames. */
final class LogReader {
  private static final int WINDOW_BYTES = 1 << 16;

  /**
   * What a file holds.
   *
   * @param records as the whole frames leave them
   * @param salt of the file
   * @param size of the file in bytes
   * @param wholeBytes up to which it is whole; less than the size with a torn end or damage
   * @param frames whole ones up to there
   * @param framesBehind whole ones behind it: with any, the file is damaged, not just torn
   */
  record Content(
      Map<String, byte[]> records,
      long salt,
      long size,
      long wholeBytes,
      int frames,
      int framesBehind) {}

  private final FileChannel file;
  private final long size;
  private final Map<String, byte[]> records = new HashMap<>();
  private long salt;

  private LogReader(FileChannel file) throws IOException {
    this.file = file;
    this.size = file.size();
  }

  /** Reads a file; null when it is no such file. */
  static Content read(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      return new LogReader(file).read();
    }
  }

  /** Says whether a file begins as ours do, or is empty. */
  static boolean isOurs(Path path) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      LogReader reader = new LogReader(file);
      return reader.size == 0 || reader.head() != null;
    }
  }

  /** Reads the beginning; null when it is not that of such a file. */
  private byte[] head() throws IOException {
    byte[] head = size < Frames.FILE_HEAD_BYTES ? null : bytes(0, Frames.FILE_HEAD_BYTES);
    return head != null && Frames.isFileHead(head) ? head : null;
  }

  private Content read() throws IOException {
    byte[] head = head();
    if (head == null) {
      return null;
    }
    salt = Frames.saltOf(head);
    long position = Frames.FILE_HEAD_BYTES;
    int frames = 0;
    for (long next = frame(position); next > 0; next = frame(position)) {
      position = next;
      frames++;
    }
    return new Content(records, salt, size, position, frames, framesBehind(position));
  }

  /** Reads the frame at a place; returns the place behind it, or -1 when there is no whole one. */
  private long frame(long position) throws IOException {
    if (size - position < Frames.FRAME_HEAD_BYTES) {
      return -1;
    }
    ByteBuffer head = ByteBuffer.wrap(bytes(position, Frames.FRAME_HEAD_BYTES));
    long begin = position + Frames.FRAME_HEAD_BYTES;
    int length = Frames.contentLength(head, salt, position);
    if (length < 0 || length > size - begin) {
      return -1;
    }
    byte[] content = bytes(begin, length);
    if (!Frames.isContent(head, content, salt, position)) {
      return -1;
    }
    Frames.apply(content, records);
    return begin + length;
  }

  private int framesBehind(long broken) throws IOException {
    int frames = 0;
    long position = broken + 1;
    while (size - position >= Frames.FRAME_HEAD_BYTES) {
      long begin = nextHead(position);
      if (begin < 0) {
        break;
      }
      long next = frame(begin);
      frames += next > 0 ? 1 : 0;
      position = next > 0 ? next : begin + 1;
    }
    return frames;
  }

  /** Finds the next place from which a whole head of a frame can be read, or -1. */
  private long nextHead(long from) throws IOException {
    for (long start = from; size - start >= Frames.FRAME_HEAD_BYTES; ) {
      ByteBuffer window = ByteBuffer.wrap(bytes(start, (int) Math.min(WINDOW_BYTES, size - start)));
      int last = window.limit() - Frames.FRAME_HEAD_BYTES;
      for (int i = 0; i <= last; i++) {
        window.position(i);
        if (Frames.contentLength(window, salt, start + i) >= 0) {
          return start + i;
        }
      }
      start += last + 1;
    }
    return -1;
  }

  private byte[] bytes(long position, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (file.read(buffer, position + buffer.position()) < 0) {
        throw new EOFException("the file became shorter while it was read");
      }
    }
    return buffer.array();
  }
}

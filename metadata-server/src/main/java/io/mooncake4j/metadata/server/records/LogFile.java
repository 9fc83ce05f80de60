package io.mooncake4j.metadata.server.records;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/**
 * A file that grows at its end. Its operations ignore interrupts, which would close a channel. Used
 * by one thread at a time.
 */
interface LogFile extends Closeable {
  /** Opens files. */
  @FunctionalInterface
  interface Opener {
    LogFile open(Path path) throws IOException;
  }

  /** Writes all bytes behind the first {@code position} ones. */
  void write(long position, byte[] bytes) throws IOException;

  /** Cuts off what lies behind. */
  void truncate(long length) throws IOException;

  /** Returns when all that was written is on disk. */
  void sync() throws IOException;

  /** Opens a real file, and makes it where there is none. */
  static LogFile open(Path path) throws IOException {
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    return new LogFile() {
      @Override
      public void write(long position, byte[] bytes) throws IOException {
        file.seek(position);
        file.write(bytes);
      }

      @Override
      public void truncate(long length) throws IOException {
        file.setLength(length);
      }

      @Override
      public void sync() throws IOException {
        file.getFD().sync();
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }
}

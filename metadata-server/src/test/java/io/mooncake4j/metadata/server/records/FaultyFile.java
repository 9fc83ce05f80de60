package io.mooncake4j.metadata.server.records;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** Real files that fail on demand; a write that fails leaves the first half of its bytes behind. */
final class FaultyFile implements LogFile.Opener {
  enum Operation {
    OPEN,
    WRITE,
    TRUNCATE,
    SYNC
  }

  private final Set<Operation> failing = EnumSet.noneOf(Operation.class);

  void fail(Operation... operations) {
    failing.clear();
    failing.addAll(Arrays.asList(operations));
  }

  private void check(Operation operation) throws IOException {
    if (failing.contains(operation)) {
      throw new IOException("No space left on device");
    }
  }

  @Override
  public LogFile open(Path path) throws IOException {
    check(Operation.OPEN);
    LogFile file = LogFile.open(path);
    return new LogFile() {
      @Override
      public void write(long position, byte[] bytes) throws IOException {
        if (failing.contains(Operation.WRITE)) {
          file.write(position, Arrays.copyOf(bytes, bytes.length / 2));
        }
        check(Operation.WRITE);
        file.write(position, bytes);
      }

      @Override
      public void truncate(long length) throws IOException {
        check(Operation.TRUNCATE);
        file.truncate(length);
      }

      @Override
      public void sync() throws IOException {
        check(Operation.SYNC);
        file.sync();
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }
}

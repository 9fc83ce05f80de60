package io.mooncake4j.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OtherProcessTest {
  @TempDir Path folder;

  @Test
  void bytesAreCopiedBothWays() throws Exception {
    Process process =
        ChildProcess.start(SharedMemoryTest.Owner.class, folder.resolve("errors").toFile());
    try (NativeMemory own = NativeMemory.allocate(4096)) {
      long remote = Long.parseLong(ChildProcess.line(process).split(" ", -1)[1]);
      OtherProcess other = new OtherProcess(process.pid());
      Attempt<Void> read = other.read(remote, own.address(), 8);
      assumeTrue(read.succeeded() || !read.errno().orElseThrow().equals(Errno.EPERM), read.cause());
      assertThat(read.succeeded()).as(read.cause()).isTrue();
      assertThat(own.window(0, 8).getLong()).isEqualTo(42);
      own.window(0, 8).putLong(0, 4711);
      Attempt<Void> written = other.write(remote + 8, own.address(), 8);
      assertThat(written.succeeded()).as(written.cause()).isTrue();
      ChildProcess.proceed(process);
      assertThat(ChildProcess.line(process)).isEqualTo("4711");

      assertThat(other.read(4096, own.address(), 8).errno()).hasValue(Errno.EFAULT);
      assertThat(other.read(remote, own.address(), 0).succeeded()).isTrue();
      ChildProcess.kill(process);
      Attempt<Void> dead = other.write(remote, own.address(), 8);
      assertThat(dead.succeeded()).isFalse();
      assertThat(dead.cause()).contains("process " + process.pid()).contains("ESRCH");
    } finally {
      ChildProcess.kill(process);
    }
  }

  @Test
  void rangesAndNumbersThatCannotBeAreRefused() {
    for (long pid : new long[] {0, -1, 1L << 32}) {
      assertThatThrownBy(() -> new OtherProcess(pid)).isInstanceOf(IllegalArgumentException.class);
    }
    OtherProcess other = new OtherProcess(1);
    long[][] ranges = {{0, 1, 1}, {1, 0, 1}, {1, 1, -1}, {Long.MAX_VALUE, 1, 2}};
    for (long[] range : ranges) {
      assertThatThrownBy(() -> other.read(range[0], range[1], range[2]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}

package io.mooncake4j.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Sends SIGINT, which the JDK cannot. */
final class Signals {
  private static final int SIGINT = 2;

  private Signals() {}

  /** Skips the test where children inherit that SIGINT is ignored, as in a shell's background. */
  static void assumeNotIgnored() throws Exception {
    String mask =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .findFirst()
            .orElse("SigIgn: 0")
            .substring("SigIgn:".length())
            .strip();
    long ignored = Long.parseUnsignedLong(mask, 16) >> (SIGINT - 1) & 1;
    assumeTrue(ignored == 0, "SIGINT is ignored by this process and its children");
  }

  /** Sends SIGINT. */
  static void interrupt(ProcessHandle process) throws Exception {
    Process kill = new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start();
    assertThat(kill.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(kill.exitValue()).isZero();
  }
}

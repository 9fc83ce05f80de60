package io.mooncake4j.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.cli.MooncakeProcess;
import io.mooncake4j.testkit.sim.SimVirtualProvider;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A transport that says all is well and delivers a wrong byte is found out. */
class DataIntegrityTest {
  private static List<String> output;

  @BeforeAll
  static void runScenarios(@TempDir Path folder) throws Exception {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(
        services.resolve("io.mooncake4j.spi.TransportProvider"),
        SimVirtualProvider.class.getName());
    List<String> command = new ArrayList<>(MooncakeProcess.java());
    int path = command.size() - 1;
    command.set(path, command.get(path) + File.pathSeparator + folder);
    command.add(IntegrityScenarios.class.getName());
    try (MooncakeProcess scenarios = MooncakeProcess.run(null, command)) {
      assertThat(scenarios.exitCode()).as(scenarios.toString()).isZero();
      output = scenarios.output().lines().toList();
    }
  }

  private static String told(String scenario) {
    String head = scenario + ": ";
    return output.stream()
        .filter(line -> line.startsWith(head))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing is told of " + scenario + " in " + output))
        .substring(head.length());
  }

  @Test
  void validationPassesOverAGoodTransport() {
    assertThat(told("validate")).matches("batches=[1-9]\\d* errors=0 passed");
  }

  @Test
  void validationFindsAByteThatWasWrittenWrongly() {
    assertThat(told("validate a wrong write"))
        .contains("Detect data integrity problem: thread ", "1 bytes of the block are wrong");
  }

  @Test
  void validationFindsAFaultThatComesLater() {
    assertThat(told("validate a late fault"))
        .doesNotStartWith("batches=0 ")
        .contains("Detect data integrity problem: thread ");
    assertThat(Long.parseLong(told("seconds of a late fault")))
        .as("it does not go on until the end")
        .isLessThan(40);
  }

  @Test
  void verificationComparesEveryByte() {
    int bytes = IntegrityScenarios.THREADS * IntegrityScenarios.BATCH * IntegrityScenarios.BLOCK;
    assertThat(told("verify")).isEqualTo("compared " + bytes);
  }

  @Test
  void verificationTellsTheOffsetAndBothBytes() {
    assertThat(told("verify a wrong read"))
        .matches(
            "verification failed in 127.*\\(thread 0\\) at byte 17:"
                + " expected 0x[0-9a-f]{2}, found 0x[0-9a-f]{2}; 1 bytes of the block are wrong");
    assertThat(told("verify wrong writes"))
        .contains("(thread 0) at byte " + (IntegrityScenarios.BLOCK - 1) + ":");
  }

  @Test
  void aFailedRequestIsCountedAndEndsTheRun() {
    assertThat(told("bench with failures"))
        .matches("batches=0 errors=[1-9]\\d* .+")
        .doesNotEndWith("passed");
  }

  /** Thread 2 of three shares with thread 0 when there are two buffers. */
  @Test
  void threadsUseThePeersBufferOfTheirLocalBuffersNumber() {
    assertThat(told("buffers")).isEqualTo("true false true");
  }
}

package io.mooncake4j.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
  private final StringWriter screen = new StringWriter();

  @Test
  void growsOnOneLineAndGoesAway() {
    try (ProgressBar bar = new ProgressBar(new PrintWriter(screen), 200)) {
      bar.step("writing", 100);
      assertThat(screen.toString())
          .isEqualTo("\rwriting      [" + "#".repeat(20) + ".".repeat(20) + "]  50 %");
      bar.step("reading back", 100);
      assertThat(screen.toString()).endsWith("\rreading back [" + "#".repeat(40) + "] 100 %");
    }
    assertThat(screen.toString()).endsWith(" \r").doesNotContain("\n");
  }

  @Test
  void drawsAtMostTenTimesASecond() {
    try (ProgressBar bar = new ProgressBar(new PrintWriter(screen), 1_000_000)) {
      for (int i = 0; i < 1000; i++) {
        bar.step("writing", 1);
      }
    }
    assertThat(screen.toString().chars().filter(c -> c == '[').count()).isBetween(1L, 100L);
  }

  @Test
  void drawsNothingWithoutATerminal() {
    try (ProgressBar bar = new ProgressBar(null, 10)) {
      bar.step("writing", 10);
    }
    assertThat(screen.toString()).isEmpty();
  }
}

package io.mooncake4j.ffi;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OpenFileLimitTest {
  @Test
  void theSoftLimitIsRead() {
    String limits = "Max processes   1  2  processes\nMax open files   1024   4096   files\n";
    assertThat(OpenFileLimit.parse(limits)).hasValue(1024);
    assertThat(OpenFileLimit.parse("Max open files   unlimited   unlimited   files")).isEmpty();
    assertThat(OpenFileLimit.parse("")).isEmpty();
    OpenFileLimit.soft().ifPresent(limit -> assertThat(limit).isPositive());
  }
}

package io.mooncake4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.plugins.tcp.RequestRingBenchmark;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark runs: one short iteration each, in this process. The times say nothing. */
@Tag("slow")
@Timeout(120)
class BenchmarksRunTest {
  static List<Class<?>> benchmarks() {
    return List.of(
        SubmissionBenchmark.class,
        LocalCopyBenchmark.class,
        HeaderCodecBenchmark.class,
        RegionLookupBenchmark.class,
        RequestRingBenchmark.class);
  }

  @ParameterizedTest
  @MethodSource("benchmarks")
  void itRuns(Class<?> benchmark) throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(benchmark.getName() + "\\.")
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(20))
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true);
    if (benchmark == LocalCopyBenchmark.class) {
      options = options.param("bytes", "4096", "4194304").param("threads", "0", "2");
    }
    assertThat(new Runner(options.build()).run())
        .isNotEmpty()
        .allSatisfy(BenchmarksRunTest::assertMeasured);
  }

  private static void assertMeasured(RunResult result) {
    assertThat(result.getPrimaryResult().getScore()).isPositive();
  }
}

package io.mooncake4j.benchmarks;

import java.util.Collection;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs {@link SubmissionBenchmark} under JMH's gc profiler and fails when submission and completion
 * allocate memory per slice. What is allocated once per batch is allowed.
 */
public final class AllocationCheck {
  /** Below one byte for each of 128 requests nothing can be allocated for each. */
  private static final double MAX_BYTES_PER_SLICE = 1.0;

  private static final int REQUESTS = 128;

  private AllocationCheck() {}

  /**
   * Runs it.
   *
   * @param arguments none
   * @throws RunnerException when JMH fails
   */
  public static void main(String[] arguments) throws RunnerException {
    Options options =
        new OptionsBuilder()
            .include(SubmissionBenchmark.class.getName())
            .param("requests", String.valueOf(REQUESTS))
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true)
            .build();
    Collection<RunResult> results = new Runner(options).run();
    boolean passed = !results.isEmpty();
    for (RunResult result : results) {
      double bytes = result.getSecondaryResults().get("gc.alloc.rate.norm").getScore() / REQUESTS;
      boolean good = bytes < MAX_BYTES_PER_SLICE;
      System.out.printf(
          "%s %s: %.3f bytes allocated per slice, allowed are less than %.0f%n",
          good ? "PASS" : "FAIL",
          result.getParams().getParam("transport"),
          bytes,
          MAX_BYTES_PER_SLICE);
      passed &= good;
    }
    System.exit(passed ? 0 : 1);
  }
}

package io.mooncake4j.cli.bench;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;

/**
 * How busy this host is, so that a reader can tell a slow transport from a busy machine.
 *
 * @param cpus how many this process may use
 * @param before runnable tasks, averaged over the minute before the run; negative when unknown
 * @param after the same at its end
 * @param cpuSeconds the time of this process on CPUs
 */
record HostLoad(int cpus, double before, double after, double cpuSeconds) {
  /**
   * Measures.
   *
   * @return the load of now, and all CPU time since the process began
   */
  static HostLoad now() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    Optional<Duration> time = ProcessHandle.current().info().totalCpuDuration();
    return new HostLoad(
        Runtime.getRuntime().availableProcessors(),
        load,
        load,
        time.orElse(Duration.ZERO).toNanos() / 1e9);
  }

  /**
   * Returns the difference.
   *
   * @param start an earlier measurement
   * @return the loads of both, and the CPU time between them
   */
  HostLoad since(HostLoad start) {
    return new HostLoad(cpus, start.before, after, cpuSeconds - start.cpuSeconds);
  }
}

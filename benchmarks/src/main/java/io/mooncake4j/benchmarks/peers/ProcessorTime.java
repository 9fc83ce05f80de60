package io.mooncake4j.benchmarks.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/**
 * Processor time of processes, user and system, as Linux tells it in /proc/PID/stat (man 5 proc):
 * in units of 10 ms, threads that have ended included.
 */
final class ProcessorTime {
  /** The kernel's USER_HZ, which is 100 on every architecture that the JDK runs on. */
  private static final double TICKS_PER_SECOND = 100.0;

  /** Fields after the command's closing bracket: state is 0, utime 11, stime 12. */
  private static final int USER_FIELD = 11;

  private static final int SYSTEM_FIELD = 12;

  private ProcessorTime() {}

  /** Seconds that these processes and this one have used since they were started. */
  static double seconds(Collection<Long> others) throws IOException {
    double sum = seconds(ProcessHandle.current().pid());
    for (long pid : others) {
      sum += seconds(pid);
    }
    return sum;
  }

  private static double seconds(long pid) throws IOException {
    String line = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
    // The command may hold spaces and brackets; what follows its last bracket does not.
    String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", SYSTEM_FIELD + 2);
    return (Long.parseLong(fields[USER_FIELD]) + Long.parseLong(fields[SYSTEM_FIELD]))
        / TICKS_PER_SECOND;
  }
}

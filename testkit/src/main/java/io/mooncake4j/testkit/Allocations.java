package io.mooncake4j.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Counts the bytes that threads allocate on the heap, to show that a steady state allocates
 * nothing. Immutable; {@link #bytesSince} may be called from any thread.
 *
 * <p>Warm the code up first: class loading, lambdas and compiled code count too. Compare the bytes
 * per operation with a small tolerance, not with 0: the virtual machine itself allocates a little.
 */
public final class Allocations {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Predicate<Thread> chosen;
  private final Map<Long, Long> before;

  private Allocations(Predicate<Thread> chosen) {
    this.chosen = chosen;
    this.before = now();
  }

  /**
   * Starts to count for all threads that live now and match.
   *
   * @param chosen which threads; asked again when the count is read
   * @return the count so far is 0
   */
  public static Allocations of(Predicate<Thread> chosen) {
    return new Allocations(chosen);
  }

  /**
   * Starts to count for the calling thread.
   *
   * @return the count so far is 0
   */
  public static Allocations ofThisThread() {
    Thread self = Thread.currentThread();
    return new Allocations(thread -> thread == self);
  }

  /**
   * Returns what the threads have allocated since the start; threads that began later count wholly.
   *
   * @return bytes
   */
  public long bytesSince() {
    long sum = 0;
    for (Map.Entry<Long, Long> thread : now().entrySet()) {
      sum += thread.getValue() - before.getOrDefault(thread.getKey(), 0L);
    }
    return sum;
  }

  private Map<Long, Long> now() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(chosen)
        .collect(
            Collectors.toMap(
                Allocations::idOf,
                thread -> Math.max(0, THREADS.getThreadAllocatedBytes(idOf(thread)))));
  }

  // Thread.getId is the only way on Java 17 and deprecated from 19 on, which release 17 hides.
  private static long idOf(Thread thread) {
    return thread.getId();
  }
}

package io.mooncake4j.testkit.sim;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * The script of faults of one {@link SimulatedNetwork}: rules that strike slices, the oldest
 * matching rule first. Safe from any thread; takes effect for slices that have not been started.
 * Without rules nothing is allocated per slice.
 */
public final class Faults {
  private final List<Rule> rules = new CopyOnWriteArrayList<>();

  Faults() {}

  /**
   * Strikes the next slices that match.
   *
   * @param match which slices
   * @param times how many of them
   * @param fault what happens to each
   * @return counts how often it has struck
   */
  public AtomicInteger next(Predicate<SimulatedCopy> match, int times, Fault fault) {
    Rule rule = new Rule(match, times, fault, new AtomicInteger());
    rules.add(rule);
    return rule.struck;
  }

  /**
   * Strikes all slices that match, until {@link #clear}.
   *
   * @param match which slices
   * @param fault what happens to each
   * @return counts how often it has struck
   */
  public AtomicInteger every(Predicate<SimulatedCopy> match, Fault fault) {
    return next(match, Integer.MAX_VALUE, fault);
  }

  /** Forgets all rules; what is stalled stays so until its stall is released. */
  public void clear() {
    rules.clear();
  }

  boolean isEmpty() {
    return rules.isEmpty();
  }

  /** Takes the fault for a slice, or null. */
  Fault take(SimulatedCopy copy) {
    for (Rule rule : rules) {
      if (rule.match.test(copy) && rule.strike()) {
        return rule.fault;
      }
    }
    return null;
  }

  private record Rule(
      Predicate<SimulatedCopy> match, int times, Fault fault, AtomicInteger struck) {
    boolean strike() {
      return struck.getAndUpdate(count -> Math.min(count + 1, times)) < times;
    }
  }
}

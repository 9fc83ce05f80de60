package io.mooncake4j.spi;

import java.util.function.LongSupplier;

/** Where a provider counts things; names get the provider's prefix. Safe from any thread. */
public interface Metrics {
  /**
   * Makes or finds a counter.
   *
   * @param name dotted lower case, with the unit in the name unless it is a count
   * @return the counter of that name
   */
  Counter counter(String name);

  /**
   * Registers a value that is asked for when a snapshot is taken; a later one of the same name
   * replaces it.
   *
   * @param name dotted lower case
   * @param value must be quick and must not throw
   */
  void gauge(String name, LongSupplier value);

  /** A number that only grows. */
  interface Counter {
    /**
     * Adds to it. Allocates nothing and never blocks.
     *
     * @param amount how much, not negative
     */
    void add(long amount);
  }
}

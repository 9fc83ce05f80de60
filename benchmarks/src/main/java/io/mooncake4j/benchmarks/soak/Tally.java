package io.mooncake4j.benchmarks.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** Outcomes of requests, and what must never happen but did. Safe from any thread. */
final class Tally {
  private static final int KEPT = 20;

  private final Map<String, LongAdder> counts = new ConcurrentSkipListMap<>();
  private final List<String> violations = new ArrayList<>();

  void count(String what, long howMany) {
    counts.computeIfAbsent(what, key -> new LongAdder()).add(howMany);
  }

  synchronized void violation(String what) {
    if (violations.size() < KEPT) {
      violations.add(what.replace('\n', ' '));
    }
  }

  synchronized List<String> violations() {
    return List.copyOf(violations);
  }

  /** {@code what=count} with commas between. */
  String counts() {
    List<String> all = new ArrayList<>();
    counts.forEach((what, count) -> all.add(what + "=" + count.sum()));
    return String.join(",", all);
  }
}

package io.mooncake4j.core.topology;

import io.mooncake4j.core.topology.Finding.Kind;
import java.util.ArrayList;
import java.util.List;

/** Collects findings, up to a bound, in texts that are fit for a terminal. Not for threads. */
final class Findings {
  static final int MOST = 64;
  private static final int LONGEST = 400;

  private final List<Finding> all = new ArrayList<>();
  private int more;

  void leftOut(String words) {
    add(Kind.LEFT_OUT, words);
  }

  void odd(String words) {
    add(Kind.ODD, words);
  }

  private void add(Kind kind, String words) {
    if (all.size() == MOST) {
      more++;
      return;
    }
    String shown = Names.shown(words);
    all.add(
        new Finding(kind, shown.length() > LONGEST ? shown.substring(0, LONGEST) + "…" : shown));
  }

  List<Finding> all() {
    List<Finding> result = new ArrayList<>(all);
    if (more > 0) {
      result.add(new Finding(Kind.ODD, "and " + more + " more findings"));
    }
    return List.copyOf(result);
  }
}

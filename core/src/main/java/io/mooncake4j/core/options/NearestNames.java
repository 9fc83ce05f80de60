package io.mooncake4j.core.options;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Finds what a user may have meant by a name that is not known. Stateless. */
public final class NearestNames {
  private static final int MOST_EDITS = 3;
  private static final int MOST_SURE_EDITS = 2;
  private static final int SHORTEST_SURE = 5;

  private NearestNames() {}

  /**
   * Finds names that differ in a few letters.
   *
   * @param wrong what the user wrote
   * @param candidates the names there are
   * @param most how many are wanted
   * @return the nearest first, those equally near in the order of the candidates
   */
  public static List<String> of(String wrong, Collection<String> candidates, int most) {
    return candidates.stream()
        .filter(candidate -> edits(wrong, candidate) <= MOST_EDITS)
        .sorted(Comparator.comparingInt(candidate -> edits(wrong, candidate)))
        .limit(most)
        .toList();
  }

  /**
   * Says whether a word is so near to a name that it can hardly be another name. Short names are
   * not told: {@code cxi} is no error in {@code cxl}.
   *
   * @param wrong what the user wrote
   * @param name a name there is
   * @return true when one or two letters differ
   */
  static boolean isTypingError(String wrong, String name) {
    int edits = edits(wrong, name);
    return name.length() >= SHORTEST_SURE && edits > 0 && edits <= MOST_SURE_EDITS;
  }

  /** How many letters must be inserted, removed or replaced (Levenshtein's distance). */
  private static int edits(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(previous[j], row[j - 1]));
      }
      previous = row;
    }
    return previous[b.length()];
  }
}

package io.mooncake4j.core.options;

import io.mooncake4j.api.MooncakeException;
import java.util.List;

/**
 * The values that options would have, and everything that is wrong with what was set.
 *
 * @param options the values, the default in place of each that is not valid
 * @param problems what an engine would refuse, unknown keys first
 */
public record Diagnosis(ResolvedOptions options, List<Problem> problems) {
  /** Copies the list. */
  public Diagnosis {
    problems = List.copyOf(problems);
  }

  /**
   * Something that an engine would refuse.
   *
   * @param key the option's key, or the environment variable's name
   * @param exception what it would say
   */
  public record Problem(String key, MooncakeException exception) {}
}

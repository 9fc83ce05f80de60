package io.mooncake4j.core.local;

import io.mooncake4j.config.Option;
import io.mooncake4j.config.OptionType;
import java.util.List;

/** The options of copies within one engine. */
public final class LocalOptions {
  /** How much of a submission is copied at once. */
  public static final Option<Long> DIRECT_BYTES =
      Option.of(
              "mooncake.local.direct-bytes",
              OptionType.BYTES,
              2L << 20,
              "How many bytes of one submission the submitting thread copies itself, before it"
                  + " returns; what is beyond that is left to the threads of mooncake.local.threads."
                  + " 0 leaves everything to them.")
          .range(0L, 1L << 30);

  /** From which length on a copy is divided. */
  public static final Option<Long> PARALLEL_BYTES =
      Option.of(
              "mooncake.local.parallel-bytes",
              OptionType.BYTES,
              2L << 20,
              "From this length on a copy within the engine is cut into pieces that the threads of"
                  + " mooncake.local.threads copy at the same time.")
          .range(4096L, 1L << 40);

  /** How many threads copy. */
  public static final Option<Integer> THREADS =
      Option.of(
              "mooncake.local.threads",
              OptionType.INTEGER,
              0,
              "How many threads make the long copies within the engine; 0 for one per processor, at"
                  + " most 4. They start with the first long copy.")
          .range(0, 64);

  private LocalOptions() {}

  /** Returns all of them. */
  static List<Option<?>> all() {
    return List.of(DIRECT_BYTES, PARALLEL_BYTES, THREADS);
  }
}

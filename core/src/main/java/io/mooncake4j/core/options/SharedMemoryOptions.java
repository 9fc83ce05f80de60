package io.mooncake4j.core.options;

import io.mooncake4j.config.Option;
import io.mooncake4j.config.OptionType;
import java.util.List;

/** Whether memory that the engine allocates lives in files that other processes can map. */
public final class SharedMemoryOptions {
  /** When it does. */
  public enum Sharing {
    /** Where a transport wants it and the host permits it. */
    AUTO,
    /** Always; what cannot be shared is refused. */
    ON,
    /** Never. */
    OFF
  }

  /** When it does. */
  public static final Option<Sharing> SHARED =
      Option.of(
          "mooncake.memory.shared",
          OptionType.choice(Sharing.class),
          Sharing.AUTO,
          "Whether remote accessible memory that the engine allocates lives in files in memory that"
              + " processes of the same user on this host can map: auto where a transport in use"
              + " wants it and the host permits it, on to refuse what cannot be shared, off for"
              + " memory of this process alone. Transparent huge pages in such files are a setting"
              + " of their own: /sys/kernel/mm/transparent_hugepage/shmem_enabled.");

  /** What is too short for a file of its own. */
  public static final Option<Long> MIN_BYTES =
      Option.of(
              "mooncake.memory.shared-min-bytes",
              OptionType.BYTES,
              64L << 10,
              "Shortest allocation that is shared: each costs a descriptor, and a mapping in each"
                  + " peer. Shorter ones are memory of this process alone, also with"
                  + " mooncake.memory.shared=on.")
          .range(1L, 1L << 40);

  /** How many files there may be. */
  public static final Option<Integer> MAX_FILES =
      Option.of(
              "mooncake.memory.shared-max-files",
              OptionType.INTEGER,
              4096,
              "How many shared allocations an engine has at the same time; a quarter of the"
                  + " process's limit on open files if that is less. Further ones are memory of this"
                  + " process alone, or refused with mooncake.memory.shared=on.")
          .range(1, 1 << 20);

  private SharedMemoryOptions() {}

  /**
   * Returns all of them.
   *
   * @return an immutable list
   */
  public static List<Option<?>> all() {
    return List.of(SHARED, MIN_BYTES, MAX_FILES);
  }
}

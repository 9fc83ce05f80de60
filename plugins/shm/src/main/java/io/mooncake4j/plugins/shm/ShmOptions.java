package io.mooncake4j.plugins.shm;

import io.mooncake4j.config.Option;
import io.mooncake4j.config.OptionType;
import io.mooncake4j.config.Options;
import java.time.Duration;
import java.util.List;

/**
 * The values of the transport's options, as declared by the constants of this class.
 *
 * @param sliceBytes the longest slice
 * @param inlineBytes how much of a submission the submitting thread copies itself
 * @param copyThreads how many threads copy the rest; 0 for a choice by processors
 * @param maxQueuedSlices most slices that wait for a copy thread
 * @param spinNanos how long an idle copy thread looks for work before it sleeps
 * @param maxPeers how many initiators can reach this engine
 * @param maxMappings most regions of one peer that are mapped at a time
 * @param sweepNanos how often dead peers and revoked mappings are looked for
 * @param processVm whether memory without a file of its own is shared and reached
 */
record ShmOptions(
    long sliceBytes,
    long inlineBytes,
    int copyThreads,
    int maxQueuedSlices,
    long spinNanos,
    int maxPeers,
    int maxMappings,
    long sweepNanos,
    boolean processVm) {

  static final Option<Long> SLICE_BYTES =
      Option.of(
              "mooncake.shm.slice-bytes",
              OptionType.BYTES,
              1L << 20,
              "Longest piece that one thread copies; longer transfers are split and spread over"
                  + " copy threads.")
          .range(4L << 10, 1L << 30);

  static final Option<Long> INLINE_BYTES =
      Option.of(
              "mooncake.shm.inline-bytes",
              OptionType.BYTES,
              1L << 20,
              "How much of a submission the submitting thread copies itself before the call"
                  + " returns; copy threads do the rest. 0 leaves everything to copy threads.")
          .range(0L, 1L << 30);

  static final Option<Integer> COPY_THREADS =
      Option.of(
              "mooncake.shm.copy-threads",
              OptionType.INTEGER,
              0,
              "How many threads copy what submitting threads leave; they start when there is work."
                  + " 0 takes one for each processor, at most 4.")
          .range(0, 64);

  static final Option<Integer> MAX_QUEUED_SLICES =
      Option.of(
              "mooncake.shm.max-queued-slices",
              OptionType.INTEGER,
              65536,
              "Most slices that wait for a copy thread; what is submitted beyond is copied by the"
                  + " submitting thread.")
          .range(1, 1 << 24);

  static final Option<Duration> SPIN =
      Option.of(
              "mooncake.shm.spin",
              OptionType.DURATION,
              Duration.ZERO,
              "How long a copy thread without work looks for more before it sleeps. Above 0 the"
                  + " next large transfer begins sooner and a processor is kept busy meanwhile.")
          .range(Duration.ZERO, Duration.ofSeconds(1));

  static final Option<Integer> MAX_PEERS =
      Option.of(
              "mooncake.shm.max-peers",
              OptionType.INTEGER,
              256,
              "How many engines can reach this one through shared memory at a time; further ones"
                  + " use another transport. Each takes 1 KiB.")
          .range(1, 4096);

  static final Option<Integer> MAX_MAPPINGS =
      Option.of(
              "mooncake.shm.max-mappings",
              OptionType.INTEGER,
              1024,
              "Most regions of one peer that are mapped at a time; beyond it the one that was used"
                  + " least recently is unmapped. The kernel's limit for a process is"
                  + " vm.max_map_count.")
          .range(1, 1 << 20);

  static final Option<Duration> SWEEP_INTERVAL =
      Option.of(
              "mooncake.shm.sweep-interval",
              OptionType.DURATION,
              Duration.ofSeconds(1),
              "How often the memory of peers that have died or withdrawn regions is unmapped, where"
                  + " no transfer has noticed before.")
          .range(Duration.ofMillis(10), Duration.ofHours(1));

  static final Option<Boolean> PROCESS_VM =
      Option.of(
          "mooncake.shm.process-vm",
          OptionType.BOOLEAN,
          false,
          "Also reach memory that the engine did not allocate, by process_vm_readv and"
              + " process_vm_writev. Both peers must allow it, and the kernel must permit it as it"
              + " permits a debugger; unlike a mapping it exposes the whole process.");

  static final List<Option<?>> ALL =
      List.of(
          SLICE_BYTES,
          INLINE_BYTES,
          COPY_THREADS,
          MAX_QUEUED_SLICES,
          SPIN,
          MAX_PEERS,
          MAX_MAPPINGS,
          SWEEP_INTERVAL,
          PROCESS_VM);

  private static final int MOST_COPY_THREADS = 4;

  static ShmOptions of(Options options) {
    return new ShmOptions(
        options.get(SLICE_BYTES),
        options.get(INLINE_BYTES),
        options.get(COPY_THREADS),
        options.get(MAX_QUEUED_SLICES),
        options.get(SPIN).toNanos(),
        options.get(MAX_PEERS),
        options.get(MAX_MAPPINGS),
        options.get(SWEEP_INTERVAL).toNanos(),
        options.get(PROCESS_VM));
  }

  /** How many copy threads to start. */
  int effectiveCopyThreads(int processors) {
    return copyThreads > 0 ? copyThreads : Math.min(MOST_COPY_THREADS, processors);
  }
}

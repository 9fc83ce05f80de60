package io.mooncake4j.testkit.sim;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.config.Option;
import io.mooncake4j.config.OptionType;
import io.mooncake4j.spi.Transport;
import io.mooncake4j.spi.TransportContext;
import io.mooncake4j.spi.TransportDescription;
import io.mooncake4j.spi.TransportFeature;
import java.util.Optional;
import java.util.Set;

/**
 * {@code sim-handle}: memory reached by handles that peers import after a handshake, like GPU IPC
 * and, in its entries, RDMA. {@link SimulatedNetwork#republish} revokes the handles of an engine
 * and publishes new ones. Safe from any thread.
 */
public final class SimHandleProvider extends SimulatedProvider {
  /** How regions become entries. */
  public enum Layout {
    /** Each region is cut into chunks, each an entry. */
    CHUNKS,
    /** Each region is one entry that covers the whole pages around it. */
    ALLOCATION
  }

  /** The provider's name. */
  public static final String NAME = "sim-handle";

  /** Which engines reach each other. */
  public static final Option<String> NETWORK = networkOption(NAME);

  /** The longest slice. */
  public static final Option<Long> SLICE_BYTES = sliceOption(NAME);

  /** How regions become entries. */
  public static final Option<Layout> LAYOUT =
      Option.of(
          "mooncake.sim-handle.layout",
          OptionType.choice(Layout.class),
          Layout.CHUNKS,
          "Whether a region is published in chunks or as the whole pages around it.");

  /** The length of a chunk. */
  public static final Option<Long> CHUNK_BYTES =
      Option.of(
              "mooncake.sim-handle.chunk-bytes",
              OptionType.BYTES,
              1L << 20,
              "Longest entry when regions are published in chunks.")
          .range(1L, 1L << 40);

  /** Which regions are too short. */
  public static final Option<Long> MIN_BYTES =
      Option.of(
              "mooncake.sim-handle.min-bytes",
              OptionType.BYTES,
              1L,
              "Shortest region that is published; a shorter one has no entries.")
          .range(1L, 1L << 40);

  /** Whether peers are reached. */
  public static final Option<Boolean> REACHES =
      Option.of(
          "mooncake.sim-handle.reaches",
          OptionType.BOOLEAN,
          true,
          "Whether the transport says that it reaches its peers.");

  private final TransportDescription description =
      description(
          "Simulated transport over imported handles, for tests.",
          AddressSpace.VIRTUAL,
          300,
          Set.of(
              TransportFeature.READ,
              TransportFeature.WRITE,
              TransportFeature.REMOTE_PROCESS,
              TransportFeature.HANDSHAKE),
          Optional.empty(),
          SLICE_BYTES,
          LAYOUT,
          CHUNK_BYTES,
          MIN_BYTES,
          REACHES);

  /** For the service loader. */
  public SimHandleProvider() {
    super(NAME);
  }

  @Override
  public TransportDescription describe() {
    return description;
  }

  @Override
  public Transport create(TransportContext context) {
    return new HandleTransport(context, networkOf(context));
  }
}

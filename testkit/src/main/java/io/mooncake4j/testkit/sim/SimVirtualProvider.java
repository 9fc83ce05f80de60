package io.mooncake4j.testkit.sim;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.config.Option;
import io.mooncake4j.spi.ClassicForm;
import io.mooncake4j.spi.ClassicForm.BufferName;
import io.mooncake4j.spi.Transport;
import io.mooncake4j.spi.TransportContext;
import io.mooncake4j.spi.TransportDescription;
import io.mooncake4j.spi.TransportFeature;
import java.util.Optional;
import java.util.Set;

/**
 * {@code sim-virtual}: virtual addresses between engines of one process, like a network transport.
 * In descriptors it has the classic form {@code simvirtual}. Safe from any thread.
 */
public final class SimVirtualProvider extends SimulatedProvider {
  /** The provider's name. */
  public static final String NAME = "sim-virtual";

  /** Which engines reach each other. */
  public static final Option<String> NETWORK = networkOption(NAME);

  /** The longest slice. */
  public static final Option<Long> SLICE_BYTES = sliceOption(NAME);

  private final TransportDescription description =
      description(
          "Simulated transport with virtual addresses, for tests.",
          AddressSpace.VIRTUAL,
          100,
          Set.of(
              TransportFeature.READ,
              TransportFeature.WRITE,
              TransportFeature.REMOTE_PROCESS,
              TransportFeature.SELF,
              TransportFeature.QUIESCENCE),
          Optional.of(new ClassicForm("simvirtual", BufferName.LOCATION, 0)),
          SLICE_BYTES);

  /** For the service loader. */
  public SimVirtualProvider() {
    super(NAME);
  }

  @Override
  public TransportDescription describe() {
    return description;
  }

  @Override
  public Transport create(TransportContext context) {
    return new VirtualTransport(context, networkOf(context), context.options().get(SLICE_BYTES));
  }
}

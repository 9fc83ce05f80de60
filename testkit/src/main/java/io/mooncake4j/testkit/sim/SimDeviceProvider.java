package io.mooncake4j.testkit.sim;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.config.Option;
import io.mooncake4j.spi.Transport;
import io.mooncake4j.spi.TransportContext;
import io.mooncake4j.spi.TransportDescription;
import io.mooncake4j.spi.TransportFeature;
import java.util.Optional;
import java.util.Set;

/**
 * {@code sim-device}: offsets into memory that the engines of a network share. Only regions within
 * {@link SimulatedNetwork#device()} are published; local memory may be any. Safe from any thread.
 */
public final class SimDeviceProvider extends SimulatedProvider {
  /** The provider's name. */
  public static final String NAME = "sim-device";

  /** Which engines share the device. */
  public static final Option<String> NETWORK = networkOption(NAME);

  /** The longest slice. */
  public static final Option<Long> SLICE_BYTES = sliceOption(NAME);

  private final TransportDescription description =
      description(
          "Simulated transport over a shared device's memory, for tests.",
          AddressSpace.DEVICE_OFFSET,
          250,
          Set.of(
              TransportFeature.READ,
              TransportFeature.WRITE,
              TransportFeature.REMOTE_PROCESS,
              TransportFeature.SELF),
          Optional.empty(),
          SLICE_BYTES);

  /** For the service loader. */
  public SimDeviceProvider() {
    super(NAME);
  }

  @Override
  public TransportDescription describe() {
    return description;
  }

  @Override
  public Transport create(TransportContext context) {
    return new DeviceTransport(context, networkOf(context), context.options().get(SLICE_BYTES));
  }
}

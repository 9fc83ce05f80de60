package io.mooncake4j.testkit.sim;

import io.mooncake4j.config.Option;
import io.mooncake4j.config.OptionType;
import io.mooncake4j.config.Options;
import io.mooncake4j.spi.Availability;
import io.mooncake4j.spi.MemoryDevice;
import io.mooncake4j.spi.MemoryDeviceDescription;
import io.mooncake4j.spi.MemoryDeviceDescription.Feature;
import io.mooncake4j.spi.MemoryDeviceProvider;
import java.util.List;
import java.util.Set;

/**
 * {@code sim-gpu}: host memory that poses as the memory of devices {@code simgpu:0}, {@code
 * simgpu:1} …. Handles are good within this process; there is no dma-buf. Safe from any thread.
 */
public final class SimMemoryDeviceProvider implements MemoryDeviceProvider {
  /** The provider's name. */
  public static final String NAME = "sim-gpu";

  /** The first part of the memory's locations. */
  public static final String KIND = "simgpu";

  /** How many devices there are. */
  public static final Option<Integer> COUNT =
      Option.of("mooncake.sim-gpu.count", OptionType.INTEGER, 2, "Number of simulated devices.")
          .range(1, 16);

  /** How much memory each device has. */
  public static final Option<Long> CAPACITY =
      Option.of(
              "mooncake.sim-gpu.capacity",
              OptionType.BYTES,
              256L << 20,
              "Memory of each simulated device.")
          .range(1L, 1L << 40);

  private static final MemoryDeviceDescription DESCRIPTION =
      new MemoryDeviceDescription(
          "0.1.0",
          "Simulated device memory, for tests.",
          KIND,
          Set.of(Feature.IPC, Feature.PCI_ADDRESS),
          List.of(COUNT, CAPACITY));

  /** For the service loader. */
  public SimMemoryDeviceProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Availability availability() {
    return Availability.yes();
  }

  @Override
  public MemoryDeviceDescription describe() {
    return DESCRIPTION;
  }

  @Override
  public MemoryDevice create(Options options) {
    return new SimulatedMemoryDevice(options.get(COUNT), options.get(CAPACITY));
  }
}

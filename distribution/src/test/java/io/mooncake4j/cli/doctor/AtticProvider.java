package io.mooncake4j.cli.doctor;

import io.mooncake4j.config.Options;
import io.mooncake4j.spi.Availability;
import io.mooncake4j.spi.MemoryDevice;
import io.mooncake4j.spi.MemoryDeviceDescription;
import io.mooncake4j.spi.MemoryDeviceProvider;
import java.util.List;
import java.util.Set;

/** A memory device that no host has; packed by {@link TestPlugins}. */
public final class AtticProvider implements MemoryDeviceProvider {
  /** For the service loader. */
  public AtticProvider() {}

  @Override
  public String name() {
    return "attic";
  }

  @Override
  public Availability availability() {
    return Availability.no("this house has no attic");
  }

  @Override
  public MemoryDeviceDescription describe() {
    return new MemoryDeviceDescription("7.8.9", "For tests.", "attic", Set.of(), List.of());
  }

  @Override
  public MemoryDevice create(Options options) {
    throw new IllegalStateException("nobody creates what is not available");
  }
}

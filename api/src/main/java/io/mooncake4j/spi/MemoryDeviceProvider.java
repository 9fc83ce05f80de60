package io.mooncake4j.spi;

/** Makes one kind of memory device; see {@link Provider} for how it is found. */
public interface MemoryDeviceProvider extends Provider {
  /**
   * Describes the device. The memory device contract of the testkit checks it against behaviour.
   *
   * @return always the same description
   */
  MemoryDeviceDescription describe();

  /**
   * Opens the devices of this kind for one engine.
   *
   * @param options the values of the provider's options
   * @return the devices, which the engine closes
   * @throws io.mooncake4j.api.MooncakeException when they cannot be opened
   */
  MemoryDevice create(io.mooncake4j.config.Options options);
}

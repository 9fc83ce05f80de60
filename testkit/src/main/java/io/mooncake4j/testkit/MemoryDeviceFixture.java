package io.mooncake4j.testkit;

import io.mooncake4j.spi.MemoryDevice;
import io.mooncake4j.spi.MemoryDeviceProvider;
import java.util.Map;

/**
 * What {@link MemoryDeviceContract} has to know about a memory device. Made anew for each test;
 * used by one thread.
 */
public abstract class MemoryDeviceFixture implements AutoCloseable {
  /** For subclasses. */
  protected MemoryDeviceFixture() {}

  /**
   * Returns the provider under test.
   *
   * @return the provider; when it is not available here, the tests are skipped with its cause
   */
  public abstract MemoryDeviceProvider provider();

  /**
   * Returns the provider's options.
   *
   * @return key to text, none by default
   */
  public Map<String, String> options() {
    return Map.of();
  }

  /**
   * Says whether a handle can be imported by the process that exported it. Devices whose libraries
   * forbid that are tested across processes by their own plugin.
   *
   * @return true by default
   */
  public boolean importsOwnHandles() {
    return true;
  }

  /**
   * Opens the devices.
   *
   * @return owned by the caller
   */
  public final MemoryDevice open() {
    return provider().create(TestOptions.of(provider().describe().options(), options()));
  }

  /** Frees what the fixture has made. */
  @Override
  public void close() {}
}

package io.mooncake4j.testkit.sim;

import io.mooncake4j.spi.MemoryDeviceProvider;
import io.mooncake4j.testkit.MemoryDeviceContract;
import io.mooncake4j.testkit.MemoryDeviceFixture;

class SimMemoryDeviceContractTest extends MemoryDeviceContract {
  @Override
  protected MemoryDeviceFixture fixture() {
    return new MemoryDeviceFixture() {
      @Override
      public MemoryDeviceProvider provider() {
        return new SimMemoryDeviceProvider();
      }
    };
  }
}

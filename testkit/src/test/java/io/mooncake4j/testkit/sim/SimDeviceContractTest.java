package io.mooncake4j.testkit.sim;

import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TransportContract;
import io.mooncake4j.testkit.TransportFixture;
import io.mooncake4j.testkit.TransportHarness;

class SimDeviceContractTest extends TransportContract {
  @Override
  protected TransportFixture fixture() {
    return new SimulatedFixture(new SimDeviceProvider()) {
      @Override
      public TestMemory allocate(TransportHarness engine, long length) {
        return network().device().allocate(length);
      }
    };
  }
}

package io.mooncake4j.testkit.sim;

import io.mooncake4j.testkit.TransportContract;
import io.mooncake4j.testkit.TransportFixture;

class SimVirtualContractTest extends TransportContract {
  @Override
  protected TransportFixture fixture() {
    return new SimulatedFixture(new SimVirtualProvider());
  }
}

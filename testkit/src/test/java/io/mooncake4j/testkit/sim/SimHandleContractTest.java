package io.mooncake4j.testkit.sim;

import io.mooncake4j.testkit.TransportContract;
import io.mooncake4j.testkit.TransportFixture;
import org.junit.jupiter.api.Nested;

class SimHandleContractTest {
  @Nested
  class InChunks extends TransportContract {
    @Override
    protected TransportFixture fixture() {
      return new SimulatedFixture(new SimHandleProvider()).with("chunk-bytes", "100k");
    }
  }

  @Nested
  class AsAllocations extends TransportContract {
    @Override
    protected TransportFixture fixture() {
      return new SimulatedFixture(new SimHandleProvider()).with("layout", "allocation");
    }
  }
}

package io.mooncake4j.plugins.shm;

import io.mooncake4j.testkit.TransportContract;
import io.mooncake4j.testkit.TransportFixture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** The transport keeps what every transport promises: within a process, and between processes. */
class ShmTransportContractTest {
  @Nested
  class OneProcess extends TransportContract {
    @Override
    protected TransportFixture fixture() {
      return new ShmFixture();
    }
  }

  @Nested
  @Tag("slow")
  class TwoProcesses extends TransportContract {
    @Override
    protected TransportFixture fixture() {
      return new ShmFixture.TwoProcesses();
    }
  }

  @Nested
  @Tag("slow")
  class ProcessVm extends TransportContract {
    @Override
    protected TransportFixture fixture() {
      return new ShmFixture.ProcessVm();
    }
  }
}

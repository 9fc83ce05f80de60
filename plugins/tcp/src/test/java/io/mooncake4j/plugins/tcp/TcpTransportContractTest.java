package io.mooncake4j.plugins.tcp;

import io.mooncake4j.testkit.TransportContract;
import io.mooncake4j.testkit.TransportFixture;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** The transport keeps what every transport promises: in both versions, and between processes. */
class TcpTransportContractTest {
  @Nested
  class VersionTwo extends TransportContract {
    @Override
    protected TransportFixture fixture() {
      return new TcpFixture(2);
    }
  }

  @Nested
  class VersionOne extends TransportContract {
    @Override
    protected TransportFixture fixture() {
      return new TcpFixture(1);
    }
  }

  @Nested
  @Tag("slow")
  class VersionTwoBetweenProcesses extends TransportContract {
    @Override
    protected TransportFixture fixture() {
      return new TcpFixture.TwoProcesses(2);
    }
  }

  @Nested
  @Tag("slow")
  class VersionOneBetweenProcesses extends TransportContract {
    @Override
    protected TransportFixture fixture() {
      return new TcpFixture.TwoProcesses(1);
    }
  }
}

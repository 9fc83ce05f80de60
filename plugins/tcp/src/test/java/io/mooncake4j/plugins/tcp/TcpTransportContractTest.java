package io.mooncake4j.plugins.tcp;

import io.mooncake4j.testkit.TransportContract;
import io.mooncake4j.testkit.TransportFixture;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** The transport keeps what every transport promises: in both versions, and between processes. */
class TcpTransportContractTest {
  @Nested
  class VersionTwo extends TransportContract {
    @Override
    protected TransportFixture fixture() {
      return new TcpFixture();
    }
  }

  @Nested
  class VersionOne extends TransportContract {
    @Override
    protected TransportFixture fixture() {
      return new TcpFixture() {
        @Override
        public Map<String, String> options() {
          return Map.of(TcpOptions.PROTOCOL_VERSION.key(), "1");
        }

        /** A v1 server refuses by closing the connection, which looks like any broken link. */
        @Override
        public boolean refusesUnpublished() {
          return false;
        }
      };
    }
  }

  @Nested
  @Tag("slow")
  class BetweenProcesses extends TransportContract {
    @Override
    protected TransportFixture fixture() {
      return new TwoProcesses();
    }
  }

  /** Peers run in a second process, which can be paused and killed. */
  public static class TwoProcesses extends TcpFixture {
    /** For the second process. */
    public TwoProcesses() {}

    @Override
    public boolean secondProcess() {
      return true;
    }
  }
}

package io.mooncake4j.core.local;

import io.mooncake4j.spi.TransportProvider;
import io.mooncake4j.testkit.HarnessTarget;
import io.mooncake4j.testkit.Target;
import io.mooncake4j.testkit.TransportContract;
import io.mooncake4j.testkit.TransportFixture;
import io.mooncake4j.testkit.TransportHarness;
import java.util.Map;

/** The only peer of the transport is its own engine, so every target is the initiator itself. */
class LocalTransportContractTest extends TransportContract {
  @Override
  protected TransportFixture fixture() {
    return new SelfFixture(Map.of());
  }

  static final class SelfFixture extends TransportFixture {
    private final Map<String, String> options;
    private TransportHarness engine;

    SelfFixture(Map<String, String> options) {
      this.options = options;
    }

    @Override
    public TransportProvider provider() {
      return new LocalTransportProvider("test");
    }

    @Override
    public Map<String, String> options() {
      return options;
    }

    @Override
    public TransportHarness startHarness(String name) {
      engine = super.startHarness(name);
      return engine;
    }

    @Override
    public Target startTarget(String name) {
      return new HarnessTarget(engine, this);
    }
  }
}

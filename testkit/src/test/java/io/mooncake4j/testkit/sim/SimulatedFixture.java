package io.mooncake4j.testkit.sim;

import io.mooncake4j.spi.TransportProvider;
import io.mooncake4j.testkit.Target;
import io.mooncake4j.testkit.TransportFixture;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A fixture with a network of its own, whose peers stall by the script of faults. */
class SimulatedFixture extends TransportFixture {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final TransportProvider provider;
  private final String networkName = "contract-" + COUNT.incrementAndGet();
  private final Map<String, String> options = new HashMap<>();

  SimulatedFixture(TransportProvider provider) {
    this.provider = provider;
    with("network", networkName);
  }

  final SimulatedFixture with(String option, String value) {
    options.put("mooncake." + provider.name() + "." + option, value);
    return this;
  }

  final SimulatedNetwork network() {
    return SimulatedNetwork.named(networkName);
  }

  @Override
  public TransportProvider provider() {
    return provider;
  }

  @Override
  public Map<String, String> options() {
    return options;
  }

  @Override
  public Optional<Stall> stall(Target target) {
    io.mooncake4j.testkit.sim.Stall stall = io.mooncake4j.testkit.sim.Stall.landing();
    network().faults().every(SimulatedCopy.any(), Fault.stall(stall));
    return Optional.of(
        () -> {
          network().faults().clear();
          stall.release();
        });
  }

  @Override
  public void close() {
    SimulatedNetwork.forget(networkName);
  }
}

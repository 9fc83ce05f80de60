package io.mooncake4j.core.engine;

import io.mooncake4j.api.EngineBuilder;
import io.mooncake4j.api.Location;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.Registration;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.Segment;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.testkit.Leaks;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.sim.Faults;
import io.mooncake4j.testkit.sim.SimulatedNetwork;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The engines of one test, on a simulated network of their own. Closing it closes them and fails
 * when they leave a thread or a descriptor behind.
 */
final class TestEngines implements AutoCloseable {
  static final Duration SOON = Duration.ofSeconds(20);

  private static final AtomicInteger NUMBERS = new AtomicInteger();
  private static boolean warm;

  private final String network = "engine-test-" + NUMBERS.incrementAndGet();
  private final List<TransferEngine> engines = new ArrayList<>();
  private final Leaks before;

  TestEngines() {
    warmUp();
    before = Leaks.snapshot();
  }

  private static synchronized void warmUp() {
    if (!warm) {
      warm = true;
      try (TransferEngine engine = builder("warm-up", "sim-virtual").build();
          TestMemory memory = TestMemory.allocate(4096)) {
        // The JDK starts a cleaning thread for each kind of memory and keeps it.
        engine.allocate(4096);
        engine.register(Registration.of(memory.address(), 4096, Location.ANY, memory));
        engine.openSegment(engine.name());
      }
    }
  }

  private static EngineBuilder builder(String network, String transports) {
    EngineBuilder builder =
        TransferEngine.builder()
            .ignoreEnvironment()
            .name("127.0.0.1")
            .option("mooncake.network.bind-address", "127.0.0.1")
            .option("mooncake.transports", transports)
            .option("mooncake.memory.grace", "1ms")
            .option("mooncake.close.timeout", "5s")
            .option("mooncake.transfer.retry-delay", "1ms");
    for (String transport : List.of("virtual", "device", "handle", "file")) {
      builder.option("mooncake.sim-" + transport + ".network", network);
    }
    return builder;
  }

  /** Collects the options of an engine on this network; {@link #start} makes it. */
  EngineBuilder with(String transports) {
    return builder(network, transports);
  }

  TransferEngine start(EngineBuilder builder) {
    TransferEngine engine = builder.build();
    engines.add(engine);
    return engine;
  }

  TransferEngine start(String transports) {
    return start(with(transports));
  }

  SimulatedNetwork network() {
    return SimulatedNetwork.named(network);
  }

  Faults faults() {
    return network().faults();
  }

  /** The first buffer that a peer publishes. */
  static RemoteBuffer only(TransferEngine from, TransferEngine to) {
    Segment segment = from.openSegment(to.name());
    segment.refresh();
    return segment.buffers().get(0);
  }

  static void fill(MemoryRegion region, long seed) {
    put(region, 0, TestMemory.pattern(seed, 0, (int) region.length()));
  }

  static void put(MemoryRegion region, long offset, byte[] bytes) {
    region.window(offset, bytes.length).put(bytes);
  }

  static byte[] bytes(MemoryRegion region, long offset, int length) {
    byte[] bytes = new byte[length];
    ByteBuffer window = region.window(offset, length);
    window.get(bytes);
    return bytes;
  }

  static byte[] bytes(MemoryRegion region) {
    return bytes(region, 0, (int) region.length());
  }

  /** Closes the engines now; {@link #close} also does. */
  void stop() {
    engines.forEach(TransferEngine::close);
    engines.clear();
  }

  @Override
  public void close() {
    faults().clear();
    stop();
    SimulatedNetwork.forget(network);
    before.assertNoneSince(SOON);
  }
}

package io.mooncake4j.testkit;

import io.mooncake4j.config.Option;
import io.mooncake4j.spi.MemoryDevice;
import io.mooncake4j.spi.NetworkOptions;
import io.mooncake4j.spi.Topology;
import io.mooncake4j.spi.TransportProvider;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;

/** Collects what a {@link TransportHarness} is made of. Not for concurrent use. */
public final class HarnessBuilder {
  private static final String LOOPBACK = "127.0.0.1";
  private static final AtomicInteger COUNT = new AtomicInteger();

  final TransportProvider provider;
  final List<MemoryDevice> memoryDevices = new ArrayList<>();
  String segmentName = "engine-" + COUNT.incrementAndGet();
  String host = LOOPBACK;
  boolean looksLikeJava = true;
  Topology topology = new Topology(Map.of());
  TestClock clock = new TestClock();
  private final Map<String, String> options = new HashMap<>();

  HarnessBuilder(TransportProvider provider) {
    this.provider = provider;
    options.put(NetworkOptions.BIND_ADDRESS.key(), LOOPBACK);
    options.put(NetworkOptions.ADVERTISED_ADDRESS.key(), LOOPBACK);
  }

  /**
   * Sets the segment's name; by default each harness has its own.
   *
   * @param name the name
   * @return this builder
   */
  public HarnessBuilder named(String name) {
    segmentName = name;
    return this;
  }

  /**
   * Sets an option of the provider or of {@link NetworkOptions}.
   *
   * @param key the option's key
   * @param value its text
   * @return this builder
   */
  public HarnessBuilder option(String key, String value) {
    options.put(key, value);
    return this;
  }

  /**
   * Sets several options.
   *
   * @param more key to text
   * @return this builder
   */
  public HarnessBuilder options(Map<String, String> more) {
    options.putAll(more);
    return this;
  }

  /**
   * Sets the host that peers find in the descriptor; loopback by default.
   *
   * @param address a numeric address
   * @return this builder
   */
  public HarnessBuilder host(String address) {
    host = address;
    return this;
  }

  /**
   * Makes peers see no more than C++ Mooncake would publish: classic members, no extension.
   *
   * @return this builder
   */
  public HarnessBuilder likeCpp() {
    looksLikeJava = false;
    return this;
  }

  /**
   * Adds a memory device; the harness does not close it.
   *
   * @param device the device
   * @return this builder
   */
  public HarnessBuilder device(MemoryDevice device) {
    memoryDevices.add(device);
    return this;
  }

  /**
   * Sets the topology; empty by default.
   *
   * @param matrix the topology
   * @return this builder
   */
  public HarnessBuilder topology(Topology matrix) {
    topology = matrix;
    return this;
  }

  /**
   * Sets the clock, to share one between harnesses.
   *
   * @param shared the clock
   * @return this builder
   */
  public HarnessBuilder clock(TestClock shared) {
    clock = shared;
    return this;
  }

  /**
   * Starts the transport.
   *
   * @return the harness, owned by the caller
   */
  public TransportHarness start() {
    return new TransportHarness(this);
  }

  TestOptions effectiveOptions() {
    List<Option<?>> declared = new ArrayList<>(NetworkOptions.all());
    declared.addAll(provider.describe().options());
    return TestOptions.of(declared, options);
  }

  ScheduledExecutorService newExecutor() {
    AtomicInteger number = new AtomicInteger();
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            4,
            task -> {
              Thread thread =
                  new Thread(task, "harness-" + segmentName + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    // Otherwise a transport's timer starts them one by one, and a leak check finds them new.
    executor.prestartAllCoreThreads();
    return executor;
  }
}

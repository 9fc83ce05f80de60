package io.mooncake4j.testkit;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.config.Options;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.MemoryDevice;
import io.mooncake4j.spi.Metrics;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.PeerDescriptor;
import io.mooncake4j.spi.RegionIndex;
import io.mooncake4j.spi.Topology;
import io.mooncake4j.spi.TransportContext;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The engine as the transport under test sees it. Safe from any thread. */
final class TestTransportContext implements TransportContext {
  private static final long HANDSHAKE_SECONDS = 10;

  private final String segmentName;
  private final Options options;
  private final RegionIndex regions;
  private final List<MemoryDevice> memoryDevices;
  private final Topology topology;
  private final TestClock clock;
  private final ScheduledExecutorService executor;
  private final AtomicInteger publications = new AtomicInteger();
  private final AtomicInteger handshakes = new AtomicInteger();
  private final TestMetrics metrics = new TestMetrics();

  TestTransportContext(
      String segmentName,
      Options options,
      RegionIndex regions,
      List<MemoryDevice> memoryDevices,
      Topology topology,
      TestClock clock,
      ScheduledExecutorService executor) {
    this.segmentName = segmentName;
    this.options = options;
    this.regions = regions;
    this.memoryDevices = memoryDevices;
    this.topology = topology;
    this.clock = clock;
    this.executor = executor;
  }

  @Override
  public String segmentName() {
    return segmentName;
  }

  @Override
  public Options options() {
    return options;
  }

  @Override
  public RegionIndex regions() {
    return regions;
  }

  @Override
  public List<MemoryDevice> memoryDevices() {
    return memoryDevices;
  }

  @Override
  public Topology topology() {
    return topology;
  }

  @Override
  public void publish() {
    publications.incrementAndGet();
  }

  int publications() {
    return publications.get();
  }

  int handshakes() {
    return handshakes.get();
  }

  @Override
  public PeerDescriptor descriptor(Peer peer, boolean refresh) {
    TestPeer testPeer = (TestPeer) peer;
    if (refresh) {
      testPeer.refresh();
    }
    return testPeer.descriptor();
  }

  @Override
  public CompletableFuture<Attributes> handshake(Peer peer, Attributes request) {
    EngineNode node = ((TestPeer) peer).node();
    handshakes.incrementAndGet();
    try {
      return CompletableFuture.supplyAsync(() -> node.handshake(request), executor)
          .orTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS)
          .handle(TestTransportContext::answer);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(
          new MooncakeException(ErrorCode.CLOSED, "the engine is closed", e));
    }
  }

  private static Attributes answer(Attributes answer, Throwable error) {
    if (error == null) {
      return answer;
    }
    Throwable cause =
        error instanceof java.util.concurrent.CompletionException ? error.getCause() : error;
    if (cause instanceof MooncakeException known) {
      throw known;
    }
    ErrorCode code =
        cause instanceof java.util.concurrent.TimeoutException
            ? ErrorCode.TIMEOUT
            : ErrorCode.REJECTED_HANDSHAKE;
    throw new MooncakeException(code, "the handshake failed: " + cause, cause);
  }

  @Override
  public long nanoTime() {
    return clock.getAsLong();
  }

  @Override
  public ScheduledExecutorService executor() {
    return executor;
  }

  @Override
  public Metrics metrics() {
    return metrics;
  }

  TestMetrics testMetrics() {
    return metrics;
  }
}

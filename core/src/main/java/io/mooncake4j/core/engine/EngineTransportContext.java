package io.mooncake4j.core.engine;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.config.Options;
import io.mooncake4j.core.classic.HandshakeMessages;
import io.mooncake4j.core.handshake.HandshakeClient;
import io.mooncake4j.core.plugin.ContextLoader;
import io.mooncake4j.core.segment.Endpoint;
import io.mooncake4j.core.segment.PeerSegment;
import io.mooncake4j.core.segment.SegmentCache;
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

/** The engine as one of its transports sees it. */
final class EngineTransportContext implements TransportContext {
  private final int index;
  private final Options options;
  private final Metrics metrics;
  private final ContextLoader loader;
  private final Shared shared;
  private final ScheduledExecutorService executor;

  /**
   * What all transports of an engine see alike.
   *
   * @param segmentName the engine's name
   * @param regions the regions
   * @param devices the memory devices
   * @param topology the topology
   * @param threads the engine's threads
   * @param client for handshakes
   * @param late what exists only after the transports do
   */
  record Shared(
      String segmentName,
      RegionIndex regions,
      List<MemoryDevice> devices,
      Topology topology,
      EngineThreads threads,
      HandshakeClient client,
      Late late) {}

  /** Parts of the engine that are made from the transports and that they need later. */
  static final class Late {
    private volatile SegmentCache segments;
    private Runnable publication; // Guarded by this.
    private boolean wanted; // Guarded by this.

    void set(SegmentCache cache, Runnable publish) {
      segments = cache;
      boolean now;
      synchronized (this) {
        publication = publish;
        now = wanted;
      }
      if (now) {
        publish.run();
      }
    }

    private void publish() {
      Runnable present;
      synchronized (this) {
        present = publication;
        wanted = true;
      }
      if (present != null) {
        present.run();
      }
    }
  }

  EngineTransportContext(
      int index, Options options, Metrics metrics, ContextLoader loader, Shared shared) {
    this.index = index;
    this.options = options;
    this.metrics = metrics;
    this.loader = loader;
    this.shared = shared;
    executor = new ContextExecutor(shared.threads().timers(), loader);
  }

  @Override
  public String segmentName() {
    return shared.segmentName();
  }

  @Override
  public Options options() {
    return options;
  }

  @Override
  public RegionIndex regions() {
    return shared.regions();
  }

  @Override
  public List<MemoryDevice> memoryDevices() {
    return shared.devices();
  }

  @Override
  public Topology topology() {
    return shared.topology();
  }

  @Override
  public void publish() {
    shared.late().publish();
  }

  @Override
  public PeerDescriptor descriptor(Peer peer, boolean refresh) {
    PeerSegment segment = (PeerSegment) peer;
    if (refresh) {
      shared.late().segments.refresh(segment, System.nanoTime());
    }
    return segment.descriptorFor(index);
  }

  @Override
  public CompletableFuture<Attributes> handshake(Peer peer, Attributes request) {
    Endpoint endpoint = ((PeerSegment) peer).endpoint();
    if (!endpoint.exists()) {
      return CompletableFuture.failedFuture(
          new MooncakeException(
              ErrorCode.ENDPOINT, "segment " + peer.name() + " has no engine to shake hands with"));
    }
    CompletableFuture<Attributes> answer = new CompletableFuture<>();
    try {
      Attributes message = HandshakeMessages.connection(request);
      // With the plugin's loader, because the plugin's dependents run where the answer comes.
      Runnable exchange = () -> shake(endpoint, message, answer);
      shared.threads().blocking().execute(loader.around(exchange));
    } catch (MooncakeException e) {
      answer.completeExceptionally(e);
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(
          new MooncakeException(ErrorCode.CLOSED, "the engine is closed", e));
    }
    return answer;
  }

  private void shake(Endpoint endpoint, Attributes message, CompletableFuture<Attributes> answer) {
    Attributes reply;
    try {
      reply = shared.client().connection(endpoint.host(), endpoint.port(), message);
    } catch (MooncakeException e) {
      answer.completeExceptionally(e);
      return;
    } catch (RuntimeException e) {
      answer.completeExceptionally(
          new MooncakeException(ErrorCode.INTERNAL, "the handshake failed: " + e, e));
      return;
    }
    answer.complete(reply);
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public ScheduledExecutorService executor() {
    return executor;
  }

  @Override
  public Metrics metrics() {
    return metrics;
  }
}

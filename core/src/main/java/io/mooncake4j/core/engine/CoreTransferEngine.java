package io.mooncake4j.core.engine;

import io.mooncake4j.api.Allocation;
import io.mooncake4j.api.Batch;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.Liveness;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.MetricsSnapshot;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.Notification;
import io.mooncake4j.api.Registration;
import io.mooncake4j.api.Segment;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.api.TransferStatus;
import io.mooncake4j.core.classic.ClassicKeys;
import io.mooncake4j.core.memory.Region;
import io.mooncake4j.core.segment.Endpoint;
import io.mooncake4j.core.segment.PeerSegment;
import io.mooncake4j.core.transport.InstalledTransport;
import io.mooncake4j.spi.BusyPoll;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The engine: hands each call to the part that is responsible for it. */
final class CoreTransferEngine implements TransferEngine, EngineCalls {
  private static final Logger LOG = LoggerFactory.getLogger(CoreTransferEngine.class);

  private final EngineParts parts;
  private final AtomicBoolean closed = new AtomicBoolean();

  CoreTransferEngine(EngineParts parts) {
    this.parts = parts;
  }

  @Override
  public String name() {
    return parts.name();
  }

  @Override
  public String address() {
    return parts.address();
  }

  @Override
  public MemoryRegion allocate(Allocation allocation) {
    requireOpen();
    return parts.regions().allocate(allocation);
  }

  @Override
  public List<MemoryRegion> registerAll(List<Registration> registrations) {
    requireOpen();
    return List.copyOf(parts.regions().registerAll(registrations));
  }

  @Override
  public void awaitPublication(Duration timeout) {
    requireOpen();
    parts.directory().awaitPublication(timeout);
  }

  @Override
  public Segment openSegment(String name) {
    requireOpen();
    return parts.segments().open(name);
  }

  @Override
  public Batch newBatch(int capacity) {
    requireOpen();
    if (capacity < 1) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT, "a batch of " + capacity + " requests; give at least 1");
    }
    return new TransferBatch(this, capacity);
  }

  @Override
  public CompletableFuture<Long> submit(TransferRequest request) {
    TransferBatch batch = new TransferBatch(this, 1);
    batch.submit(List.of(request));
    CompletableFuture<Long> bytes = new CompletableFuture<>();
    var unused =
        batch
            .future()
            .whenComplete(
                (status, error) -> {
                  if (status == TransferStatus.COMPLETED) {
                    bytes.complete(request.length());
                  } else {
                    bytes.completeExceptionally(batch.failure(0));
                  }
                });
    return bytes;
  }

  @Override
  public void notify(String segment, Notification notification) {
    requireOpen();
    Endpoint endpoint = parts.directory().locate(ClassicKeys.segmentName(segment));
    parts.client().notify(endpoint.host(), endpoint.port(), notification);
  }

  @Override
  public List<Notification> drainNotifications() {
    return parts.notifications().drain();
  }

  @Override
  public Notification pollNotification(Duration timeout) {
    return parts.notifications().poll(timeout);
  }

  @Override
  public Liveness probe(String segment) {
    requireOpen();
    Endpoint endpoint;
    try {
      endpoint = parts.directory().locate(ClassicKeys.segmentName(segment));
    } catch (MooncakeException e) {
      if (e.code() == ErrorCode.METADATA) {
        return Liveness.UNREACHABLE;
      }
      throw e;
    }
    return parts.client().probe(endpoint.host(), endpoint.port());
  }

  @Override
  public List<String> transports() {
    return parts.transports().stream().map(InstalledTransport::name).toList();
  }

  @Override
  public MetricsSnapshot metrics() {
    return parts.metrics().snapshot();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      parts.close();
      LOG.info("engine {} is closed", name());
    }
  }

  @Override
  public Dispatcher dispatcher() {
    return parts.dispatcher();
  }

  @Override
  public DeadlineWatch deadlines() {
    return parts.deadlines();
  }

  @Override
  public void requireOpen() {
    if (closed.get()) {
      throw new MooncakeException(ErrorCode.CLOSED, "engine " + name() + " is closed");
    }
  }

  @Override
  public void requireTransport(String transport) {
    List<InstalledTransport> installed = parts.transports();
    for (int i = 0; i < installed.size(); i++) {
      if (installed.get(i).name().equals(transport)) {
        return;
      }
    }
    throw new MooncakeException(
        ErrorCode.UNSUPPORTED_TRANSPORT,
        "transport " + transport + " is not installed; installed are " + transports());
  }

  @Override
  public Region own(MemoryRegion region) {
    if (region instanceof Region own && parts.regions().owns(own)) {
      return own;
    }
    throw new MooncakeException(
        ErrorCode.INVALID_ARGUMENT, region + " belongs to another engine than " + name());
  }

  @Override
  public PeerSegment own(Segment segment) {
    if (segment instanceof PeerSegment own && own.belongsTo(parts.segments())) {
      return own;
    }
    throw new MooncakeException(
        ErrorCode.INVALID_ARGUMENT,
        "segment " + segment.name() + " was opened by another engine than " + name());
  }

  @Override
  public BusyPoll busyPoll() {
    return parts.busyPoll();
  }

  @Override
  public long timeoutNanos(TransferRequest request) {
    Duration own = request.timeout();
    return own == null ? parts.transferTimeoutNanos() : Nanos.of(own);
  }

  @Override
  public void later(Runnable job) {
    try {
      parts.threads().callbacks().execute(job);
    } catch (RejectedExecutionException e) {
      // The engine has stopped meanwhile; whoever waits must not wait for ever.
      job.run();
    }
  }

  @Override
  public void notifyLater(PeerSegment to, Notification notification) {
    try {
      parts.threads().blocking().execute(() -> notifyOrLog(to, notification));
    } catch (RejectedExecutionException e) {
      LOG.warn("no notification to {}: the engine is closed", to.name());
    }
  }

  private void notifyOrLog(PeerSegment to, Notification notification) {
    Endpoint endpoint = to.endpoint();
    try {
      parts.client().notify(endpoint.host(), endpoint.port(), notification);
    } catch (MooncakeException e) {
      LOG.warn("notification \"{}\" did not reach {}", notification.name(), to.name(), e);
    }
  }
}

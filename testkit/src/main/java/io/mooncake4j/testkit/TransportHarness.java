package io.mooncake4j.testkit;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.Location;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.Advertisement;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.spi.RemoteEntry;
import io.mooncake4j.spi.Slice;
import io.mooncake4j.spi.Transport;
import io.mooncake4j.spi.TransportContext;
import io.mooncake4j.spi.TransportDescription;
import io.mooncake4j.spi.TransportProvider;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Stands in for an engine with one transport: regions, peers, handshakes, slices.
 *
 * <p>Several harnesses in one process open each other by {@link #open(EngineNode)}, whatever their
 * transports are; one in another process is reached through its own {@link EngineNode}. All methods
 * may be called from any thread. The harness owns the transport and its executor, not the memory.
 *
 * <p>Typical use: make two, register memory with both, {@code initiator.open(target)}, {@code
 * initiator.read(…)}, {@code initiator.submit(slice)}, {@code slice.assertSucceeded()}.
 */
public final class TransportHarness implements EngineNode, AutoCloseable {
  /** How long slices have before their deadline unless a test says otherwise. */
  public static final Duration SLICE_DEADLINE = Duration.ofSeconds(20);

  private static final long EXECUTOR_SECONDS = 10;

  private final String segmentName;
  private final String host;
  private final boolean looksLikeJava;
  private final TransportDescription description;
  private final Violations violations = new Violations();
  private final RegisteredRegions regions;
  private final TestClock clock;
  private final ScheduledExecutorService executor;
  private final TestTransportContext context;
  private final Transport transport;
  private volatile boolean closed;

  TransportHarness(HarnessBuilder builder) {
    segmentName = builder.segmentName;
    host = builder.host;
    looksLikeJava = builder.looksLikeJava;
    clock = builder.clock;
    description = builder.provider.describe();
    executor = builder.newExecutor();
    TestRegionIndex index = new TestRegionIndex();
    context =
        new TestTransportContext(
            segmentName,
            builder.effectiveOptions(),
            index,
            List.copyOf(builder.memoryDevices),
            builder.topology,
            clock,
            executor);
    try {
      transport = builder.provider.create(context);
    } catch (RuntimeException | Error e) {
      executor.shutdownNow();
      throw e;
    }
    regions = new RegisteredRegions(transport, description, index, violations);
  }

  /**
   * Starts to make a harness.
   *
   * @param provider whose transport to drive
   * @return a builder with loopback addresses and the provider's defaults
   */
  public static HarnessBuilder of(TransportProvider provider) {
    return new HarnessBuilder(provider);
  }

  /**
   * Returns the name of the segment.
   *
   * @return the name that peers know
   */
  public String segmentName() {
    return segmentName;
  }

  /**
   * Returns the provider's description.
   *
   * @return what the transport claims
   */
  public TransportDescription description() {
    return description;
  }

  /**
   * Returns the transport.
   *
   * @return owned by the harness
   */
  public Transport transport() {
    return transport;
  }

  /**
   * Returns the context that the transport was given.
   *
   * @return the context
   */
  public TransportContext context() {
    return context;
  }

  /**
   * Returns the transport's counters.
   *
   * @return the metrics
   */
  public TestMetrics metrics() {
    return context.testMetrics();
  }

  /**
   * Returns the clock behind {@link TransportContext#nanoTime()}.
   *
   * @return the clock
   */
  public TestClock clock() {
    return clock;
  }

  /**
   * Returns how often the transport asked for publication.
   *
   * @return the number of calls
   */
  public int publications() {
    return context.publications();
  }

  /**
   * Returns how often the transport has called the handshake service of a peer.
   *
   * @return the number of calls
   */
  public int handshakes() {
    return context.handshakes();
  }

  /**
   * Registers a whole memory so that peers may reach it.
   *
   * @param memory what to register; the caller keeps it until the region is dropped
   * @return the region
   */
  public TestRegion register(TestMemory memory) {
    return regions.register(new TestRegion(memory, true, violations));
  }

  /**
   * Registers a whole memory out of peers' reach.
   *
   * @param memory what to register
   * @return the region
   */
  public TestRegion registerLocalOnly(TestMemory memory) {
    return regions.register(new TestRegion(memory, false, violations));
  }

  /**
   * Registers memory that is not host memory.
   *
   * @param address the first byte
   * @param length bytes
   * @param location where it lives
   * @param remoteAccessible false for a local-only region
   * @return the region, without windows
   */
  public TestRegion register(
      long address, long length, Location location, boolean remoteAccessible) {
    return regions.register(
        new TestRegion(address, length, location, remoteAccessible, null, violations));
  }

  /**
   * Withdraws regions as an engine does: out of the index, then out of the transport.
   *
   * @param withdrawn registered regions
   */
  public void withdraw(TestRegion... withdrawn) {
    regions.withdraw(withdrawn);
  }

  /**
   * Waits until peers have let go of withdrawn regions.
   *
   * @param limit how long at most
   * @param withdrawn withdrawn regions
   * @return what the transport knows
   */
  public Quiescence quiesce(Duration limit, TestRegion... withdrawn) {
    return transport.quiesce(List.<LocalRegion>of(withdrawn), context.nanoTime() + limit.toNanos());
  }

  /**
   * Opens another engine's segment.
   *
   * @param node another harness, or a node made of a document
   * @return the open segment, with a fresh copy of its document
   */
  public TestPeer open(EngineNode node) {
    return new TestPeer(node, node == this);
  }

  /**
   * Opens the harness's own segment.
   *
   * @return the peer that is this engine
   */
  public TestPeer self() {
    return open(this);
  }

  /**
   * Makes a slice that reads from the entry of the peer's document that covers the range.
   *
   * @param region the local region
   * @param localOffset bytes from its start
   * @param peer the far side
   * @param remoteAddress the first remote byte
   * @param length bytes
   * @return the slice, not yet submitted
   */
  public TestSlice read(
      TestRegion region, long localOffset, TestPeer peer, long remoteAddress, long length) {
    RemoteEntry entry = peer.document().entryFor(remoteAddress, length);
    return slice(OpCode.READ, region, localOffset, peer, entry, remoteAddress, length);
  }

  /**
   * Makes a slice that writes into the entry of the peer's document that covers the range.
   *
   * @param region the local region
   * @param localOffset bytes from its start
   * @param peer the far side
   * @param remoteAddress the first remote byte
   * @param length bytes
   * @return the slice, not yet submitted
   */
  public TestSlice write(
      TestRegion region, long localOffset, TestPeer peer, long remoteAddress, long length) {
    RemoteEntry entry = peer.document().entryFor(remoteAddress, length);
    return slice(OpCode.WRITE, region, localOffset, peer, entry, remoteAddress, length);
  }

  /**
   * Makes a slice for any entry, even one that the peer never published.
   *
   * @param opcode the direction
   * @param region the local region
   * @param localOffset bytes from its start
   * @param peer the far side
   * @param entry the remote entry
   * @param remoteAddress the first remote byte
   * @param length bytes
   * @return the slice, not yet submitted
   */
  public TestSlice slice(
      OpCode opcode,
      TestRegion region,
      long localOffset,
      TestPeer peer,
      RemoteEntry entry,
      long remoteAddress,
      long length) {
    if (localOffset < 0 || length < 1 || localOffset > region.length() - length) {
      throw new IllegalArgumentException("the slice leaves " + region);
    }
    if (!entry.covers(remoteAddress, length)) {
      throw new IllegalArgumentException("the slice leaves " + entry);
    }
    return new TestSlice(
        violations, opcode, region, localOffset, length, peer, entry, remoteAddress);
  }

  /**
   * Submits slices in one call, with {@link #SLICE_DEADLINE}.
   *
   * @param slices new or completed slices, none longer than the transport wants
   */
  public void submit(TestSlice... slices) {
    submit(SLICE_DEADLINE, slices);
  }

  /**
   * Submits slices in one call. Nobody cancels them at the deadline but the test.
   *
   * @param deadline how long they have
   * @param slices new or completed slices
   */
  public void submit(Duration deadline, TestSlice... slices) {
    long nanos = context.nanoTime() + deadline.toNanos();
    Slice[] batch = new Slice[slices.length + 2];
    for (int i = 0; i < slices.length; i++) {
      slices[i].submitted(nanos);
      if (slices[i].length() > transport.maxSliceBytes()) {
        throw new IllegalArgumentException(
            slices[i] + " is longer than " + transport.maxSliceBytes());
      }
      batch[i + 1] = slices[i];
    }
    transport.submit(batch, 1, slices.length + 1);
    // The array is the caller's again: a transport that kept it would now find nothing in it.
    java.util.Arrays.fill(batch, null);
  }

  /**
   * Cancels a slice as an engine does.
   *
   * @param slice a submitted slice
   * @param reason {@link ErrorCode#CANCELED} or {@link ErrorCode#TIMEOUT}
   */
  public void cancel(TestSlice slice, ErrorCode reason) {
    slice.cancelBegins();
    try {
      transport.cancel(slice, reason);
    } finally {
      slice.cancelEnds();
    }
  }

  @Override
  public SegmentDocument document() {
    requireOpen();
    Advertisement advertisement = transport.advertise();
    return new SegmentDocument(
        segmentName,
        host,
        looksLikeJava,
        Attributes.map().put("name", segmentName).putAll(advertisement.classic()).build(),
        looksLikeJava ? advertisement.extension() : Attributes.emptyMap(),
        regions.entries());
  }

  /** {@inheritDoc} An address that no transport has published gets the all-empty answer. */
  @Override
  public Attributes handshake(Attributes request) {
    requireOpen();
    Advertisement advertisement = transport.advertise();
    String nicPath = request.text("peer_nic_path", "");
    String nic = nicPath.substring(nicPath.lastIndexOf('@') + 1);
    String kind = request.text("payload", "").split(":", 2)[0];
    boolean ours =
        advertisement.nics().contains(nic) || advertisement.payloadKinds().contains(kind);
    return ours ? transport.accept(request) : Attributes.emptyMap();
  }

  private void requireOpen() {
    if (closed) {
      throw new MooncakeException(ErrorCode.SOCKET, segmentName + " is closed: nobody answers");
    }
  }

  /**
   * Returns the breaches of the SPI noticed so far.
   *
   * @return the collection
   */
  public Violations violations() {
    return violations;
  }

  /** Fails when the transport has broken a promise that the harness can see. */
  public void assertNoViolations() {
    violations.assertNone();
  }

  /** Closes the transport, then the executor. Closing twice does nothing. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    transport.close();
    executor.shutdown();
    try {
      if (!executor.awaitTermination(EXECUTOR_SECONDS, TimeUnit.SECONDS)) {
        throw violations.add(
            "work of the transport still runs on the executor "
                + EXECUTOR_SECONDS
                + " s after close");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return "engine " + segmentName;
  }
}

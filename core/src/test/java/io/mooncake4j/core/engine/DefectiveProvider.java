package io.mooncake4j.core.engine;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.config.Option;
import io.mooncake4j.config.OptionType;
import io.mooncake4j.spi.Advertisement;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.Availability;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.PeerDescriptor;
import io.mooncake4j.spi.PublishedEntry;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.spi.Slice;
import io.mooncake4j.spi.Topology;
import io.mooncake4j.spi.Transport;
import io.mooncake4j.spi.TransportContext;
import io.mooncake4j.spi.TransportDescription;
import io.mooncake4j.spi.TransportFeature;
import io.mooncake4j.spi.TransportLimits;
import io.mooncake4j.spi.TransportProvider;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A transport of the highest rank with a defect that {@code mooncake.defective.in} names: a method
 * that throws, {@code silence} for slices that never complete, {@code lingering} for a submission
 * that completes its slices and does not return, {@code zero} for slices of no length. Without a
 * defect it reaches nobody and says so.
 */
public final class DefectiveProvider implements TransportProvider {
  static final String NAME = "defective";

  private static final Option<String> IN =
      Option.of("mooncake.defective.in", OptionType.TEXT, "", "Where the defect is.");

  /** Slices that an engine's transport has swallowed, by the engine's name. */
  static final ConcurrentMap<String, Queue<Slice>> SWALLOWED = new ConcurrentHashMap<>();

  /** What lingering submissions wait for. */
  static volatile CountDownLatch lingering = new CountDownLatch(0);

  /** Peers that were released, by the engine's name. */
  static final ConcurrentMap<String, Queue<String>> RELEASED = new ConcurrentHashMap<>();

  /** What the transport was told of the host, by the engine's name. */
  static final ConcurrentMap<String, Topology> TOPOLOGIES = new ConcurrentHashMap<>();

  /** For the service loader. */
  public DefectiveProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Availability availability() {
    return Availability.yes();
  }

  @Override
  public TransportDescription describe() {
    return new TransportDescription(
        "0.1.0",
        "Has a defect, for tests.",
        Set.of("cpu"),
        AddressSpace.VIRTUAL,
        400,
        Set.of(
            TransportFeature.READ,
            TransportFeature.WRITE,
            TransportFeature.REMOTE_PROCESS,
            TransportFeature.SELF),
        TransportLimits.NONE,
        List.of(IN),
        Set.of(),
        Optional.empty());
  }

  @Override
  public Transport create(TransportContext context) {
    Defective transport = new Defective(context);
    TOPOLOGIES.put(context.segmentName(), context.topology());
    transport.run("create");
    return transport;
  }

  private static final class Defective implements Transport {
    private final String name;
    private final String defect;

    Defective(TransportContext context) {
      name = context.segmentName();
      defect = context.options().get(IN);
    }

    void run(String method) {
      if (defect.equals(method)) {
        throw new IllegalStateException("defect in " + method);
      }
      if (defect.equals(method + "-error")) {
        throw new AssertionError("defect in " + method);
      }
      if (defect.equals(method + "-linkage")) {
        throw new NoClassDefFoundError("defect in " + method);
      }
    }

    @Override
    public List<List<PublishedEntry>> register(List<LocalRegion> regions) {
      run("register");
      if (defect.equals("register-null")) {
        return null;
      }
      return regions.stream()
          .map(region -> List.of(PublishedEntry.of(region.address(), region.length())))
          .toList();
    }

    @Override
    public void withdraw(List<LocalRegion> regions) {
      run("withdraw");
    }

    @Override
    public Quiescence quiesce(List<LocalRegion> regions, long deadlineNanos) {
      run("quiesce");
      return Quiescence.QUIET;
    }

    @Override
    public Advertisement advertise() {
      run("advertise");
      return new Advertisement(
          Attributes.emptyMap(), Attributes.emptyMap(), Set.of(), Set.of(NAME));
    }

    @Override
    public boolean reaches(PeerDescriptor peer) {
      run("reaches");
      return true;
    }

    @Override
    public long maxSliceBytes() {
      run("maxSliceBytes");
      return defect.equals("zero") ? 0 : 1 << 20;
    }

    @Override
    public void submit(Slice[] slices, int from, int to) {
      run("submit");
      for (int i = from; i < to; i++) {
        if (defect.equals("silence") || defect.startsWith("cancel")) {
          SWALLOWED.computeIfAbsent(name, key -> new ConcurrentLinkedQueue<>()).add(slices[i]);
        } else if (defect.equals("lingering")) {
          slices[i].succeed();
        } else if (defect.equals("nothing-said")) {
          slices[i].fail(null, false, null);
        } else {
          slices[i].fail(ErrorCode.ENDPOINT, false, "reaches nobody");
        }
      }
      if (defect.equals("lingering")) {
        linger();
      }
    }

    private static void linger() {
      try {
        lingering.await(20, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void cancel(Slice slice, ErrorCode reason) {
      run("cancel");
    }

    @Override
    public Attributes accept(Attributes request) {
      run("accept");
      return defect.equals("accept-null") ? null : Attributes.emptyMap();
    }

    @Override
    public void release(Peer peer) {
      RELEASED.computeIfAbsent(name, key -> new ConcurrentLinkedQueue<>()).add(peer.name());
      run("release");
    }

    @Override
    public void close() {
      run("close");
    }
  }
}

package io.mooncake4j.benchmarks;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.Advertisement;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.Availability;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.PublishedEntry;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.spi.Slice;
import io.mooncake4j.spi.Transport;
import io.mooncake4j.spi.TransportContext;
import io.mooncake4j.spi.TransportDescription;
import io.mooncake4j.spi.TransportFeature;
import io.mooncake4j.spi.TransportLimits;
import io.mooncake4j.spi.TransportProvider;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A transport that moves nothing and completes every slice at once, so that a benchmark sees what
 * the engine itself costs. For benchmarks only.
 */
public final class InstantTransportProvider implements TransportProvider {
  /** The transport's name. */
  public static final String NAME = "instant";

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
        "Completes every slice at once and moves nothing.",
        Set.of("cpu"),
        AddressSpace.VIRTUAL,
        1,
        Set.of(TransportFeature.READ, TransportFeature.WRITE, TransportFeature.SELF),
        TransportLimits.NONE,
        List.of(),
        Set.of(),
        Optional.empty());
  }

  @Override
  public Transport create(TransportContext context) {
    return new InstantTransport();
  }

  private static final class InstantTransport implements Transport {
    @Override
    public List<List<PublishedEntry>> register(List<LocalRegion> regions) {
      return regions.stream()
          .map(region -> List.of(PublishedEntry.of(region.address(), region.length())))
          .toList();
    }

    @Override
    public void withdraw(List<LocalRegion> regions) {}

    @Override
    public Quiescence quiesce(List<LocalRegion> regions, long deadlineNanos) {
      return Quiescence.QUIET;
    }

    @Override
    public Advertisement advertise() {
      return Advertisement.EMPTY;
    }

    @Override
    public long maxSliceBytes() {
      return 1 << 20;
    }

    @Override
    public void submit(Slice[] slices, int from, int to) {
      for (int i = from; i < to; i++) {
        slices[i].succeed();
      }
    }

    @Override
    public void cancel(Slice slice, ErrorCode reason) {}

    @Override
    public Attributes accept(Attributes request) {
      throw new MooncakeException(ErrorCode.NOT_IMPLEMENTED, "instant takes no handshakes");
    }

    @Override
    public void release(Peer peer) {}

    @Override
    public void close() {}
  }
}

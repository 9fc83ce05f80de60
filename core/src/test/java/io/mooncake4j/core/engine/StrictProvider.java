package io.mooncake4j.core.engine;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.config.Option;
import io.mooncake4j.config.OptionType;
import io.mooncake4j.ffi.NativeMemory;
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
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;

/**
 * A transport within one engine, of high rank and with every limit. It fails slices that break one
 * of them, and notes all that it gets.
 */
public final class StrictProvider implements TransportProvider {
  static final String NAME = "strict";
  static final int ALIGNMENT = 512;
  static final int MAX_REGION_BYTES = 16 << 10;

  private static final Option<Long> SLICE_BYTES =
      Option.of("mooncake.strict.slice-bytes", OptionType.BYTES, 1L << 20, "The longest slice.");

  private static final Option<Boolean> NESTED =
      Option.of(
          "mooncake.strict.nested",
          OptionType.BOOLEAN,
          false,
          "Whether a short entry is published within each region.");

  /** What a slice asked for. */
  record Seen(long localOffset, long remoteAddress, long length) {}

  /** What engines' transports have got, by the engine's name. */
  static final ConcurrentMap<String, Queue<Seen>> SEEN = new ConcurrentHashMap<>();

  /** For the service loader. */
  public StrictProvider() {}

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
        "Has limits, for tests.",
        Set.of("cpu"),
        AddressSpace.VIRTUAL,
        300,
        Set.of(
            TransportFeature.READ,
            TransportFeature.WRITE,
            TransportFeature.SELF,
            TransportFeature.SHARED_MEMORY),
        new TransportLimits(MAX_REGION_BYTES, ALIGNMENT),
        List.of(SLICE_BYTES, NESTED),
        Set.of(),
        Optional.empty());
  }

  @Override
  public Transport create(TransportContext context) {
    return new Strict(context);
  }

  private static final class Strict implements Transport {
    private final Queue<Seen> seen;
    private final long maxSliceBytes;
    private final boolean nested;
    private final Set<LocalRegion> regions = ConcurrentHashMap.newKeySet();

    Strict(TransportContext context) {
      // An engine of an earlier test may have had the same port, and so the same name.
      seen = new ConcurrentLinkedQueue<>();
      SEEN.put(context.segmentName(), seen);
      maxSliceBytes = context.options().get(SLICE_BYTES);
      nested = context.options().get(NESTED);
    }

    @Override
    public List<List<PublishedEntry>> register(List<LocalRegion> more) {
      regions.addAll(more);
      return more.stream().map(this::entriesOf).toList();
    }

    private List<PublishedEntry> entriesOf(LocalRegion region) {
      List<PublishedEntry> entries = new ArrayList<>();
      entries.add(PublishedEntry.of(region.address(), region.length()));
      if (nested) {
        entries.add(PublishedEntry.of(region.address() + ALIGNMENT, 100));
      }
      return entries;
    }

    @Override
    public void withdraw(List<LocalRegion> gone) {
      gone.forEach(regions::remove);
    }

    @Override
    public Quiescence quiesce(List<LocalRegion> gone, long deadlineNanos) {
      return Quiescence.QUIET;
    }

    @Override
    public Advertisement advertise() {
      return Advertisement.EMPTY;
    }

    @Override
    public long maxSliceBytes() {
      return maxSliceBytes;
    }

    @Override
    public void submit(Slice[] slices, int from, int to) {
      for (int i = from; i < to; i++) {
        Slice slice = slices[i];
        seen.add(new Seen(slice.localOffset(), slice.remoteAddress(), slice.length()));
        if (isWithinLimits(slice)) {
          copy(slice);
          slice.succeed();
        } else {
          slice.fail(ErrorCode.INTERNAL, false, "the slice breaks a limit");
        }
      }
    }

    private boolean isWithinLimits(Slice slice) {
      return slice.peer().isSelf()
          && regions.contains(slice.region())
          && slice.length() <= maxSliceBytes
          && slice.length() % ALIGNMENT == 0
          && slice.remoteAddress() % ALIGNMENT == 0
          && (slice.region().address() + slice.localOffset()) % ALIGNMENT == 0;
    }

    private static void copy(Slice slice) {
      int length = (int) slice.length();
      NativeMemory far = NativeMemory.of(slice.remoteAddress(), length, slice);
      ByteBuffer remote = far.windows().range(0, length);
      ByteBuffer local =
          slice.region().window(0).duplicate().clear().slice((int) slice.localOffset(), length);
      if (slice.opcode() == OpCode.READ) {
        local.put(remote);
      } else {
        remote.put(local);
      }
    }

    @Override
    public void cancel(Slice slice, ErrorCode reason) {}

    @Override
    public Attributes accept(Attributes request) {
      return request;
    }

    @Override
    public void release(Peer peer) {}

    @Override
    public void close() {}
  }
}

package io.mooncake4j.testkit.sim;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.Advertisement;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.Availability;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.PublishedEntry;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.spi.RemoteEntry;
import io.mooncake4j.spi.Slice;
import io.mooncake4j.spi.Transport;
import io.mooncake4j.spi.TransportContext;
import io.mooncake4j.spi.TransportDescription;
import io.mooncake4j.spi.TransportFeature;
import io.mooncake4j.spi.TransportProvider;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A simulated transport with one defect, to see whether the contract finds it. */
final class DefectiveProvider implements TransportProvider {
  /** What is wrong with it. */
  enum Defect {
    NONE,
    COMPLETES_TWICE,
    TOUCHES_COMPLETED_SLICES,
    MOVES_ONE_BYTE_TOO_MANY,
    CONFIRMS_WITHOUT_MOVING,
    PUBLISHES_LOCAL_ONLY_REGIONS,
    DENIES_THAT_IT_REACHES_ITSELF,
    CLAIMS_HANDSHAKES,
    DOES_NOT_KNOW_QUIESCENCE,
    TOUCHES_MEMORY_AFTER_TIMEOUT,
    SAYS_A_LANDING_WRITE_CANNOT_LAND,
    CALLS_REFUSALS_BROKEN_LINKS,
    LEAVES_A_THREAD_BEHIND,
    MOVES_SHARED_WINDOWS
  }

  private final SimVirtualProvider sound = new SimVirtualProvider();
  private final Defect defect;

  DefectiveProvider(Defect defect) {
    this.defect = defect;
  }

  @Override
  public String name() {
    return sound.name();
  }

  @Override
  public Availability availability() {
    return sound.availability();
  }

  @Override
  public TransportDescription describe() {
    TransportDescription d = sound.describe();
    Set<TransportFeature> features = EnumSet.copyOf(d.features());
    if (defect == Defect.DENIES_THAT_IT_REACHES_ITSELF) {
      features.remove(TransportFeature.SELF);
    } else if (defect == Defect.CLAIMS_HANDSHAKES) {
      features.add(TransportFeature.HANDSHAKE);
    }
    return new TransportDescription(
        d.version(),
        d.summary(),
        d.memoryKinds(),
        d.addressSpace(),
        d.rank(),
        features,
        d.limits(),
        d.options(),
        d.onlyTransportVariables(),
        d.classicForm());
  }

  @Override
  public Transport create(TransportContext context) {
    return new Defective(sound.create(context), context, defect);
  }

  private static final class Defective implements Transport {
    private final Transport sound;
    private final TransportContext context;
    private final Defect defect;
    private final Map<Slice, Slice> wrapped = new ConcurrentHashMap<>();

    Defective(Transport sound, TransportContext context, Defect defect) {
      this.sound = sound;
      this.context = context;
      this.defect = defect;
    }

    @Override
    public List<List<PublishedEntry>> register(List<LocalRegion> regions) {
      List<List<PublishedEntry>> entries = new ArrayList<>(sound.register(regions));
      for (int i = 0; i < entries.size(); i++) {
        LocalRegion region = regions.get(i);
        if (defect == Defect.PUBLISHES_LOCAL_ONLY_REGIONS && entries.get(i).isEmpty()) {
          entries.set(i, List.of(PublishedEntry.of(region.address(), region.length())));
        }
      }
      return entries;
    }

    @Override
    public void withdraw(List<LocalRegion> regions) {
      sound.withdraw(regions);
    }

    @Override
    public Quiescence quiesce(List<LocalRegion> regions, long deadlineNanos) {
      Quiescence known = sound.quiesce(regions, deadlineNanos);
      return defect == Defect.DOES_NOT_KNOW_QUIESCENCE ? Quiescence.UNKNOWABLE : known;
    }

    @Override
    public Advertisement advertise() {
      return sound.advertise();
    }

    @Override
    public long maxSliceBytes() {
      return sound.maxSliceBytes();
    }

    @Override
    public void submit(Slice[] slices, int from, int to) {
      Slice[] batch = new Slice[to];
      for (int i = from; i < to; i++) {
        Slice wrapper = new DefectiveSlice(slices[i], defect);
        wrapped.put(slices[i], wrapper);
        batch[i] = wrapper;
      }
      if (defect == Defect.CONFIRMS_WITHOUT_MOVING) {
        for (int i = from; i < to; i++) {
          batch[i].succeed();
        }
      } else {
        sound.submit(batch, from, to);
      }
    }

    @Override
    public void cancel(Slice slice, ErrorCode reason) {
      if (defect == Defect.TOUCHES_MEMORY_AFTER_TIMEOUT && reason == ErrorCode.TIMEOUT) {
        LocalRegion region = slice.region();
        ScheduledFuture<?> unused =
            context
                .executor()
                .schedule(() -> region.window(0).put(0, (byte) 42), 50, TimeUnit.MILLISECONDS);
      }
      sound.cancel(wrapped.get(slice), reason);
    }

    @Override
    public Attributes accept(Attributes request) {
      return sound.accept(request);
    }

    @Override
    public void release(Peer peer) {
      sound.release(peer);
    }

    @Override
    public void close() {
      sound.close();
      if (defect == Defect.LEAVES_A_THREAD_BEHIND) {
        Thread thread = new Thread(Defective::waitForever, "left-behind");
        thread.setDaemon(true);
        thread.start();
      }
    }

    private static void waitForever() {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private record DefectiveSlice(Slice sound, Defect defect) implements Slice {
    @Override
    public OpCode opcode() {
      return sound.opcode();
    }

    @Override
    public LocalRegion region() {
      return sound.region();
    }

    @Override
    public long localOffset() {
      return sound.localOffset();
    }

    @Override
    public long length() {
      boolean room = sound.localOffset() + sound.length() < sound.region().length();
      return sound.length() + (defect == Defect.MOVES_ONE_BYTE_TOO_MANY && room ? 1 : 0);
    }

    @Override
    public Peer peer() {
      return sound.peer();
    }

    @Override
    public RemoteEntry entry() {
      return sound.entry();
    }

    @Override
    public long remoteAddress() {
      return sound.remoteAddress();
    }

    @Override
    public long deadlineNanos() {
      return sound.deadlineNanos();
    }

    @Override
    public void succeed() {
      if (defect == Defect.MOVES_SHARED_WINDOWS) {
        sound.region().window(0).position(1);
      }
      sound.succeed();
      if (defect == Defect.COMPLETES_TWICE) {
        sound.succeed();
      } else if (defect == Defect.TOUCHES_COMPLETED_SLICES) {
        sound.length();
      }
    }

    @Override
    public void fail(ErrorCode code, boolean mayStillLand, String detail) {
      boolean lie = defect == Defect.SAYS_A_LANDING_WRITE_CANNOT_LAND;
      boolean refusal = code == ErrorCode.PEER_REJECTED_ADDRESS;
      sound.fail(
          refusal && defect == Defect.CALLS_REFUSALS_BROKEN_LINKS ? ErrorCode.LINK_BROKEN : code,
          mayStillLand && !lie,
          detail);
    }
  }
}

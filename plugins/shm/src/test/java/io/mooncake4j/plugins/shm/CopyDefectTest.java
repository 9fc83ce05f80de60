package io.mooncake4j.plugins.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.RemoteEntry;
import io.mooncake4j.spi.Slice;
import io.mooncake4j.testkit.Await;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Memory that is gone while it is copied, as a mapped file that was cut. */
@Timeout(60)
class CopyDefectTest {
  private static final int BLOCK = 1_000;
  private static final int BLOCKS = 40;
  private static final int DEFECT = 17;

  /** Takes note of its end; more than one is noted too. */
  private static final class Recorder implements Slice {
    final List<String> ends = new CopyOnWriteArrayList<>();
    private final LocalRegion region;
    private final long offset;
    private final Peer peer;
    private final RemoteEntry entry;

    Recorder(LocalRegion region, long offset, Peer peer, RemoteEntry entry) {
      this.region = region;
      this.offset = offset;
      this.peer = peer;
      this.entry = entry;
    }

    @Override
    public OpCode opcode() {
      return OpCode.WRITE;
    }

    @Override
    public LocalRegion region() {
      return region;
    }

    @Override
    public long localOffset() {
      return offset;
    }

    @Override
    public long length() {
      return BLOCK;
    }

    @Override
    public Peer peer() {
      return peer;
    }

    @Override
    public RemoteEntry entry() {
      return entry;
    }

    @Override
    public long remoteAddress() {
      return entry.address() + offset;
    }

    @Override
    public long deadlineNanos() {
      return Long.MAX_VALUE;
    }

    @Override
    public void succeed() {
      ends.add("succeeded");
    }

    @Override
    public void fail(ErrorCode code, boolean mayStillLand, String detail) {
      ends.add(code + " " + mayStillLand);
    }
  }

  /** A region whose memory cannot be had. */
  private static LocalRegion gone(LocalRegion region) {
    return (LocalRegion)
        Proxy.newProxyInstance(
            CopyDefectTest.class.getClassLoader(),
            new Class<?>[] {LocalRegion.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("window")) {
                throw new InternalError("a fault occurred in an unsafe memory access operation");
              }
              try {
                return method.invoke(region, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static Recorder[] slices(ShmPair pair) {
    RemoteEntry entry = pair.peer.document().entryFor(pair.remote.address(), (long) BLOCK * BLOCKS);
    LocalRegion gone = gone(pair.local);
    return IntStream.range(0, BLOCKS)
        .mapToObj(
            block ->
                new Recorder(
                    block == DEFECT ? gone : pair.local, (long) block * BLOCK, pair.peer, entry))
        .toArray(Recorder[]::new);
  }

  @Test
  void ofARunWithADefectNothingIsSaidToHaveSucceededAndAllGoOn() {
    try (ShmPair pair = new ShmPair((long) BLOCK * BLOCKS)) {
      Recorder[] slices = slices(pair);
      pair.initiator.transport().submit(slices, 0, BLOCKS);
      for (int block = 0; block < BLOCKS; block++) {
        assertThat(slices[block].ends)
            .as("block %d", block)
            .containsExactly(block <= DEFECT ? ErrorCode.MEMORY + " true" : "succeeded");
      }
    }
  }

  @Test
  void aCopyThreadThatMeetsADefectGoesOn() {
    try (ShmPair pair =
        new ShmPair(
            (long) BLOCK * BLOCKS,
            ShmOptions.INLINE_BYTES.key(),
            "0",
            ShmOptions.COPY_THREADS.key(),
            "1")) {
      Recorder[] slices = slices(pair);
      pair.initiator.transport().submit(slices, 0, BLOCKS);
      for (int block = 0; block < BLOCKS; block++) {
        List<String> ends = slices[block].ends;
        Await.until(() -> !ends.isEmpty(), "the end of a slice");
        assertThat(ends)
            .as("block %d", block)
            .containsExactly(block == DEFECT ? ErrorCode.MEMORY + " true" : "succeeded");
      }
    }
  }
}

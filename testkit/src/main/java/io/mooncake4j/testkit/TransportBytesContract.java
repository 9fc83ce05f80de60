package io.mooncake4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.Transport;
import io.mooncake4j.spi.TransportFeature;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The part of {@link TransportContract} about bytes: the right ones, all of them, no others. */
public interface TransportBytesContract {
  /** How much memory the tests of bytes use on each side. */
  int REGION_BYTES = 6 << 20;

  /**
   * Returns the running test's bench.
   *
   * @return the bench
   */
  TransportBench bench();

  private long[] lengths() {
    long longest = bench().initiator().transport().maxSliceBytes();
    return LongStream.of(1, 7, 4096, 65_537, 1_048_579, longest, longest + 1, 5L << 20)
        .filter(length -> length <= 5L << 20)
        .map(bench()::aligned)
        .distinct()
        .toArray();
  }

  @Test
  default void readsTheBytesOfEveryLength() {
    bench().assumeClaims(TransportFeature.READ);
    Target target = bench().startTarget();
    Target.Region remote = target.register(REGION_BYTES, true);
    TestRegion local = bench().initiator().registerLocalOnly(TestMemory.allocate(REGION_BYTES));
    TestPeer peer = bench().initiator().open(target);
    remote.fill(1);
    long seed = 2;
    for (long length : lengths()) {
      local.memory().fill(++seed);
      byte[] expected = local.memory().bytes(0, REGION_BYTES);
      int from = (int) bench().aligned(12_345);
      int to = (int) bench().aligned(4_001);
      byte[] source = TestMemory.pattern(1, from, (int) length);
      System.arraycopy(source, 0, expected, to, source.length);

      bench().transfer(OpCode.READ, local, to, peer, remote, from, length);

      local.memory().assertHolds(0, expected, "local memory after a read of " + length);
    }
    TestMemory.assertEqual(
        remote.bytes(0, REGION_BYTES),
        TestMemory.pattern(1, 0, REGION_BYTES),
        "remote memory after reads");
  }

  @Test
  default void writesTheBytesOfEveryLength() {
    bench().assumeClaims(TransportFeature.WRITE);
    Target target = bench().startTarget();
    Target.Region remote = target.register(REGION_BYTES, true);
    TestRegion local = bench().initiator().registerLocalOnly(TestMemory.allocate(REGION_BYTES));
    TestPeer peer = bench().initiator().open(target);
    local.memory().fill(1);
    long seed = 2;
    for (long length : lengths()) {
      remote.fill(++seed);
      byte[] expected = TestMemory.pattern(seed, 0, REGION_BYTES);
      int from = (int) bench().aligned(4_001);
      int to = (int) bench().aligned(12_345);
      byte[] source = TestMemory.pattern(1, from, (int) length);
      System.arraycopy(source, 0, expected, to, source.length);

      bench().transfer(OpCode.WRITE, local, from, peer, remote, to, length);

      TestMemory.assertEqual(
          remote.bytes(0, REGION_BYTES), expected, "remote memory after a write of " + length);
    }
    local
        .memory()
        .assertHolds(0, TestMemory.pattern(1, 0, REGION_BYTES), "local memory after writes");
  }

  @Test
  default void reachesTheLastByteOfARegion() {
    Target target = bench().startTarget();
    long length = bench().aligned(70_001);
    long tail = bench().aligned(1);
    Target.Region remote = target.register(length, true);
    remote.fill(4);
    TestRegion local = bench().local(length);
    local.memory().fill(4);
    TestPeer peer = bench().initiator().open(target);
    bench().transfer(bench().anyOpcode(), local, length - tail, peer, remote, length - tail, tail);
    local.memory().assertHolds(0, TestMemory.pattern(4, 0, (int) length), "local memory");
  }

  @Test
  default void movesManySmallSlicesOfOneSubmission() {
    int count = 2_000;
    long size = bench().aligned(48);
    Target target = bench().startTarget();
    Target.Region remote = target.register(count * size, true);
    remote.fill(5);
    TestRegion local = bench().local(count * size);
    local.memory().fill(bench().claims(TransportFeature.READ) ? 6 : 5);
    TestPeer peer = bench().initiator().open(target);
    List<TestSlice> slices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long at = (count - 1 - i) * size;
      slices.addAll(bench().slices(bench().anyOpcode(), local, at, peer, remote, at, size));
    }
    bench().submit(slices);
    slices.forEach(TestSlice::assertSucceeded);
    byte[] expected = TestMemory.pattern(5, 0, (int) (count * size));
    local.memory().assertHolds(0, expected, "local memory");
    TestMemory.assertEqual(remote.bytes(0, expected.length), expected, "remote memory");
  }

  @Test
  default void aSliceCanBeUsedAgainOnceItIsCompleted() {
    Target target = bench().startTarget();
    long length = bench().aligned(1_000);
    Target.Region remote = target.register(length, true);
    TestRegion local = bench().local(length);
    TestPeer peer = bench().initiator().open(target);
    TestSlice slice = bench().slices(bench().anyOpcode(), local, 0, peer, remote, 0, length).get(0);
    for (int round = 0; round < 50; round++) {
      bench().initiator().submit(slice);
      slice.assertSucceeded();
    }
  }

  @Test
  default void manyThreadsAndPeersDoNotMixUpBytes() throws Exception {
    int threads = 4;
    List<Target> targets = List.of(bench().startTarget(), bench().startTarget());
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> work = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        Target target = targets.get(i % targets.size());
        long room = bench().aligned(300_000);
        Target.Region remote = target.register(room, true);
        TestRegion local = bench().local(room);
        long seed = 1_000L * (i + 1);
        work.add(pool.submit(() -> exchange(target, remote, local, seed)));
      }
      for (Future<?> future : work) {
        finish(future);
      }
    } finally {
      pool.shutdownNow();
      assertThat(pool.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** Threads that wait may help; that changes neither bytes nor completions. */
  @Test
  default void threadsThatWaitMayHelp() throws Exception {
    Target target = bench().startTarget();
    TestPeer strange = bench().initiator().open(bench().startTarget());
    long room = bench().aligned(300_000);
    Target.Region remote = target.register(room, true);
    TestRegion local = bench().local(room);
    TestPeer peer = bench().initiator().open(target);
    Transport transport = bench().initiator().transport();
    assertThat(transport.progress(strange)).isNotEqualTo(Transport.Progress.MOVED);
    AtomicBoolean over = new AtomicBoolean();
    ExecutorService pool = Executors.newFixedThreadPool(3);
    try {
      Future<?> work = pool.submit(() -> exchange(target, remote, local, 1_000));
      List<Future<?>> helpers = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        helpers.add(pool.submit(() -> help(transport, peer, over)));
      }
      finish(work);
      over.set(true);
      for (Future<?> helper : helpers) {
        finish(helper);
      }
    } finally {
      over.set(true);
      pool.shutdownNow();
      assertThat(pool.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(transport.progress(peer)).isNotEqualTo(Transport.Progress.MOVED);
  }

  // Who helps leaves the processor to others meanwhile.
  @SuppressWarnings("ThreadPriorityCheck")
  private static void help(Transport transport, TestPeer peer, AtomicBoolean over) {
    while (!over.get()) {
      assertThat(transport.progress(peer)).isNotNull();
      Thread.yield();
    }
  }

  private static void finish(Future<?> future) throws InterruptedException, TimeoutException {
    try {
      future.get(90, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("a thread failed: " + e.getCause(), e.getCause());
    }
  }

  /** Writes patterns and reads them back, each time into other places. */
  private void exchange(Target target, Target.Region remote, TestRegion local, long firstSeed) {
    Random random = new Random(firstSeed);
    TestPeer peer = bench().initiator().open(target);
    int alignment = bench().description().limits().alignment();
    int half = (int) (local.length() / 2 / alignment * alignment);
    for (long seed = firstSeed; seed < firstSeed + 25; seed++) {
      int length = (int) bench().aligned(1 + random.nextInt(half - alignment));
      byte[] bytes = TestMemory.pattern(seed, 0, length);
      if (bench().claims(TransportFeature.WRITE)) {
        local.memory().write(0, bytes);
        bench().transfer(OpCode.WRITE, local, 0, peer, remote, 0, length);
      } else {
        remote.write(0, bytes);
      }
      if (bench().claims(TransportFeature.READ)) {
        bench().transfer(OpCode.READ, local, half, peer, remote, 0, length);
        local.memory().assertHolds(half, bytes, "bytes of thread " + firstSeed);
      } else {
        TestMemory.assertEqual(remote.bytes(0, length), bytes, "bytes of thread " + firstSeed);
      }
    }
  }
}

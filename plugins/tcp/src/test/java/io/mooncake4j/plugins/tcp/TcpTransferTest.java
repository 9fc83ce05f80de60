package io.mooncake4j.plugins.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TestPeer;
import io.mooncake4j.testkit.TestRegion;
import io.mooncake4j.testkit.TestSlice;
import io.mooncake4j.testkit.TransportHarness;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both roles between two Java engines: every byte is compared. */
class TcpTransferTest {
  private static final String VERSION = TcpOptions.PROTOCOL_VERSION.key();
  private static final String SLICE_BYTES = TcpOptions.SLICE_BYTES.key();

  @ParameterizedTest
  @ValueSource(strings = {"1", "2"})
  void movesEverySizeBothWays(String version) {
    long[] sizes = {
      1,
      2,
      7,
      8,
      9,
      24,
      255,
      4096,
      32767,
      32768,
      65537,
      262143,
      262144,
      262145,
      1 << 20,
      (4 << 20) + 3
    };
    try (TcpPair pair = new TcpPair(8 << 20, VERSION, version, SLICE_BYTES, "16m")) {
      for (long size : sizes) {
        pair.local.memory().fill(size);
        pair.remote.memory().fill(-size);
        TestSlice write = pair.write(5, 9, size);
        pair.initiator.submit(write);
        write.assertSucceeded();
        byte[] written = TestMemory.pattern(size, 5, (int) size);
        pair.remote.memory().assertHolds(9, written, "written " + size);
        pair.remote.memory().assertHolds(0, TestMemory.pattern(-size, 0, 9), "before");
        pair.remote
            .memory()
            .assertHolds(9 + size, TestMemory.pattern(-size, 9 + size, 16), "behind");

        TestSlice read = pair.read(33, 9, size);
        pair.initiator.submit(read);
        read.assertSucceeded();
        pair.local.memory().assertHolds(33, written, "read back " + size);
        pair.local
            .memory()
            .assertHolds(33 + size, TestMemory.pattern(size, 33 + size, 16), "behind");
      }
    }
  }

  /** Nothing that only Java peers publish is needed to find and use a peer. */
  @ParameterizedTest
  @ValueSource(strings = {"1", "2"})
  void reachesPeersThatPublishOnlyWhatCppDoes(String version) {
    try (TestMemory local = TestMemory.allocate(1 << 20);
        TestMemory remote = TestMemory.allocate(1 << 20);
        TransportHarness initiator = TcpPair.start();
        TransportHarness target =
            TransportHarness.of(new TcpTransportProvider())
                .option(VERSION, version)
                .likeCpp()
                .start()) {
      TestRegion from = initiator.register(local);
      TestRegion to = target.register(remote);
      assertThat(target.document().extension()).isEqualTo(Attributes.emptyMap());
      local.fill(3);
      TestPeer peer = initiator.open(target);

      TestSlice write = initiator.write(from, 0, peer, to.address() + 7, 200_000);
      initiator.submit(write);
      write.assertSucceeded();
      TestSlice read = initiator.read(from, 400_000, peer, to.address() + 7, 200_000);
      initiator.submit(read);
      read.assertSucceeded();

      byte[] expected = TestMemory.pattern(3, 0, 200_000);
      remote.assertHolds(7, expected, "written");
      local.assertHolds(400_000, expected, "read back");
      initiator.assertNoViolations();
      target.assertNoViolations();
    }
  }

  @ParameterizedTest
  @CsvSource({"1, true", "1, false", "2, true"})
  void movesSixtyFourMebibytesInSlices(String version, String confirm) {
    int bytes = 64 << 20;
    try (TcpPair pair =
        new TcpPair(bytes, VERSION, version, TcpOptions.CONFIRM_V1_WRITES.key(), confirm)) {
      pair.local.memory().fill(1);
      transfer(pair, OpCode.WRITE, bytes);
      byte[] expected = pair.local.memory().bytes(0, bytes);
      Await.until(
          () -> Arrays.equals(pair.remote.memory().bytes(0, bytes), expected),
          "the written bytes are there");
      pair.remote.memory().fill(2);
      transfer(pair, OpCode.READ, bytes);
      pair.local.memory().assertHolds(0, pair.remote.memory().bytes(0, bytes), "read");
      assertThat(pair.initiator.metrics().value("connections.opened")).isEqualTo(2);
      assertThat(pair.initiator.metrics().value("read.bytes")).isEqualTo(bytes);
      assertThat(pair.target.metrics().value("served.read.bytes")).isGreaterThanOrEqualTo(bytes);
    }
  }

  private static void transfer(TcpPair pair, OpCode opcode, int bytes) {
    int slice = (int) pair.initiator.transport().maxSliceBytes();
    List<TestSlice> slices = new ArrayList<>();
    for (int at = 0; at < bytes; at += slice) {
      int length = Math.min(slice, bytes - at);
      slices.add(opcode == OpCode.READ ? pair.read(at, at, length) : pair.write(at, at, length));
    }
    pair.initiator.submit(slices.toArray(TestSlice[]::new));
    slices.forEach(TestSlice::assertSucceeded);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2"})
  void movesTenThousandSmallSlicesAtOnce(String version) {
    int count = 10_000;
    int size = 4096;
    int bytes = count * size;
    try (TcpPair pair = new TcpPair(bytes, VERSION, version)) {
      pair.local.memory().fill(3);
      TestSlice[] writes = new TestSlice[count];
      for (int i = 0; i < count; i++) {
        writes[i] = pair.write((long) i * size, (long) (count - 1 - i) * size, size);
      }
      pair.initiator.submit(writes);
      Arrays.stream(writes).forEach(TestSlice::assertSucceeded);
      for (int i = 0; i < count; i++) {
        byte[] expected = TestMemory.pattern(3, (long) i * size, size);
        pair.remote.memory().assertHolds((long) (count - 1 - i) * size, expected, "slice " + i);
      }
      pair.local.memory().fill(4);
      TestSlice[] reads = new TestSlice[count];
      for (int i = 0; i < count; i++) {
        reads[i] = pair.read((long) i * size, (long) (count - 1 - i) * size, size);
      }
      pair.initiator.submit(reads);
      Arrays.stream(reads).forEach(TestSlice::assertSucceeded);
      pair.local.memory().assertHolds(0, TestMemory.pattern(3, 0, bytes), "read back");
    }
  }

  /** With little socket buffer, sending would wait for receiving if the two were one. */
  @ParameterizedTest
  @ValueSource(strings = {"1", "2"})
  void mixesLargeReadsAndWritesWithoutDeadlock(String version) {
    int half = 32 << 20;
    try (TcpPair pair =
        new TcpPair(
            2L * half,
            VERSION,
            version,
            TcpOptions.CONNECTIONS.key(),
            "1",
            TcpOptions.LOCAL_PIPELINE_BYTES.key(),
            "8m",
            TcpOptions.SEND_BUFFER_BYTES.key(),
            "64k",
            TcpOptions.RECEIVE_BUFFER_BYTES.key(),
            "64k")) {
      pair.local.memory().fill(5);
      pair.remote.memory().fill(6);
      List<TestSlice> slices = new ArrayList<>();
      int size = 256 << 10;
      for (int at = 0; at < half; at += size) {
        slices.add(pair.write(at, at, size));
        slices.add(pair.read(half + at, half + at, size));
      }
      pair.initiator.submit(slices.toArray(TestSlice[]::new));
      slices.forEach(TestSlice::assertSucceeded);
      pair.remote.memory().assertHolds(0, TestMemory.pattern(5, 0, half), "written");
      pair.local.memory().assertHolds(half, TestMemory.pattern(6, half, half), "read");
    }
  }

  @Test
  void mixesRandomSizesAndOpcodesOnFourConnections() {
    int area = 256 << 10;
    int count = 200;
    int bytes = area * count;
    Random random = new Random(7);
    try (TcpPair pair = new TcpPair(bytes, TcpOptions.CONNECTIONS.key(), "4")) {
      pair.local.memory().fill(8);
      pair.remote.memory().fill(9);
      byte[] local = TestMemory.pattern(8, 0, bytes);
      byte[] remote = TestMemory.pattern(9, 0, bytes);
      TestSlice[] slices = new TestSlice[count];
      for (int i = 0; i < count; i++) {
        int at = area * i;
        int length = 1 + random.nextInt(random.nextBoolean() ? 5000 : area - 1);
        boolean write = random.nextBoolean();
        slices[i] = write ? pair.write(at, at, length) : pair.read(at, at, length);
        System.arraycopy(write ? local : remote, at, write ? remote : local, at, length);
      }
      pair.initiator.submit(slices);
      Arrays.stream(slices).forEach(TestSlice::assertSucceeded);
      pair.local.memory().assertHolds(0, local, "local memory");
      pair.remote.memory().assertHolds(0, remote, "remote memory");
    }
  }

  @Test
  void reachesItself() {
    try (TcpPair pair = new TcpPair(1 << 16)) {
      pair.local.memory().fill(10);
      TestSlice copy =
          pair.initiator.write(
              pair.local, 0, pair.initiator.self(), pair.local.address() + 4096, 4096);
      pair.initiator.submit(copy);
      copy.assertSucceeded();
      pair.local.memory().assertHolds(4096, TestMemory.pattern(10, 0, 4096), "copied");
    }
  }

  /** Windows are at most 2 GiB long, so both sides have to find the right one. */
  @Test
  void reachesBeyondTwoGibibytes() {
    long bytes = (3L << 30) + 4096;
    try (TcpPair pair = new TcpPair(bytes)) {
      for (long at : new long[] {(1L << 30) - 50, (2L << 30) - 50, (3L << 30) - 50, bytes - 100}) {
        byte[] pattern = TestMemory.pattern(at, 0, 100);
        pair.local.memory().write(at, pattern);
        TestSlice write = pair.write(at, bytes - 100 - at, 100);
        pair.initiator.submit(write);
        write.assertSucceeded();
        pair.remote.memory().assertHolds(bytes - 100 - at, pattern, "written");
        TestSlice read = pair.read(0, bytes - 100 - at, 100);
        pair.initiator.submit(read);
        read.assertSucceeded();
        pair.local.memory().assertHolds(0, pattern, "read back");
      }
    }
  }
}

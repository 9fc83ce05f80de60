package io.mooncake4j.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.EngineBuilder;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.Registration;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which transport serves peers on one host: shared memory where it can, TCP where it cannot. */
@Timeout(60)
class SharedMemoryEngineTest {
  private static final int SIZE = 3 << 20;
  private static final String SHM = "transport.shm.written.bytes";
  private static final String TCP = "transport.tcp.written.bytes";

  private static EngineBuilder engine() {
    return TransferEngine.builder()
        .ignoreEnvironment()
        .name("127.0.0.1")
        .option("mooncake.network.bind-address", "127.0.0.1")
        .option("mooncake.transports", "shm,tcp");
  }

  private static void write(TransferEngine from, TransferEngine to, String via) throws Exception {
    try (MemoryRegion local = from.allocate(SIZE)) {
      local.window(0, 1).put(0, (byte) 7);
      local.window(SIZE - 1, 1).put(0, (byte) 8);
      RemoteBuffer remote = from.openSegment(to.name()).buffers().get(0);
      TransferRequest request = TransferRequest.write(local, 0, remote, 0, SIZE);
      from.submit(via == null ? request : request.via(via)).get(30, TimeUnit.SECONDS);
    }
  }

  private static void assertArrived(ByteBuffer first, ByteBuffer last) {
    assertThat(first.get(0)).isEqualTo((byte) 7);
    assertThat(last.get(0)).isEqualTo((byte) 8);
  }

  private static void assertArrived(MemoryRegion region) {
    assertArrived(region.window(0, 1), region.window(SIZE - 1, 1));
  }

  private static void assertServed(TransferEngine engine, long shm, long tcp) {
    assertThat(engine.metrics().value(SHM)).as("bytes by shm").isEqualTo(shm);
    assertThat(engine.metrics().value(TCP)).as("bytes by tcp").isEqualTo(tcp);
  }

  @Test
  void sharedMemoryIsPreferredInBothDirectionsUnlessARequestSaysOtherwise() throws Exception {
    try (TransferEngine one = engine().build();
        TransferEngine two = engine().build();
        MemoryRegion ofOne = one.allocate(SIZE);
        MemoryRegion ofTwo = two.allocate(SIZE)) {
      write(one, two, null);
      assertArrived(ofTwo);
      assertServed(one, SIZE, 0);
      write(two, one, null);
      assertArrived(ofOne);
      assertServed(two, SIZE, 0);
      write(one, two, "tcp");
      assertServed(one, SIZE, SIZE);
    }
  }

  @Test
  void tcpServesWhenThePeersPlacesAreTaken() throws Exception {
    try (TransferEngine target = engine().option("mooncake.shm.max-peers", "1").build();
        TransferEngine first = engine().build();
        TransferEngine second = engine().build();
        MemoryRegion region = target.allocate(SIZE)) {
      write(first, target, null);
      assertServed(first, SIZE, 0);
      write(second, target, null);
      assertServed(second, 0, SIZE);
      assertArrived(region);
    }
  }

  @Test
  void tcpServesMemoryOfOthersAndPeersWithoutSharedMemory() throws Exception {
    ByteBuffer buffer = ByteBuffer.allocateDirect(SIZE);
    try (TransferEngine foreign = engine().build();
        TransferEngine plain = engine().option("mooncake.transports", "tcp").build();
        TransferEngine initiator = engine().build();
        MemoryRegion registered = foreign.register(Registration.of(buffer));
        MemoryRegion region = plain.allocate(SIZE)) {
      write(initiator, foreign, null);
      assertArrived(registered);
      write(initiator, plain, null);
      assertArrived(region);
      assertServed(initiator, 0, 2L * SIZE);
    }
  }
}

package io.mooncake4j.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mooncake4j.api.Batch;
import io.mooncake4j.api.EngineBuilder;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.Registration;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.api.TransferStatus;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.ChildJvm;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
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

  private static String servedBy(TransferEngine engine, TransferRequest... requests) {
    try (Batch batch = engine.newBatch(requests.length)) {
      batch.submit(List.of(requests));
      assertThat(batch.await(Duration.ofSeconds(30))).isTrue();
      assertThat(batch.status()).as("%s", batch.failure(0)).isEqualTo(TransferStatus.COMPLETED);
      return batch.servedBy(requests.length - 1);
    }
  }

  @Test
  void aRegionThatTakesAnothersPlaceIsReachedThroughSharedMemoryAgain() {
    try (TransferEngine target = engine().build();
        TransferEngine initiator = engine().build();
        MemoryRegion local = initiator.allocate(SIZE)) {
      MemoryRegion region = target.allocate(SIZE);
      long address = region.address();
      RemoteBuffer remote = initiator.openSegment(target.name()).buffers().get(0);
      TransferRequest write = TransferRequest.write(local, 0, remote, 0, SIZE);
      assertThat(servedBy(initiator, write)).isEqualTo("shm");
      region.close();
      try (MemoryRegion again = target.allocate(SIZE)) {
        assumeTrue(again.address() == address, "the kernel has chosen another address");
        local.window(0, 1).put(0, (byte) 7);
        local.window(SIZE - 1, 1).put(0, (byte) 8);
        // The old key is refused, and TCP serves; the descriptor is fetched on the side.
        String first = servedBy(initiator, write);
        assertThat(first).isIn("shm", "tcp");
        assertArrived(again);
        Await.until(() -> servedBy(initiator, write).equals("shm"), "shared memory serves again");
      }
    }
  }

  @Test
  void anExplicitChoiceIsHonouredWhereItCannotServe() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(SIZE);
    try (TransferEngine target = engine().build();
        TransferEngine initiator = engine().build();
        MemoryRegion local = initiator.allocate(SIZE);
        MemoryRegion registered = target.register(Registration.of(buffer))) {
      RemoteBuffer remote = initiator.openSegment(target.name()).buffers().get(0);
      TransferRequest write = TransferRequest.write(local, 0, remote, 0, SIZE);
      assertThat(servedBy(initiator, write.via("tcp"))).isEqualTo("tcp");
      assertThatThrownBy(() -> initiator.submit(write.via("shm")).get(30, TimeUnit.SECONDS))
          .hasStackTraceContaining("not within what the segment has published");
      assertThat(registered.length()).isEqualTo(SIZE);
      assertServed(initiator, 0, SIZE);
    }
  }

  @Test
  void whoServedIsSaidWhereThePeersPlacesAreTaken() {
    try (TransferEngine target = engine().option("mooncake.shm.max-peers", "1").build();
        TransferEngine first = engine().build();
        TransferEngine second = engine().build();
        MemoryRegion ofFirst = first.allocate(SIZE);
        MemoryRegion ofSecond = second.allocate(SIZE);
        MemoryRegion region = target.allocate(SIZE)) {
      RemoteBuffer remote = first.openSegment(target.name()).buffers().get(0);
      assertThat(servedBy(first, TransferRequest.write(ofFirst, 0, remote, 0, SIZE)))
          .isEqualTo("shm");
      remote = second.openSegment(target.name()).buffers().get(0);
      assertThat(servedBy(second, TransferRequest.write(ofSecond, 0, remote, 0, SIZE)))
          .isEqualTo("tcp");
      assertThat(region.length()).isEqualTo(SIZE);
    }
  }

  @Test
  void aPeerThatIsKilledFailsRequestsInWords() {
    try (TransferEngine initiator = engine().option("mooncake.transfer.timeout", "10s").build();
        MemoryRegion local = initiator.allocate(SIZE);
        ChildJvm child = ChildJvm.start(Owner.class)) {
      child.awaitReady(Duration.ofSeconds(30));
      String name = child.call("name", Duration.ofSeconds(30));
      RemoteBuffer remote = initiator.openSegment(name).buffers().get(0);
      TransferRequest read = TransferRequest.read(local, 0, remote, 0, SIZE);
      assertThat(servedBy(initiator, read)).isEqualTo("shm");
      Thread killer = new Thread(child::kill, "killer");
      killer.start();
      assertThatThrownBy(() -> readUntilRefused(initiator, read))
          .isInstanceOf(MooncakeException.class)
          .hasMessageContaining("read of " + SIZE + " bytes")
          .hasMessageContaining(name);
    }
  }

  private static void readUntilRefused(TransferEngine engine, TransferRequest read) {
    try (Batch batch = engine.newBatch(1)) {
      while (true) {
        batch.submit(List.of(read));
        assertThat(batch.await(Duration.ofSeconds(30))).isTrue();
        if (batch.status() != TransferStatus.COMPLETED) {
          throw batch.failure(0);
        }
        batch.reset();
      }
    }
  }

  /** A process with an engine and a region that may be reached. */
  static final class Owner {
    private Owner() {}

    public static void main(String[] arguments) {
      TransferEngine engine = engine().build();
      MemoryRegion region = engine.allocate(SIZE);
      ChildJvm.serve(line -> region.length() == SIZE ? engine.name() : "");
    }
  }
}

package io.mooncake4j.benchmarks.peers.sockets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.benchmarks.peers.PeerShape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SocketsProgramTest {
  private static final int MEMORY = 12 << 20;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void bytesArriveIntactAndTheServerEnds(boolean oneBlock) throws Exception {
    SocketsProgram program = new SocketsProgram(MEMORY, oneBlock);
    long server = program.serverPids().get(0);
    try (program) {
      program.verify();
      assertThat(ProcessHandle.of(server)).isPresent();
    }
    assertThat(ProcessHandle.of(server)).isEmpty();
  }

  @Test
  void eachThreadHasMemoryOfItsOwn() throws Exception {
    try (SocketsProgram program = new SocketsProgram(MEMORY, false);
        SocketsWorker first = program.open(new PeerShape(true, 4096, 4, 2)).worker(0);
        SocketsWorker second = program.open(new PeerShape(true, 4096, 4, 2)).worker(1)) {
      byte[] ones = known(1);
      byte[] twos = known(2);
      first.memory().put(ones);
      second.memory().put(twos);
      first.moveBatch();
      second.moveBatch();
      first.memory().put(twos);

      try (SocketsWorker reader = program.open(new PeerShape(false, 8192, 4, 1)).worker(0)) {
        reader.moveBatch();
        assertThat(reader.memory().slice(0, ones.length)).isEqualTo(ByteBuffer.wrap(ones));
        assertThat(reader.memory().slice(ones.length, twos.length))
            .isEqualTo(ByteBuffer.wrap(twos));
      }
    }
  }

  @Test
  void workBeyondTheMemoryIsRefused() throws Exception {
    try (SocketsProgram program = new SocketsProgram(MEMORY, false)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> program.open(new PeerShape(true, 1 << 20, 4, 4)))
          .withMessageContaining("needs 16777216 bytes");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theServerRefusesWhatLiesBeyondItsMemoryAndGoesOn(boolean write) throws Exception {
    try (SocketsProgram program = new SocketsProgram(MEMORY, false)) {
      Request beyond = new Request(write, MEMORY - 4096, 4097, 1);
      try (SocketsWorker worker =
          new SocketsWorker(program.address(), beyond, Memory.of(MEMORY + 1))) {
        assertThatThrownBy(worker::moveBatch).isInstanceOf(IOException.class);
      }
      program.verify();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2, 0, 1, 1, no operation",
    "-1, 0, 1, 1, no operation",
    "0, -1, 1, 1, refused",
    "0, 0, 0, 1, refused",
    "0, 0, 1, 0, refused",
    "1, 0, 101, 1, refused",
    "1, 100, 1, 1, refused",
    "1, 2147483647, 2147483647, 1, refused"
  })
  void aRequestIsChecked(int operation, int offset, int length, int times, String words) {
    ByteBuffer head = ByteBuffer.allocate(Request.BYTES);
    head.putInt(operation).putInt(offset).putInt(length).putInt(times).flip();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Request.of(head, 100))
        .withMessageContaining(words);
  }

  @Test
  void aRequestTravels() {
    Request request = new Request(true, 60, 40, 3);

    assertThat(Request.of(request.head(), 100)).isEqualTo(request);
    assertThat(request.bytes()).isEqualTo(120);
  }

  private static byte[] known(int seed) {
    byte[] bytes = new byte[4 * 4096];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}

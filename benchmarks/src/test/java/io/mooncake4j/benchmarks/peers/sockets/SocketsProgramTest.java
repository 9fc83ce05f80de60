package io.mooncake4j.benchmarks.peers.sockets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.benchmarks.peers.PeerShape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class SocketsProgramTest {
  private static final int MEMORY = 12 << 20;

  @ParameterizedTest
  @ValueSource(
      strings = {"", "step=1048576", "pattern=one-block", "pattern=one-block step=1048576"})
  void bytesArriveIntactAndTheServerEnds(String words) throws Exception {
    SocketsProgram program = new SocketsProgram(MEMORY);
    long server = program.serverPids().get(0);
    try (program) {
      program.choose(words.isEmpty() ? List.of() : List.of(words.split(" ")));
      program.verify();
      assertThat(ProcessHandle.of(server)).isPresent();
    }
    assertThat(ProcessHandle.of(server)).isEmpty();
  }

  @Test
  void onlyWhatWasAskedForIsWrittenAndRead() throws Exception {
    try (SocketsProgram program = new SocketsProgram(MEMORY)) {
      ByteBuffer before = ByteBuffer.allocate(MEMORY).put(program.memory()).flip();
      byte[] known = new byte[300];
      new Random(1).nextBytes(known);
      program.memory().put(100, known);
      move(program, new Request(true, 200, 100, 2));
      program.memory().put(before.duplicate());
      move(program, new Request(false, 0, 1000, 1));

      before.put(200, known, 100, 100);
      assertThat(program.memory()).isEqualTo(before);
    }
  }

  @Test
  void workBeyondTheMemoryIsRefused() throws Exception {
    try (SocketsProgram program = new SocketsProgram(MEMORY)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> program.open(new PeerShape(true, 1 << 20, 4, 4)))
          .withMessageContaining("needs 16777216 bytes");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theServerRefusesWhatLiesBeyondItsMemoryAndGoesOn(boolean write) throws Exception {
    try (SocketsProgram program = new SocketsProgram(MEMORY)) {
      Request beyond = new Request(write, MEMORY - 4096, 4097, 1);
      try (SocketsWorker worker =
          new SocketsWorker(program.address(), List.of(beyond), Memory.of(MEMORY + 1))) {
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

  @ParameterizedTest
  @CsvSource({
    "step=3000, 1:0:3000:1",
    "step=1024, 1:0:1024:1 1:1024:1024:1 1:2048:952:1",
    "pattern=one-block, 1:0:1000:3",
    "pattern=one-block step=2000, 1:0:1000:2 1:0:1000:1",
    "pattern=one-block step=1999, 1:0:1000:1 1:0:1000:1 1:0:1000:1",
    "pattern=one-block step=600, 1:0:600:1 1:600:400:1 1:0:600:1 1:600:400:1 1:0:600:1 1:600:400:1",
    "pattern=side-by-side, 1:0:3000:1"
  })
  void aBatchIsAskedForInSteps(String chosen, String expected) {
    Layout layout = Layout.of(List.of(chosen.split(" ")));
    int shift = layout.oneBlock() ? 1000 : 3000;

    assertThat(words(layout.requests(new PeerShape(true, 1000, 3, 2), 0), 0)).isEqualTo(expected);
    assertThat(words(layout.requests(new PeerShape(true, 1000, 3, 2), 1), shift))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"step=0", "step=x", "pattern=zigzag", "steps"})
  void whatCannotBeChosenIsRefused(String word) {
    assertThatIllegalArgumentException().isThrownBy(() -> Layout.of(List.of(word)));
  }

  private static String words(List<Request> requests, int shift) {
    return requests.stream()
        .map(
            r ->
                "%d:%d:%d:%d"
                    .formatted(r.write() ? 1 : 0, r.offset() - shift, r.length(), r.times()))
        .collect(Collectors.joining(" "));
  }

  private static void move(SocketsProgram program, Request request) throws IOException {
    try (SocketsWorker worker = program.worker(List.of(request))) {
      worker.moveBatch();
    }
  }
}

package io.mooncake4j.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PeerProgramTest {
  private final AtomicInteger batches = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private Exception failure;

  @Test
  void runsAndCountsWhatWasMoved() throws Exception {
    String[] lines = serve("run write 4096 8 3 0.05", "exit", "run read 1 1 1 1");

    assertThat(lines).hasSize(2);
    assertThat(lines[0])
        .isEqualTo("{\"ready\":true,\"name\":\"a \\\"name\\\"\",\"version\":\"1\"}");
    int timed = batches.get() - 3;
    assertThat(lines[1])
        .startsWith("{\"bytes\":%d,\"requests\":%d,".formatted(timed * 8L * 4096, timed * 8L))
        .matches(
            ".*\"seconds\":0\\.\\d+,\"p50_us\":[\\d.]+,\"p99_us\":[\\d.]+,\"cpu_seconds\":[\\d.]+}");
    assertThat(open).hasValue(0);
  }

  @Test
  void refusesWhatIsNoCommandAndGoesOn() throws Exception {
    String[] lines =
        serve(
            "jump",
            "run sideways 1 1 1 1",
            "run read 0 1 1 1",
            "run read 1 1 1 NaN",
            "run read 268435456 4096 256 1",
            "run read x 1 1 1",
            "run read 1 1 1 1 step=2",
            "run read 1 1 1 0.01");

    assertThat(lines).hasSize(9);
    assertThat(List.of(lines).subList(1, 8)).allMatch(line -> line.startsWith("{\"error\":"));
    assertThat(lines[8]).startsWith("{\"bytes\":");
  }

  @Test
  void oneThreadsFailureFailsTheRunAlone() throws Exception {
    failure = new IllegalStateException("connection lost");
    String[] lines = serve("run read 1 1 4 5", "run read 1 1 4 5");

    assertThat(lines).hasSize(3);
    assertThat(lines[1])
        .isEqualTo("{\"error\":\"java.lang.IllegalStateException: connection lost\"}");
    assertThat(lines[2]).isEqualTo(lines[1]);
    assertThat(open).hasValue(0);
  }

  @Test
  void saysWhyItIsUnsupported() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int status =
        PeerProgram.serve(
            () -> {
              throw new UnsupportedPeerException("no\nlibrary");
            },
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, StandardCharsets.UTF_8));

    assertThat(status).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8).strip())
        .isEqualTo("{\"unsupported\":\"no\\u000alibrary\"}");
  }

  @Test
  void aServerEndsWhenItsInputEnds() throws Exception {
    ServerProcess server = new ServerProcess(List.of("cat"));
    try (server) {
      assertThat(server.ask("line")).isEqualTo("line");
    }
    assertThat(ProcessHandle.of(server.pid())).isEmpty();
  }

  private String[] serve(String... commands) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Callable<PeerWorkload> starter = Counting::new;
    PeerProgram.serve(
        starter,
        new ByteArrayInputStream(String.join("\n", commands).getBytes(StandardCharsets.UTF_8)),
        new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8).strip().split("\n");
  }

  /** Moves nothing and counts. */
  private final class Counting implements PeerWorkload {
    @Override
    public String name() {
      return "a \"name\"";
    }

    @Override
    public String version() {
      return "1";
    }

    @Override
    public List<Long> serverPids() {
      return List.of();
    }

    @Override
    public Session open(PeerShape shape) {
      open.incrementAndGet();
      return new Session() {
        @Override
        public Worker worker(int thread) {
          return () -> {
            batches.incrementAndGet();
            if (failure != null && thread == 1) {
              throw failure;
            }
            Thread.onSpinWait();
          };
        }

        @Override
        public void close() {
          open.decrementAndGet();
        }
      };
    }

    @Override
    public void verify() {}

    @Override
    public void close() {}
  }
}

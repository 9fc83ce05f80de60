package io.mooncake4j.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mooncake4j.cli.MooncakeProcess;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The demo in processes of its own, whatever happens to them. */
class DemoProcessTest {
  @TempDir private Path folder;

  private Path file(int size) throws Exception {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    return Files.write(folder.resolve("file-" + size), content);
  }

  /** A file that takes no space but long enough to be interrupted. */
  private Path longFile() throws Exception {
    Path path = folder.resolve("long");
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(64L << 30);
    }
    return path;
  }

  /** Starts a long demo and waits until the first piece has come back. */
  private MooncakeProcess startAndWaitForTheMiddle() throws Exception {
    Path kept = folder.resolve("kept");
    MooncakeProcess demo =
        MooncakeProcess.start("demo", "--file=" + longFile(), "--memory=1m", "--keep=" + kept);
    Path copy = kept.resolve("long");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!Files.exists(copy) || Files.size(copy) == 0) {
      assertThat(System.nanoTime()).as(demo.toString()).isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    return demo;
  }

  private static String sha256(Path file) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    return HexFormat.of().formatHex(digest.digest(Files.readAllBytes(file)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4097, (1 << 20) + 1, 21_234_567})
  void sendsAFileAndReadsItBack(int size) throws Exception {
    Path file = file(size);
    Path kept = folder.resolve("kept");
    try (MooncakeProcess demo =
        MooncakeProcess.start("demo", "--file", file.toString(), "--keep=" + kept)) {
      assertThat(demo.exitCode()).as(demo.toString()).isZero();
      assertThat(demo.output())
          .containsPattern("wrote +\\d.* in \\d+\\.\\d{3} s, \\d+\\.\\d\\d GB/s")
          .containsPattern("read back +\\d.* in \\d+\\.\\d{3} s, \\d+\\.\\d\\d GB/s")
          // Small memory is in no file that shared memory could map.
          .containsPattern(
              "served by +(shm \\(\\d+ requests?\\)"
                  + "|tcp \\(\\d+ requests?, [1-9]\\d* connections?\\))")
          .contains("All three are equal.");
      assertThat(demo.output().split(sha256(file), -1)).hasSize(4);
      assertThat(demo.errors()).doesNotContain("\r").doesNotContain("###");
      assertThat(kept.resolve(file.getFileName())).hasSameBinaryContentAs(file);
    }
  }

  @Test
  void showsABarOnATerminal() throws Exception {
    Path script = Path.of("/usr/bin/script");
    assumeTrue(Files.isExecutable(script), "script(1), which makes a terminal, is not installed");
    List<String> words = new ArrayList<>(MooncakeProcess.java());
    words.addAll(List.of("io.mooncake4j.cli.Mooncake", "demo", "--file=" + file(5_000_000)));
    List<String> command = List.of(script.toString(), "-qec", String.join(" ", words), "/dev/null");
    try (MooncakeProcess demo = MooncakeProcess.run(folder, command)) {
      assertThat(demo.exitCode()).as(demo.toString()).isZero();
      assertThat(demo.output())
          .containsPattern("writing +\\[#*\\.*\\]")
          .containsPattern("reading back +\\[#{40}\\] 100 %")
          .contains("All three are equal.");
    }
  }

  @Test
  void sendsAFileThatIsLargerThanItsMemory() throws Exception {
    Path file = file(10_000_001);
    try (MooncakeProcess demo =
        MooncakeProcess.start("demo", "--file=" + file, "--memory=3m", "--keep=" + folder + "/k")) {
      assertThat(demo.exitCode()).as(demo.toString()).isZero();
      assertThat(demo.output()).contains("All three are equal.");
      assertThat(folder.resolve("k").resolve(file.getFileName())).hasSameBinaryContentAs(file);
    }
  }

  @Test
  void saysThatTheDiskIsFullAndLeavesNoProcess() throws Exception {
    Path file = file(3_000_000);
    Path full = Files.createDirectory(folder.resolve("full"));
    Path copy = Files.createSymbolicLink(full.resolve(file.getFileName()), Path.of("/dev/full"));
    try (MooncakeProcess demo = MooncakeProcess.start("demo", "--file=" + file, "--keep=" + full)) {
      long target = Long.parseLong(demo.await("target +process (\\d+)"));
      assertThat(demo.exitCode()).isEqualTo(1);
      assertThat(demo.errors())
          .contains("mooncake: LIMIT_EXCEEDED: cannot write the copy to " + copy)
          .contains("No space left on device");
      assertEnds(target);
    } finally {
      Files.delete(copy);
    }
  }

  @Test
  void saysThatItsResultCannotBeWritten() throws Exception {
    List<String> words = new ArrayList<>(MooncakeProcess.java());
    words.addAll(List.of("io.mooncake4j.cli.Mooncake", "demo", "--file=" + file(1000)));
    List<String> command = List.of("sh", "-c", String.join(" ", words) + " > /dev/full");
    try (MooncakeProcess demo = MooncakeProcess.run(folder, command)) {
      assertThat(demo.exitCode()).isEqualTo(1);
      assertThat(demo.errors()).contains("mooncake: LIMIT_EXCEEDED: standard output takes no more");
    }
  }

  @Test
  void saysThatTheTargetDiedInTheMiddle() throws Exception {
    try (MooncakeProcess demo = startAndWaitForTheMiddle()) {
      long target = Long.parseLong(demo.await("target +process (\\d+)"));
      ProcessHandle.of(target).orElseThrow().destroyForcibly();
      assertThat(demo.exitCode()).isEqualTo(1);
      assertThat(demo.errors())
          .contains("mooncake: LINK_BROKEN: the demo's target process " + target)
          .contains("was killed by signal 9");
      assertThat(folder.resolve("kept/long")).doesNotExist();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theTargetNeverOutlivesTheDemo(boolean byForce) throws Exception {
    try (MooncakeProcess demo = startAndWaitForTheMiddle()) {
      long target = Long.parseLong(demo.await("target +process (\\d+)"));
      if (byForce) {
        demo.handle().destroyForcibly();
      } else {
        demo.handle().destroy();
      }
      demo.handle().onExit().get(30, TimeUnit.SECONDS);
      assertEnds(target);
    }
  }

  private static void assertEnds(long pid) throws Exception {
    var process = ProcessHandle.of(pid);
    if (process.isPresent()) {
      process.get().onExit().get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void saysThatNoPortIsFree() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      try (MooncakeProcess demo =
          MooncakeProcess.start(
              "demo",
              "--file=" + file(10),
              "-Dmooncake.network.port.min=" + port,
              "-Dmooncake.network.port.max=" + port)) {
        assertThat(demo.exitCode()).isEqualTo(1);
        assertThat(demo.errors())
            .contains("mooncake: SOCKET: no free port from " + port + " to " + port);
      }
    }
  }

  @Test
  void tellsTheTargetsOwnWords() throws Exception {
    // The first process takes both ports of the range; the second finds none.
    int port = freePair();
    try (MooncakeProcess demo =
        MooncakeProcess.start(
            "demo",
            "--file=" + file(10),
            "-Dmooncake.network.port.min=" + port,
            "-Dmooncake.network.port.max=" + (port + 1))) {
      assertThat(demo.exitCode()).isEqualTo(1);
      assertThat(demo.errors())
          .contains("mooncake: LINK_BROKEN: the demo's target process")
          .contains("ended with exit code 1; its last words: mooncake: SOCKET: no free port");
    }
  }

  private static int freePair() throws Exception {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    for (int port = 28_000; port < 32_000; port += 2) {
      try (ServerSocket first = new ServerSocket(port, 1, loopback);
          ServerSocket second = new ServerSocket(port + 1, 1, loopback)) {
        assertThat(second.getLocalPort()).isEqualTo(port + 1);
        return first.getLocalPort();
      } catch (java.io.IOException e) {
        // One of the two is taken: try the next pair.
      }
    }
    throw new AssertionError("no two ports in a row are free");
  }

  @Test
  void namesATransportThatIsNotInstalled() throws Exception {
    try (MooncakeProcess demo =
        MooncakeProcess.start("demo", "--file=" + file(10), "-Dmooncake.transports=pigeon")) {
      assertThat(demo.exitCode()).isNotZero();
      assertThat(demo.errors()).containsPattern("mooncake: [A-Z_]+: .*pigeon");
    }
  }
}

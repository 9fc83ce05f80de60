package io.mooncake4j.core.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mooncake4j.ffi.Attempt;
import io.mooncake4j.ffi.Errno;
import io.mooncake4j.testkit.RecordedTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class FileTreeTest {
  @TempDir private Path folder;
  private FileTree tree;

  @BeforeEach
  void writeTree() {
    RecordedTree.write(
        folder,
        """
        file /sys/a/text one line
        link /sys/absolute /sys/a
        link /sys/relative ../sys/./a
        link /sys/self self
        link /sys/ping pong
        link /sys/pong ping
        link /sys/dangling /sys/gone
        link /sys/twice /sys/relative/text
        """);
    tree = new FileTree(folder);
  }

  @Test
  void linksAreFollowedWithinTheTree() {
    assertThat(tree.real("/sys/absolute/text").value()).isEqualTo("/sys/a/text");
    assertThat(tree.real("/sys/relative/../relative/text").value()).isEqualTo("/sys/a/text");
    assertThat(tree.real("/sys/twice").value()).isEqualTo("/sys/a/text");
    assertThat(tree.real("/../../sys//a/.").value()).isEqualTo("/sys/a");
    // As realpath: a link is followed before what comes behind it.
    assertThat(tree.real("/sys/twice/..").value()).isEqualTo("/sys/a");
    assertThat(tree.text("/sys/twice").value()).isEqualTo("one line");
    assertThat(tree.names("/sys/absolute").value()).containsExactly("text");
  }

  @Test
  void linksDoNotLeadOutOfTheTree() throws Exception {
    Path up = Files.createSymbolicLink(folder.resolve("up"), Path.of("../".repeat(20) + "etc"));
    Path root = Files.createSymbolicLink(folder.resolve("passwd"), Path.of("/etc/passwd"));

    assertThat(tree.real("/up").succeeded()).isFalse();
    assertThat(tree.text("/passwd").succeeded()).isFalse();
    assertThat(tree.text("/../../../etc/passwd").cause())
        .isEqualTo("/../../../etc/passwd does not exist");
    // JUnit would warn of them.
    Files.delete(up);
    Files.delete(root);
  }

  @Test
  void loopsEnd() {
    for (String path : new String[] {"/sys/self", "/sys/ping", "/sys/self/../x"}) {
      assertThat(tree.real(path).cause())
          .isEqualTo(path + " leads through a loop of symbolic links");
    }
  }

  @Test
  void tellsWhatIsMissing() {
    Attempt<String> missing = tree.text("/sys/b/c");
    assertThat(missing.cause()).isEqualTo("/sys/b/c does not exist");
    assertThat(missing.errno()).contains(Errno.ENOENT);
    assertThat(tree.names("/sys/dangling").cause())
        .isEqualTo("/sys/dangling leads to something that does not exist");
    assertThat(tree.text("/sys/a\0").cause()).contains("cannot be followed");
  }

  @Test
  void readsOnlyShortRegularFiles() throws Exception {
    Files.write(folder.resolve("sys/long"), new byte[FileTree.MOST_BYTES + 1]);
    Files.write(folder.resolve("sys/full"), new byte[FileTree.MOST_BYTES]);
    assertThat(tree.text("/sys/long").cause()).isEqualTo("/sys/long is longer than 4096 bytes");
    assertThat(tree.text("/sys/full").succeeded()).isTrue();
    assertThat(tree.text("/sys/a").cause()).isEqualTo("/sys/a is not a regular file");
    assertThat(tree.names("/sys/a/text").cause()).contains("cannot be listed");
    assertThat(tree.usableDevice("/sys/a").cause()).contains("is a folder");
    assertThat(tree.isFolder("/sys/a/text")).isFalse();
    assertThat(tree.isFolder("/sys/absolute")).isTrue();
  }

  @Test
  void doesNotWaitForTheWriterOfAPipe() throws Exception {
    Process mkfifo = new ProcessBuilder("mkfifo", folder + "/sys/pipe").start();
    assertThat(mkfifo.waitFor(10, TimeUnit.SECONDS)).isTrue();

    assertThat(tree.text("/sys/pipe").cause()).isEqualTo("/sys/pipe is not a regular file");
  }

  @Test
  void saysThatAFileCannotBeRead() {
    assumeTrue(
        Files.exists(Path.of("/proc/self/mem")), "this kernel does not show memory as a file");

    // Page 0 of a process is not there, not even for root.
    assertThat(new FileTree(Path.of("/proc/self")).text("/mem").cause())
        .startsWith("/mem cannot be read: ");
  }

  @Test
  void saysThatAFileMayNotBeRead() throws Exception {
    Path file = folder.resolve("sys/a/text");
    assertThat(file.toFile().setReadable(false)).isTrue();
    assumeFalse(Files.isReadable(file), "this user may read what is forbidden, as root may");

    assertThat(tree.text("/sys/a/text").cause()).contains("cannot be read", "AccessDenied");
  }
}

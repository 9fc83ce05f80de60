package io.mooncake4j.metadata.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mooncake4j.metadata.server.http.RawClient;
import io.mooncake4j.metadata.server.http.RawClient.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real disk that gets full: a file system of 1 MiB in memory, where this process may mount one.
 */
@Timeout(60)
class FullDiskTest {
  @TempDir private Path folder;
  private boolean mounted;

  @BeforeEach
  void mount() throws Exception {
    String said = run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.toString());
    mounted = said.isEmpty();
    assumeTrue(mounted, () -> "this user may not mount a tmpfs: " + said);
  }

  @AfterEach
  void unmount() throws Exception {
    if (mounted) {
      assertThat(run("umount", folder.toString())).isEmpty();
    }
  }

  /** Returns nothing when the command succeeds, else what it said. */
  private static String run(String... command) throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      return e.getMessage();
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return process.exitValue() == 0 ? "" : said.strip() + " (exit " + process.exitValue() + ")";
  }

  private static Answer put(RawClient client, String key, int length) throws IOException {
    byte[] body = "x".repeat(length).getBytes(StandardCharsets.US_ASCII);
    return client.request("PUT", "/metadata?key=" + key, body).answer();
  }

  @Test
  void refusesWithWordsKeepsWhatItTookAndRecovers() throws Exception {
    Path ballast = folder.resolve("ballast");
    Files.write(ballast, new byte[600_000]);
    MetadataServerConfiguration wanted =
        MetadataServerConfiguration.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .keptIn(folder.resolve("metadata.log"));
    int taken = 0;
    try (MetadataServer server = MetadataServer.start(wanted);
        RawClient client = new RawClient(server.port())) {
      Answer answer = put(client, "key0", 50_000);
      while (answer.status() == 200) {
        taken++;
        answer = put(client, "key" + taken, 50_000);
      }
      assertThat(taken).isBetween(5, 8);
      assertThat(answer.status()).isEqualTo(507);
      assertThat(answer.text()).isEqualTo("metadata not stored: No space left on device");
      assertThat(put(client, "key0", 50_001).status()).isEqualTo(507);
      assertThat(server.entries()).isEqualTo(taken);
      assertThat(client.request("GET", "/metadata?key=key0", null).answer().body()).hasSize(50_000);
      assertThat(client.request("GET", "/metrics", null).answer().text())
          .contains("mooncake_metadata_persistence_failures_total 2.0");
      Files.delete(ballast);
      assertThat(put(client, "key0", 50_001).status()).isEqualTo(200);
      assertThat(put(client, "key" + taken, 50_000).status()).isEqualTo(200);
    }
    try (MetadataServer server = MetadataServer.start(wanted);
        RawClient client = new RawClient(server.port())) {
      assertThat(server.entries()).isEqualTo(taken + 1);
      assertThat(client.request("GET", "/metadata?key=key0", null).answer().body()).hasSize(50_001);
    }
  }
}

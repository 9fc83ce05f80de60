package io.mooncake4j.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.cli.MooncakeProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The metadata server in a process of its own. */
@Timeout(120)
class MetadataServerProcessTest {
  private static final String SERVING =
      "Serving metadata on (http://127\\.0\\.0\\.1:\\d+/metadata) \\(this host only";

  private final HttpClient http = HttpClient.newHttpClient();

  private String ask(String method, String url, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(Duration.ofSeconds(20))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    return http.send(request, BodyHandlers.ofString()).body();
  }

  private static void end(MooncakeProcess server) throws Exception {
    server.handle().destroy();
    server.handle().onExit().get(30, TimeUnit.SECONDS);
  }

  @Test
  void servesUntilItIsToldToEndAndKeepsItsFile(@TempDir Path folder) throws Exception {
    String file = folder.resolve("metadata.log").toString();
    String key = "?key=mooncake%2Frpc_meta%2Fn";
    try (MooncakeProcess server =
        MooncakeProcess.start("metadata-server", "--port=0", "--persist", file)) {
      String url = server.await(SERVING);
      assertThat(ask("PUT", url + key, "1")).isEqualTo("metadata updated");
      assertThat(ask("PUT", url + key, "2")).isEqualTo("Duplicate rpc_meta key not allowed");
      assertThat(server.output().lines()).as(server.toString()).hasSize(1);
      end(server);
      assertThat(server.errors()).isEmpty();
      assertThatThrownBy(() -> ask("GET", url + key, null)).isInstanceOf(IOException.class);
    }
    try (MooncakeProcess server =
        MooncakeProcess.start("metadata-server", "--port=0", "--persist", file)) {
      assertThat(ask("GET", server.await(SERVING) + key, null)).isEqualTo("1");
    }
  }

  @Test
  void takesItsLimits() throws Exception {
    try (MooncakeProcess server =
        MooncakeProcess.start(
            "metadata-server", "--port=0", "--max-entries=1", "--max-value-bytes=1k")) {
      String url = server.await(SERVING);
      assertThat(ask("PUT", url + "?key=a", "x".repeat(1024))).isEqualTo("metadata updated");
      assertThat(ask("PUT", url + "?key=a", "x".repeat(1025))).isEqualTo("Payload too large");
      assertThat(ask("PUT", url + "?key=b", "")).startsWith("metadata store is full");
    }
  }

  @Test
  void saysThatThePortIsTaken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        MooncakeProcess server =
            MooncakeProcess.start("metadata-server", "--port=" + taken.getLocalPort())) {
      assertThat(server.exitCode()).isEqualTo(1);
      assertThat(server.errors())
          .startsWith(
              "mooncake: SOCKET: metadata cannot listen on 127.0.0.1:" + taken.getLocalPort())
          .contains("--host and --port")
          .hasLineCount(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--port=65536, --port=65536 is not in 0 to 65535",
    "--max-value-bytes=300m, --max-value-bytes=314572800 is not in 1 to 268435456",
    "--salvage, --salvage needs --persist",
    "--host=, --host is empty",
    "--max-value-bytes=4m --max-total-bytes=1k, --max-value-bytes=4194304 contradicts --max-total-",
    "--log-level=loud, loud",
  })
  void refusesWrongParameters(String parameters, String words) {
    try (MooncakeProcess server =
        MooncakeProcess.start(("metadata-server " + parameters).split(" "))) {
      assertThat(server.exitCode()).as(server.toString()).isEqualTo(2);
      assertThat(server.errors()).startsWith("mooncake: INVALID_ARGUMENT: ").contains(words);
    }
  }
}

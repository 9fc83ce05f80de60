package io.mooncake4j.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.cli.MooncakeProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The archive's command with the name of C++ Mooncake's. */
@Timeout(120)
class MetadataServerIT {
  @Test
  void servesThroughALinkFromAnyFolder(@TempDir Path folder) throws Exception {
    UnpackedArchive archive = UnpackedArchive.below(folder);
    Path link = folder.resolve("server");
    Files.createSymbolicLink(link, archive.home().resolve("bin/mooncake_http_metadata_server"));
    List<String> command =
        List.of(link.toString(), "--port", "0", "--host", "127.0.0.1", "--log-level", "INFO");
    try (MooncakeProcess server = MooncakeProcess.run(folder, command)) {
      String url = server.await("Serving metadata on (http://127\\.0\\.0\\.1:\\d+/metadata) ");
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url.replace("/metadata", "/health"))).build();
      assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body())
          .isEqualTo("OK");
      assertThat(server.errors()).contains("INFO ", "HttpService: metadata serves HTTP on 127");
    }
    UnpackedArchive.Result help =
        UnpackedArchive.run(folder, Map.of(), List.of(link.toString(), "--help"));
    assertThat(help.exitCode()).isZero();
    assertThat(help.output()).contains("--port", "--host", "--log-level", "--persist");
  }
}

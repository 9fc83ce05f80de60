package io.mooncake4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.cli.setup.Installation;
import io.mooncake4j.metadata.server.MetadataServer;
import io.mooncake4j.metadata.server.MetadataServerConfiguration;
import io.mooncake4j.testkit.FreePorts;
import io.mooncake4j.testkit.http.HttpStub;
import io.mooncake4j.testkit.http.MetadataRecords;
import io.mooncake4j.testkit.http.MetadataRecords.Dialect;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code mooncake metadata} on a server over HTTP. */
@Timeout(120)
class MetadataCommandTest {
  private final MetadataRecords records = new MetadataRecords(Dialect.JAVA);
  private final HttpStub server = HttpStub.start(records);
  private TransferEngine engine;
  private StringWriter out;
  private StringWriter err;

  @BeforeEach
  void fill() throws Exception {
    engine =
        TransferEngine.builder()
            .ignoreEnvironment()
            .name("alive")
            .metadata(server.url("/metadata"))
            .option("mooncake.network.bind-address", "127.0.0.1")
            .build();
    engine.allocate(4096);
    engine.awaitPublication(Duration.ofSeconds(30));
    put(
        "mooncake/rpc_meta/dead",
        "{\"ip_or_host_name\":\"127.0.0.1\",\"rpc_port\":" + FreePorts.one() + "}");
    put("mooncake/ram/dead", "{\"name\":\"dead\",\"protocol\":\"tcp\",\"buffers\":[]}");
    put("mooncake/nvmeof/disk", "{\"protocol\":\"nvmeof\",\"buffers\":[]}");
    put("mooncake/ram/bad\u0007\nname", "[7");
  }

  @AfterEach
  void close() {
    engine.close();
    server.close();
  }

  private void put(String key, String value) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create(
                            server.url("/metadata")
                                + "?key="
                                + URLEncoder.encode(key, StandardCharsets.UTF_8)))
                    .timeout(Duration.ofSeconds(20))
                    .PUT(HttpRequest.BodyPublishers.ofString(value))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  private int run(String... words) {
    out = new StringWriter();
    err = new StringWriter();
    return Mooncake.run(
        new Installation(null),
        List.of(words),
        new PrintWriter(out, true),
        new PrintWriter(err, true));
  }

  private int metadata(String command, String... more) {
    List<String> words = new java.util.ArrayList<>(List.of("metadata", command));
    words.add("--metadata_server=" + server.url("/metadata"));
    words.addAll(List.of(more));
    return run(words.toArray(String[]::new));
  }

  @Test
  void listTellsOfEveryName() {
    assertThat(metadata("list")).isZero();
    assertThat(out.toString().lines())
        .anyMatch(it -> it.startsWith("NAME") && it.contains("STATE"))
        .anyMatch(it -> it.matches("alive +tcp +1 +4.1 kB +127.0.0.1:\\d+ +alive .*"))
        .anyMatch(it -> it.matches("dead +tcp +0 +0 B +127.0.0.1:\\d+ +dead .*"))
        .anyMatch(it -> it.matches("nvmeof/disk +nvmeof +0 +0 B +- +unknown +no engine owns it"))
        .anyMatch(it -> it.startsWith("bad..name "))
        .hasSize(5);
    assertThat(metadata("list", "--no-probe")).isZero();
    assertThat(out.toString()).doesNotContain(" alive ").doesNotContain(" dead ");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void aLongNameIsCutInTheTableAlone() throws Exception {
    String name = "n".repeat(4000);
    put(
        "mooncake/rpc_meta/" + name,
        "{\"ip_or_host_name\":\"127.0.0.1\",\"rpc_port\":" + FreePorts.one() + "}");

    assertThat(metadata("list", "--no-probe")).isZero();
    assertThat(out.toString().lines())
        .hasSize(6)
        .allMatch(it -> it.length() < 1000)
        .anyMatch(it -> it.startsWith("n".repeat(79) + "…  "));
    assertThat(metadata("list", "--no-probe", "--json")).isZero();
    assertThat(out.toString()).contains("\"" + name + "\"");
  }

  @Test
  void anAddressThatCannotBeReadIsKept() throws Exception {
    put("mooncake/rpc_meta/odd", "{\"ip_or_host_name\":\"127.0.0.1\",\"rpc_port\":\"x\"}");
    assertThat(metadata("prune", "odd", "nobody")).isEqualTo(1);
    assertThat(out.toString())
        .contains("odd kept: unknown, the handshake address of segment \"odd\" is not valid")
        .contains("nobody kept: unknown, there are no records of it");
    assertThat(records.record("mooncake/rpc_meta/odd")).isPresent();
  }

  @Test
  void listAsJsonAndByTheConfiguredStore() {
    assertThat(
            run("metadata", "list", "--json", "-D", "mooncake.metadata=" + server.url("/metadata")))
        .isZero();
    assertThat(out.toString())
        .startsWith("[{\"address\":\"127.0.0.1:")
        .contains("\"name\":\"dead\"", "\"state\":\"dead\"", "\"bad\\u0007\\nname\"");
    assertThat(metadata("list", "-D", "mooncake.metadata.cluster-id=other", "--json")).isZero();
    assertThat(out.toString().trim()).isEqualTo("[]");
  }

  @Test
  void showPrintsBothRecordsAndWhatDiffers() throws Exception {
    assertThat(metadata("show", "alive")).isZero();
    assertThat(out.toString())
        .contains("descriptor mooncake/ram/alive:", "address mooncake/rpc_meta/alive:")
        .contains("\n  \"name\": \"alive\"", "state: alive, the engine at 127.0.0.1:")
        .doesNotContain("differs:");
    put("mooncake/ram/dead", "{\"name\":\"other\",\"protocol\":\"tcp\",\"buffers\":[]}");
    assertThat(metadata("show", "dead")).isZero();
    assertThat(out.toString()).contains("state: dead", "differs: the descriptor says");
    assertThat(metadata("show", "nobody")).isEqualTo(1);
    assertThat(err.toString()).contains("mooncake: METADATA:", "mooncake/ram/nobody");
  }

  @Test
  void pruneRemovesTheDeadAlone() {
    assertThat(metadata("prune", "--dry-run")).isZero();
    assertThat(out.toString()).contains("dead would be removed", "would remove 1, kept 2");
    assertThat(records.record("mooncake/ram/dead")).isPresent();

    assertThat(metadata("prune", "alive", "nvmeof/disk")).isEqualTo(1);
    assertThat(out.toString())
        .contains("alive kept: alive", "nvmeof/disk kept: unknown", "removed 0, kept 2");

    assertThat(metadata("prune")).isZero();
    assertThat(out.toString()).contains("dead removed: dead", "removed 1, kept 2");
    assertThat(records.record("mooncake/ram/dead")).isEmpty();
    assertThat(records.record("mooncake/rpc_meta/dead")).isEmpty();
    assertThat(records.record("mooncake/rpc_meta/alive")).isPresent();
    assertThat(records.record("mooncake/nvmeof/disk")).isPresent();
  }

  @Test
  void aServerThatCannotListWantsNames() {
    MetadataRecords cpp = new MetadataRecords(Dialect.CPP);
    server.behave(cpp);
    assertThat(metadata("prune")).isEqualTo(1);
    assertThat(err.toString()).contains("mooncake: NOT_IMPLEMENTED:", "give the names");
    assertThat(metadata("list")).isEqualTo(1);
    assertThat(err.toString()).contains("mooncake: NOT_IMPLEMENTED:");
    server.behave(records);
    assertThat(metadata("prune", "dead")).isZero();
  }

  @Test
  void ourServerIsListed() {
    InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (MetadataServer ours = MetadataServer.start(MetadataServerConfiguration.at(anyPort));
        TransferEngine other =
            TransferEngine.builder()
                .ignoreEnvironment()
                .name("on ours")
                .metadata(ours.url())
                .option("mooncake.network.bind-address", "127.0.0.1")
                .build()) {
      assertThat(run("metadata", "list", "--metadata-server", ours.url())).isZero();
      assertThat(out.toString()).contains(other.name() + "  tcp", "  alive  ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "show x", "prune", "prune x"})
  void peerToPeerModeIsRefused(String command) {
    assertThat(run(("metadata " + command).split(" "))).isEqualTo(2);
    assertThat(err.toString()).contains("mooncake: OPTION:", "peer-to-peer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "show", "prune"})
  void everyCommandHasHelp(String command) {
    assertThat(run("metadata", command, "--help")).isZero();
    assertThat(out.toString())
        .contains("Usage: mooncake metadata " + command, "--metadata_server", "--define");
    assertThat(run("metadata")).isEqualTo(2);
    assertThat(err.toString()).contains("Missing command");
  }
}

package io.mooncake4j.plugins.metadata.http;

import static io.mooncake4j.plugins.metadata.http.TestStores.LIMIT;
import static io.mooncake4j.plugins.metadata.http.TestStores.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.spi.MetadataStore;
import io.mooncake4j.testkit.http.HttpStub;
import io.mooncake4j.testkit.http.MetadataRecords;
import io.mooncake4j.testkit.http.MetadataRecords.Dialect;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that speak TLS, with a certificate that the JVM does not know. */
class HttpsTest {
  private static final String WORD = "changeit";

  @TempDir private static Path folder;
  private static HttpStub server;

  @BeforeAll
  static void start() throws Exception {
    keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=test", "-ext", "san=ip:127.0.0.1");
    keytool("-exportcert", "-rfc", "-file", folder.resolve("ca.pem").toString());
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve("keys"))) {
      keys.load(in, WORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, WORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    server = HttpStub.startSecure(new MetadataRecords(Dialect.CPP), context);
  }

  private static void keytool(String... words) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(words));
    command.addAll(List.of("-alias", "test", "-storetype", "PKCS12", "-storepass", WORD));
    command.addAll(List.of("-keystore", folder.resolve("keys").toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("%s", command).isZero();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aCertificateOfTheFileIsTrusted() {
    String file = folder.resolve("ca.pem").toString();
    try (MetadataStore store = TestStores.of(server.url("/metadata"), "ca-file", file)) {
      store.put("k", new byte[] {1}, LIMIT);
      assertThat(store.get("k", LIMIT)).hasValue(new byte[] {1});
    }
  }

  @Test
  void anUnknownCertificateIsRefused() {
    try (MetadataStore store = TestStores.of(server.url("/metadata"))) {
      assertFails(
          ErrorCode.METADATA,
          () -> store.get("k", LIMIT),
          "certificate is not trusted",
          "mooncake.http.ca-file");
    }
  }

  @Test
  void aCertificateForAnotherHostIsRefused() {
    String file = folder.resolve("ca.pem").toString();
    String other = server.url("/metadata").replace("127.0.0.1", "localhost");
    try (MetadataStore store = TestStores.of(other, "ca-file", file)) {
      assertFails(ErrorCode.METADATA, () -> store.get("k", LIMIT), "for this host name");
    }
  }

  @Test
  void plainHttpToItIsSaid() {
    try (MetadataStore store = TestStores.of(server.url("/metadata").replace("https", "http"))) {
      assertFails(ErrorCode.METADATA, () -> store.get("k", LIMIT), "http://127.0.0.1:");
    }
  }
}

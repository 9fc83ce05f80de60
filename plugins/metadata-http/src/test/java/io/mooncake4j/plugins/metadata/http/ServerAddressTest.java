package io.mooncake4j.plugins.metadata.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The address of a record, made from the connection string as C++ makes it. */
class ServerAddressTest {
  @ParameterizedTest
  @CsvSource({
    "http://10.0.0.1:8080/metadata, http://10.0.0.1:8080/metadata?key=a%2Fb",
    "http://10.0.0.1:8080/metadata/, http://10.0.0.1:8080/metadata/?key=a%2Fb",
    "http://10.0.0.1:8080, http://10.0.0.1:8080/?key=a%2Fb",
    "http://10.0.0.1:8080/, http://10.0.0.1:8080/?key=a%2Fb",
    "http://host/deep/er/path, http://host/deep/er/path?key=a%2Fb",
    "http://host/a%20b, http://host/a%20b?key=a%2Fb",
    "http://host/metadata?, http://host/metadata?key=a%2Fb",
    "http://host/metadata?tenant=t%26u, http://host/metadata?tenant=t%26u&key=a%2Fb",
    "https://host/metadata, https://host/metadata?key=a%2Fb",
    "http://[::1]:8080/metadata, http://[::1]:8080/metadata?key=a%2Fb",
  })
  void keysGoIntoTheQuery(String connection, String url) {
    assertThat(ServerAddress.parse(connection).ofKey("a/b")).hasToString(url);
  }

  @ParameterizedTest
  @CsvSource({
    "mooncake/ram/node:1, mooncake%2Fram%2Fnode%3A1",
    "A-z.0_9~, A-z.0_9~",
    "a b+c*d, a%20b%2Bc%2Ad",
    "ä€😀, %C3%A4%E2%82%AC%F0%9F%98%80",
    "'?&=#[]{}|^`\"<>%\\', %3F%26%3D%23%5B%5D%7B%7D%7C%5E%60%22%3C%3E%25%5C",
    "%2F, %252F",
    "../../etc/passwd, ..%2F..%2Fetc%2Fpasswd",
  })
  void keysAreEncodedAsCurlDoes(String key, String encoded) {
    assertThat(ServerAddress.parse("http://host/m").ofKey(key))
        .hasToString("http://host/m?key=" + encoded);
    assertThat(PercentEncoding.text(PercentEncoding.decode(encoded))).hasValue(key);
  }

  @Test
  void controlCharactersSurvive() {
    String key = "a\u0000\r\nHost: evil\u007f\u2028";

    assertThat(PercentEncoding.encode(key)).isEqualTo("a%00%0D%0AHost%3A%20evil%7F%E2%80%A8");
    assertThat(PercentEncoding.text(PercentEncoding.decode(PercentEncoding.encode(key))))
        .hasValue(key);
  }

  @Test
  void keysWithoutAFormAreRefused() {
    ServerAddress server = ServerAddress.parse("http://host/m");

    assertInvalid(() -> server.ofKey("half \ud83d"));
    assertInvalid(() -> server.ofKey(""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "%1", "%GG", "a b", "a/b", "%-1"})
  void whatIsNotEncodedIsNotDecoded(String text) {
    assertThatThrownBy(() -> PercentEncoding.decode(text))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void bytesThatAreNoTextAreKeptAsTheyAre() {
    assertThat(PercentEncoding.text(PercentEncoding.decode("%C3"))).isEmpty();
    assertThat(PercentEncoding.encode(PercentEncoding.decode("a%c3%ff"))).isEqualTo("a%C3%FF");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://",
        "https://",
        "http:///metadata",
        "http://?x",
        "http://host:port/",
        "http://host:70000/",
        "http://host/a b",
        "http://host/a\r\nb",
        "http://host/m#part",
        "http://ho\\st/",
        "http://@host/",
        "http://[::1/",
        "ftp://host/",
        "host:8080",
        ""
      })
  void otherStringsAreRefused(String connection) {
    assertInvalid(() -> ServerAddress.parse(connection));
  }

  @Test
  void passwordsAreUsedButNotShown() {
    ServerAddress server = ServerAddress.parse("http://al%40ice:se%3Acret@host:81/m?token=hush");

    assertThat(server.user()).isEqualTo("al@ice");
    assertThat(server.password()).isEqualTo("se:cret");
    assertThat(server.shown()).isEqualTo("http://host:81/m");
    assertThat(server).hasToString("http://host:81/m");
    assertThat(server.ofKey("k")).hasToString("http://host:81/m?token=hush&key=k");
    assertThatThrownBy(() -> ServerAddress.parse("http://alice:se/cret@host:81/a b"))
        .hasMessageContaining("http://***@host:81/a b")
        .hasMessageNotContainingAny("se/cret", "alice");
  }

  private static void assertInvalid(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            MooncakeException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
  }
}

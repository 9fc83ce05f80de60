package io.mooncake4j.core.classic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.Attributes;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonAttributesTest {
  private static Attributes read(String text) {
    return JsonAttributes.read(text.getBytes(UTF_8)).orElseThrow();
  }

  private static String write(Attributes document) {
    return new String(JsonAttributes.write(document, false), UTF_8);
  }

  @Test
  void writesSortedKeysWithoutSpaceAndUnsigned() {
    Attributes document =
        Attributes.map()
            .put("b", -1)
            .put("a", Attributes.of(List.of(Attributes.of(true), Attributes.of(7))))
            .put("Z", "x/y")
            .put("empty", Attributes.emptyMap())
            .put("none", Attributes.of(List.of()))
            .build();

    assertThat(write(document))
        .isEqualTo(
            "{\"Z\":\"x/y\",\"a\":[true,7],\"b\":18446744073709551615,\"empty\":{},\"none\":[]}");
    assertThat(JsonAttributes.write(Attributes.emptyMap(), true)).asString().isEqualTo("{}\n");
  }

  @Test
  void writesEverythingBeyondAsciiEscapedInLowerCase() {
    assertThat(write(Attributes.of("\u00e4\u20ac\ud83e\udd6e \"\\/\b\f\n\r\t\u0001\u007f")))
        .isEqualTo("\"\\u00e4\\u20ac\\ud83e\\udd6e \\\"\\\\/\\b\\f\\n\\r\\t\\u0001\u007f\"");
  }

  @Test
  void sortsKeysByTheirUtf8Bytes() {
    Attributes document =
        Attributes.map().put("\ud83e\udd6e", 1).put("\uffee", 2).put("a", 3).put("aa", 4).build();

    assertThat(write(document)).isEqualTo("{\"a\":3,\"aa\":4,\"\\uffee\":2,\"\\ud83e\\udd6e\":1}");
  }

  @Test
  void readsWhatItWrites() {
    Attributes document =
        Attributes.map()
            .put("address", 0xFFFF_8000_0000_0000L)
            .put("text", "\u00e4\ud83e\udd6e\n\"")
            .put("list", Attributes.of(List.of(Attributes.emptyMap(), Attributes.of(false))))
            .build();

    assertThat(JsonAttributes.read(JsonAttributes.write(document, true))).contains(document);
  }

  @Test
  void readsAsTolerantlyAsCpp() {
    assertThat(read("\ufeff /* c */ {\"a\":[1,2,],// d\n\"b\":{\"c\":\"x\",},} garbage ]"))
        .isEqualTo(
            Attributes.map()
                .put("a", Attributes.of(List.of(Attributes.of(1), Attributes.of(2))))
                .put("b", Attributes.map().put("c", "x").build())
                .build());
    assertThat(read("{\"a\":1,\"a\":2}").integer("a")).isEqualTo(2);
    assertThat(read("\"line\nfeed\"").asText()).isEqualTo("line\nfeed");
    assertThat(JsonAttributes.read("null\n".getBytes(UTF_8))).isEmpty();
  }

  @Test
  void readsNullAsAbsentAndInListsAsEmpty() {
    assertThat(read("{\"a\":null,\"b\":[null]}"))
        .isEqualTo(Attributes.map().put("b", Attributes.of(List.of(Attributes.of("")))).build());
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "-0,0",
    "007,7",
    "1e3,1000",
    "5.,5",
    "4096.0,4096",
    "18446744073709551615,-1",
    "9223372036854775808,-9223372036854775808",
    "9223372036854775808.0,-9223372036854775808",
  })
  void readsWholeNumbersAsUnsignedIntegers(String text, long expected) {
    assertThat(read("{\"a\":" + text + "}").integer("a")).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-1", "1.5", "18446744073709551616", "1e999999999", "-9223372036854775809"})
  void keepsOtherNumbersAsTextSoThatOnlyAskingForAnIntegerFails(String text) {
    Attributes document = read("{\"a\":" + text + ",\"b\":2}");

    assertThat(document.text("a")).isEqualTo(text);
    assertThat(document.integer("b")).isEqualTo(2);
    assertThatThrownBy(() -> document.integer("a"))
        .isInstanceOfSatisfying(
            MooncakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " /* only a comment */ ",
        "{",
        "[1",
        "{\"a\"}",
        "{\"a\":}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":NaN}",
        "\"\\x\"",
        "\"open",
        "]",
        "GET / HTTP/1.1",
        "\u0000\u0000",
      })
  void refusesWhatIsNoJson(String text) {
    assertMalformed(text.getBytes(UTF_8));
  }

  @Test
  void refusesBytesThatAreNoUtf8() {
    assertMalformed(new byte[] {'"', (byte) 0xC3, (byte) 0x28, '"'});
    assertMalformed(new byte[] {0, '{', 0, '}'});
  }

  @Test
  void namesThePositionOfADefect() {
    assertThatThrownBy(() -> read("{\"a\":1,\"b\" 2}"))
        .isInstanceOf(MooncakeException.class)
        .hasMessageContaining("no valid JSON at byte 11");
  }

  @Test
  void boundsDepthWhenReading() {
    int deepest = JsonAttributes.MAX_DEPTH;
    assertThat(read("[".repeat(deepest) + "]".repeat(deepest)).asList()).hasSize(1);
    assertMalformed("[".repeat(1_000_000).getBytes(UTF_8));
    assertMalformed("{\"a\":".repeat(1_000_000).getBytes(UTF_8));
  }

  @Test
  void boundsDepthWhenWriting() {
    Attributes nested = Attributes.of(1);
    for (int i = 0; i < JsonAttributes.MAX_DEPTH; i++) {
      nested = Attributes.of(List.of(nested));
    }
    Attributes deepest = nested;
    Attributes tooDeep = Attributes.of(List.of(nested));

    assertThat(JsonAttributes.read(JsonAttributes.write(deepest, false))).contains(deepest);
    assertThatThrownBy(() -> JsonAttributes.write(tooDeep, false))
        .isInstanceOfSatisfying(
            MooncakeException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
  }

  @Test
  void boundsTheLengthOfNumbers() {
    assertMalformed(("{\"a\":" + "9".repeat(100_000) + "}").getBytes(UTF_8));
  }

  @Test
  void boundsTheNumberOfTokens() {
    assertMalformed(("[" + "0,".repeat(1 << 22) + "0]").getBytes(UTF_8));
  }

  @Test
  void readsManyKeys() {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < 50_000; i++) {
      text.append("\"k").append(i).append("\":").append(i).append(',');
    }

    Map<String, Attributes> members = read(text.append('}').toString()).asMap();

    assertThat(members).hasSize(50_000).containsEntry("k49999", Attributes.of(49_999));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[7", "{\"a\":{", "[\"x", "<html>", "{\"a\" 1}", "nul", "[1,\u0000]"})
  void errorsAreInPlainWords(String text) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(MooncakeException.class)
        .hasMessageStartingWith("no valid JSON at byte ")
        .hasMessageNotContainingAny("REDACTED", "StreamReadFeature", "JsonParser");
  }

  @Test
  void readMapRefusesOtherRoots() {
    for (String root : List.of("[1]", "\"x\"", "7", "null", "true")) {
      assertThatThrownBy(() -> JsonAttributes.readMap(root.getBytes(UTF_8)))
          .isInstanceOfSatisfying(
              MooncakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED));
    }
    assertThat(JsonAttributes.readMap("{}".getBytes(UTF_8))).isEqualTo(Attributes.emptyMap());
  }

  private static void assertMalformed(byte[] text) {
    assertThatThrownBy(() -> JsonAttributes.read(text))
        .isInstanceOfSatisfying(
            MooncakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED));
  }
}

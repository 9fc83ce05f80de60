package io.mooncake4j.core.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.Topology.Row;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopologyJsonTest {
  private static Map<String, Row> read(String text) {
    return TopologyJson.read(text.getBytes(UTF_8));
  }

  private static byte[] resource(String name) throws Exception {
    try (InputStream in = TopologyJsonTest.class.getResourceAsStream("/topology/printed/" + name)) {
      return in.readAllBytes();
    }
  }

  /** What C++ Mooncake has printed for the same matrix. */
  @ParameterizedTest
  @ValueSource(strings = {"one", "two-sockets", "many", "wide", "wild", "odd", "empty"})
  void writesTheBytesThatTheRealToolPrints(String name) throws Exception {
    Map<String, Row> rows = TopologyJson.read(resource(name + ".json"));

    assertThat(TopologyJson.write(rows)).isEqualTo(new String(resource(name + ".printed"), UTF_8));
    assertThat(read(TopologyJson.write(rows))).isEqualTo(rows);
  }

  @Test
  void writesEmptyListsOnOneLine() {
    assertThat(TopologyJson.write(Map.of("cpu:0", new Row(List.of(), List.of()))))
        .isEqualTo("{\n\t\"cpu:0\" : \n\t[\n\t\t[],\n\t\t[]\n\t]\n}\n");
  }

  @Test
  void readsCommentsAndBlanks() {
    assertThat(read("/* x */ {\"cpu:0\":\r\n[ [\"a\", \"b\"] // y\n, [] ]}\n"))
        .containsOnly(Map.entry("cpu:0", new Row(List.of("a", "b"), List.of())));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "##                          | the JSON text is empty",
        "# #                         | the JSON text is empty",
        "null                        | the JSON root is null",
        "5                           | of type integer",
        "[[],[]]                     | of type list",
        "{\"cpu:0\":                 | no valid JSON",
        "{'cpu:0':[[],[]]}           | no valid JSON",
        "{\"cpu:0\":5}               | row \"cpu:0\" is not a list of two lists",
        "{\"cpu:0\":{\"a\":[]}}      | row \"cpu:0\" is not a list of two lists",
        "{\"cpu:0\":[[\"a\"]]}       | row \"cpu:0\" is not a list of two lists",
        "{\"cpu:0\":[[],[],[]]}      | row \"cpu:0\" is not a list of two lists",
        "{\"cpu:0\":[\"a\",\"b\"]}   | row \"cpu:0\" has a value of type text in place of a list",
        "{\"cpu:0\":[[5],[]]}        | row \"cpu:0\" has a value of type integer in place of a name",
        "{\"cpu:0\":[[[]],[]]}       | row \"cpu:0\" has a value of type list in place of a name",
        "{\"cpu:0\":[[\"\"],[]]}     | row \"cpu:0\" has a name of 0 characters",
        "{\"\":[[],[]]}              | row \"\" has a name of 0 characters",
        "{\"a\\u0007\":5}            | row \"a?\" is not",
      })
  void refusesWhatIsNoMatrix(String text, String words) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOfSatisfying(
            MooncakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED))
        .hasMessageContaining(words);
  }

  @Test
  void sizesAreBounded() {
    String names = "\"a\",".repeat(TopologyJson.MOST_DEVICES);
    assertThatThrownBy(() -> read("{\"a\":[[" + names + "\"b\"],[]]}"))
        .hasMessageContaining("more than 4096 devices");
    String first = names(0, 3000);
    String second = names(3000, 3000);
    assertThatThrownBy(() -> read("{\"a\":[[" + first + "],[]],\"b\":[[" + second + "],[]]}"))
        .hasMessageContaining("6000 devices, more than 4096");
    StringBuilder rows = new StringBuilder("{");
    for (int i = 0; i < TopologyJson.MOST_LOCATIONS; i++) {
      rows.append("\"cpu:").append(i).append("\":[[],[]],");
    }
    assertThatThrownBy(() -> read(rows + "\"a\":[[],[]]}"))
        .hasMessageContaining("4097 rows, more than 4096");
    assertThatThrownBy(() -> read("{\"" + "a".repeat(600) + "\":[[],[]]}"))
        .hasMessageContaining("has a name of 600 characters");
    assertThatThrownBy(() -> read("{\"a\":" + "[".repeat(5000)))
        .isInstanceOf(MooncakeException.class);
  }

  private static String names(int from, int count) {
    return IntStream.range(from, from + count)
        .mapToObj(i -> "\"d" + i + "\"")
        .collect(Collectors.joining(","));
  }
}

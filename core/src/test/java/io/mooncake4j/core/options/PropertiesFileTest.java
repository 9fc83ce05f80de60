package io.mooncake4j.core.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PropertiesFileTest {
  @TempDir Path folder;

  @Test
  void readsTheSyntaxOfPropertiesWithLines() throws IOException {
    Map<String, PropertiesFile.Entry> entries =
        read(
            """
            # comment \\
            ! another
            a=1
               b : two words\s\s
            c three
            d=x,\\
               y,\\
               z
            e=back\\\\
            f=\\u00e4ö
            g
            """);
    assertThat(entries)
        .containsOnly(
            Map.entry("a", new PropertiesFile.Entry("1", 3)),
            Map.entry("b", new PropertiesFile.Entry("two words", 4)),
            Map.entry("c", new PropertiesFile.Entry("three", 5)),
            Map.entry("d", new PropertiesFile.Entry("x,y,z", 6)),
            Map.entry("e", new PropertiesFile.Entry("back\\", 9)),
            Map.entry("f", new PropertiesFile.Entry("äö", 10)),
            Map.entry("g", new PropertiesFile.Entry("", 11)));
  }

  @Test
  void readsWindowsLinesAndAByteOrderMark() throws IOException {
    assertThat(read("\uFEFFa=1\r\n\r\nb=2\\\r\n3\r\n"))
        .containsOnly(
            Map.entry("a", new PropertiesFile.Entry("1", 1)),
            Map.entry("b", new PropertiesFile.Entry("23", 3)));
  }

  @Test
  void readsAnEmptyFileAndAContinuationAtTheEnd() throws IOException {
    assertThat(read("")).isEmpty();
    assertThat(read("a=1\\")).containsOnlyKeys("a");
  }

  @Test
  void refusesAKeyTwiceWithBothLines() {
    assertRefused("a=1\n\n#\na=1\n", "key a is set on line 1 and again on line 4");
  }

  @Test
  void refusesAMalformedEscapeWithItsLine() {
    assertRefused("x=1\na=\\uZZZZ\n", "mooncake.properties:2: no line of a properties file");
  }

  @Test
  void refusesWhatIsNotUtf8() throws IOException {
    Path file =
        Files.write(
            folder.resolve("latin.properties"), "a=ä".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> PropertiesFile.read(file)).hasMessageContaining("is not UTF-8");
  }

  private void assertRefused(String text, String words) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOfSatisfying(
            MooncakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OPTION))
        .hasMessageContaining(words);
  }

  private Map<String, PropertiesFile.Entry> read(String text) throws IOException {
    return PropertiesFile.read(
        Files.writeString(folder.resolve("mooncake.properties"), text, StandardCharsets.UTF_8));
  }
}

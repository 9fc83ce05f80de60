package io.mooncake4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.RemoteEntry;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttributesTextTest {
  private static final Attributes TREE =
      Attributes.map()
          .put("text", "ä\n€")
          .put("empty", "")
          .put("large", -1L)
          .put("yes", true)
          .put("list", Attributes.of(List.of(Attributes.of(7), Attributes.emptyMap())))
          .build();

  @Test
  void everyTypeSurvivesOneLineOfText() {
    String text = AttributesText.write(TREE);
    assertThat(text).matches("[A-Za-z0-9_-]+");
    assertThat(AttributesText.read(text)).isEqualTo(TREE);
  }

  @Test
  void otherTextIsRefused() {
    assertThatThrownBy(() -> AttributesText.read("****"))
        .isInstanceOf(IllegalArgumentException.class);
    String cut = AttributesText.write(TREE).substring(0, 20);
    assertThatThrownBy(() -> AttributesText.read(cut)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aDocumentSurvivesOneLineOfText() {
    SegmentDocument document =
        new SegmentDocument(
            "name",
            "127.0.0.1",
            false,
            TREE,
            Attributes.emptyMap(),
            List.of(new RemoteEntry("cpu:0", -4096, 4096, TREE)));
    assertThat(SegmentDocument.parse(document.text())).isEqualTo(document);
    assertThat(document.entryFor(-1, 1).name()).isEqualTo("cpu:0");
    assertThatThrownBy(() -> document.entryFor(1, 1)).isInstanceOf(AssertionError.class);
  }
}

package io.mooncake4j.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class AttributesTest {
  private static final Attributes TREE =
      Attributes.map()
          .put("text", "t")
          .put("truth", true)
          .put("integer", -1L)
          .put("list", Attributes.ofTexts(List.of("a", "b")))
          .put("map", Attributes.map().put("inner", 1).build())
          .build();

  @Test
  void membersAreReadByType() {
    assertThat(TREE.text("text")).isEqualTo("t");
    assertThat(TREE.truth("truth", false)).isTrue();
    assertThat(Long.toUnsignedString(TREE.integer("integer"))).isEqualTo("18446744073709551615");
    assertThat(TREE.list("list")).extracting(Attributes::asText).containsExactly("a", "b");
    assertThat(TREE.find("map").orElseThrow().integer("inner")).isEqualTo(1);
    assertThat(TREE.type()).isEqualTo(Attributes.Type.MAP);
    assertThat(TREE.asMap()).hasSize(5);
  }

  @Test
  void absentMembersHaveDefaults() {
    assertThat(TREE.find("no")).isEmpty();
    assertThat(TREE.text("no", "d")).isEqualTo("d");
    assertThat(TREE.integer("no", 7)).isEqualTo(7);
    assertThat(TREE.truth("no", true)).isTrue();
    assertThat(TREE.list("no")).isEmpty();
    assertMalformed(() -> TREE.text("no"), "member \"no\" is missing");
    assertMalformed(() -> TREE.integer("no"), "member \"no\" is missing");
  }

  @Test
  void wrongTypesAreOneErrorThatNamesTheMember() {
    assertMalformed(() -> TREE.text("integer"), "member \"integer\" is of type integer, not text");
    assertMalformed(() -> TREE.text("integer", "d"), "member \"integer\"");
    assertMalformed(() -> TREE.integer("text"), "member \"text\" is of type text, not integer");
    assertMalformed(() -> TREE.integer("text", 1), "member \"text\"");
    assertMalformed(() -> TREE.truth("text", true), "of type text, not boolean");
    assertMalformed(() -> TREE.list("map"), "of type map, not list");
    assertMalformed(() -> Attributes.of("x").asMap(), "a value is of type text, not map");
    assertMalformed(() -> Attributes.of("x").find("y"), "a value is of type text, not map");
    assertMalformed(() -> Attributes.of(1).asText(), "of type integer, not text");
    assertMalformed(() -> Attributes.of(true).asInteger(), "of type boolean, not integer");
    assertMalformed(() -> Attributes.of("x").asBoolean(), "of type text, not boolean");
    assertMalformed(() -> Attributes.of("x").asList(), "of type text, not list");
  }

  @Test
  void treesNeverChange() {
    Attributes.MapBuilder builder = Attributes.map().put("a", 1);
    Attributes first = builder.build();
    builder.put("b", 2);
    assertThat(first.asMap()).containsOnlyKeys("a");
    assertThat(builder.build().asMap()).containsOnlyKeys("a", "b");

    List<Attributes> elements = new ArrayList<>(List.of(Attributes.of(1)));
    Attributes list = Attributes.of(elements);
    elements.clear();
    assertThat(list.asList()).hasSize(1);

    assertThatThrownBy(() -> first.asMap().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> list.asList().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void mapsAreMergedAndSorted() {
    Attributes merged =
        Attributes.map()
            .put("z", 1)
            .put("a", 1)
            .putAll(Attributes.map().put("z", 2).build())
            .build();
    assertThat(merged.asMap().keySet()).containsExactly("a", "z");
    assertThat(merged.integer("z")).isEqualTo(2);
    assertThat(Attributes.emptyMap().asMap()).isEmpty();
    assertThat(Attributes.emptyMap()).isEqualTo(Attributes.map().build());
  }

  @Test
  void equalityIsByTypeAndValue() {
    assertThat(Attributes.of("1")).isNotEqualTo(Attributes.of(1));
    assertThat(Attributes.of(1)).isEqualTo(Attributes.of(1)).hasSameHashCodeAs(Attributes.of(1));
    assertThat(TREE).isEqualTo(Attributes.map().putAll(TREE).build());
    assertThat(Attributes.map().put("a", "b").build()).hasToString("{a=\"b\"}");
  }

  @Test
  void nothingMayBeNull() {
    assertThatThrownBy(() -> Attributes.of((String) null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> Attributes.map().put("a", (String) null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> Attributes.map().put(null, 1))
        .isInstanceOf(NullPointerException.class);
  }

  private static void assertMalformed(ThrowingCallable call, String words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            MooncakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED))
        .hasMessageContaining(words);
  }
}

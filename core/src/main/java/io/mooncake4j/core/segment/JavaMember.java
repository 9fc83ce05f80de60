package io.mooncake4j.core.segment;

import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.SpiVersion;
import java.util.Map;

/**
 * The member {@code mooncake4j} of a descriptor: what Java peers tell each other, and C++ peers
 * skip.
 *
 * <pre>{@code
 * {"engine":"…","spi":"0.1.0","transports":{"<name>":{"attributes":{…},"entries":"classic"}},"version":1}
 * }</pre>
 *
 * <p>{@code engine} is new in every process life. {@code entries} is {@code classic} when the
 * descriptor's own buffers are the transport's entries, {@code request} when they must be asked for
 * ({@link EntryExchange}).
 */
final class JavaMember {
  private static final int VERSION = 1;
  private static final String ENGINE = "engine";
  private static final String TRANSPORTS = "transports";
  private static final String ATTRIBUTES = "attributes";
  private static final String ENTRIES = "entries";
  private static final String CLASSIC = "classic";
  private static final String REQUEST = "request";

  private JavaMember() {}

  static boolean isPresent(Attributes member) {
    return !member.asMap().isEmpty();
  }

  static Attributes of(String engineId, Map<String, Attributes> transports) {
    Attributes.MapBuilder sections = Attributes.map();
    transports.forEach(sections::put);
    return Attributes.map()
        .put(ENGINE, engineId)
        .put("spi", SpiVersion.CURRENT)
        .put(TRANSPORTS, sections.build())
        .put("version", VERSION)
        .build();
  }

  /** Returns what tells one process life from the next, or an empty text for C++ peers. */
  static String engineOf(Attributes member) {
    return member.text(ENGINE, "");
  }

  static Attributes section(Attributes attributes, boolean entriesAreClassic) {
    return Attributes.map()
        .put(ATTRIBUTES, attributes)
        .put(ENTRIES, entriesAreClassic ? CLASSIC : REQUEST)
        .build();
  }

  /** Returns a transport's section of a peer's member, or null when the peer does not have it. */
  static Attributes sectionOf(Attributes member, String transport) {
    return member.find(TRANSPORTS).flatMap(sections -> sections.find(transport)).orElse(null);
  }

  static Attributes attributesOf(Attributes section) {
    Attributes attributes = section.find(ATTRIBUTES).orElse(Attributes.emptyMap());
    attributes.asMap();
    return attributes;
  }

  static boolean entriesAreClassic(Attributes section) {
    return section.text(ENTRIES, REQUEST).equals(CLASSIC);
  }
}

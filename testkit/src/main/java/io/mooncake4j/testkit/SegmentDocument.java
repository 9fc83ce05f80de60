package io.mooncake4j.testkit;

import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.PublishedEntry;
import io.mooncake4j.spi.RemoteEntry;
import java.util.List;
import java.util.Objects;

/**
 * What a test engine has published, as far as its one transport is concerned: the stand-in for a
 * segment descriptor. Immutable.
 *
 * @param segmentName the engine's name
 * @param host where its handshake service would answer; empty for a segment that no engine owns
 * @param fromJava whether it stands for a mooncake4j engine
 * @param classic the members for the top level of C++ Mooncake's descriptor; a map
 * @param extension the members for the same transport of Java peers; a map
 * @param entries the published entries of all regions
 */
public record SegmentDocument(
    String segmentName,
    String host,
    boolean fromJava,
    Attributes classic,
    Attributes extension,
    List<RemoteEntry> entries) {
  /** Copies the list. */
  public SegmentDocument {
    Objects.requireNonNull(segmentName, "segmentName");
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(classic, "classic");
    Objects.requireNonNull(extension, "extension");
    entries = List.copyOf(entries);
  }

  /**
   * Describes a segment that no engine owns, such as files.
   *
   * @param segmentName its name
   * @param entries what it holds
   * @return the document, without a host
   */
  public static SegmentDocument outOfBand(String segmentName, List<RemoteEntry> entries) {
    return new SegmentDocument(
        segmentName, "", true, Attributes.emptyMap(), Attributes.emptyMap(), entries);
  }

  /**
   * Finds the entry in which a whole range lies.
   *
   * @param address the first byte, in the transport's address space
   * @param length bytes
   * @return the entry
   * @throws AssertionError when no entry covers the range
   */
  public RemoteEntry entryFor(long address, long length) {
    return entries.stream()
        .filter(entry -> entry.covers(address, length))
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    segmentName
                        + " published no entry that covers 0x"
                        + Long.toHexString(address)
                        + "+"
                        + length
                        + ", only "
                        + entries));
  }

  /**
   * Writes the document as one line.
   *
   * @return text for {@link #parse}
   */
  public String text() {
    List<Attributes> list = entries.stream().map(SegmentDocument::attributesOf).toList();
    return AttributesText.write(
        Attributes.map()
            .put("name", segmentName)
            .put("host", host)
            .put("java", fromJava)
            .put("classic", classic)
            .put("extension", extension)
            .put("entries", Attributes.of(list))
            .build());
  }

  /**
   * Reads what {@link #text} wrote.
   *
   * @param text one line
   * @return the document
   */
  public static SegmentDocument parse(String text) {
    Attributes map = AttributesText.read(text);
    return new SegmentDocument(
        map.text("name"),
        map.text("host"),
        map.truth("java", true),
        map.find("classic").orElseThrow(),
        map.find("extension").orElseThrow(),
        map.list("entries").stream().map(SegmentDocument::entryOf).toList());
  }

  private static Attributes attributesOf(RemoteEntry entry) {
    return Attributes.map()
        .put("name", entry.name())
        .put("address", entry.address())
        .put("length", entry.length())
        .put("members", entry.members())
        .build();
  }

  private static RemoteEntry entryOf(Attributes map) {
    return new RemoteEntry(
        map.text("name"),
        map.integer("address"),
        map.integer("length"),
        map.find("members").orElseThrow());
  }

  /**
   * Turns what a transport published into what its peers see.
   *
   * @param name what the entry is called
   * @param published the entry
   * @return the same range for peers
   */
  static RemoteEntry remote(String name, PublishedEntry published) {
    return new RemoteEntry(name, published.address(), published.length(), published.members());
  }
}

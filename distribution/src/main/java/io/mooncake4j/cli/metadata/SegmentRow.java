package io.mooncake4j.cli.metadata;

import io.mooncake4j.core.classic.ClassicBuffer;
import io.mooncake4j.core.classic.ClassicDescriptor;
import io.mooncake4j.core.classic.HostPort;
import io.mooncake4j.core.records.NamedRecords;
import io.mooncake4j.core.records.OwnerProbe.Verdict;
import io.mooncake4j.spi.Attributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the list says of one name.
 *
 * @param name the name
 * @param protocol C++ Mooncake's words, with commas; empty without a readable descriptor
 * @param buffers how many
 * @param bytes in all of them; {@link Long#MAX_VALUE} for more
 * @param address host and port, empty when there is none
 * @param state alive, dead, unknown, or {@code -} when nobody was asked
 * @param notes why, and what is wrong with the records
 */
record SegmentRow(
    String name,
    String protocol,
    long buffers,
    long bytes,
    String address,
    String state,
    List<String> notes) {

  /** Describes a name; the verdict is null when nobody was asked. */
  static SegmentRow of(NamedRecords named, Verdict verdict) {
    Optional<ClassicDescriptor> descriptor = named.readDescriptor();
    List<ClassicBuffer> buffers = descriptor.map(ClassicDescriptor::buffers).orElse(List.of());
    List<String> notes = new ArrayList<>();
    String state = "-";
    if (verdict != null) {
      state = verdict.state().name().toLowerCase(Locale.ROOT);
      notes.add(verdict.words());
    }
    notes.addAll(named.defects());
    return new SegmentRow(
        named.name(),
        descriptor.map(it -> String.join(",", it.protocols())).orElse(""),
        buffers.size(),
        buffers.stream().mapToLong(ClassicBuffer::length).reduce(0, SegmentRow::sum),
        named.readAddress().map(it -> new HostPort(it.host(), it.port()).format()).orElse(""),
        state,
        List.copyOf(notes));
  }

  /** Adds lengths, which may be anything in a hostile record. */
  private static long sum(long one, long other) {
    long sum = one + other;
    return one < 0 || other < 0 || sum < 0 ? Long.MAX_VALUE : sum;
  }

  Attributes json() {
    return Attributes.map()
        .put("name", name)
        .put("protocol", protocol)
        .put("buffers", buffers)
        .put("bytes", bytes)
        .put("address", address)
        .put("state", state)
        .put("notes", Attributes.ofTexts(notes))
        .build();
  }
}

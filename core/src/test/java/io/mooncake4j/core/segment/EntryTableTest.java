package io.mooncake4j.core.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.RemoteEntry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntryTableTest {
  private static RemoteEntry entry(long address, long length) {
    return new RemoteEntry("b", address, length, Attributes.emptyMap());
  }

  @Test
  void coversRangesAcrossAdjacentEntriesButNotAcrossGaps() {
    EntryTable table =
        new EntryTable(List.of(entry(300, 100), entry(100, 100), entry(200, 100), entry(500, 1)));

    assertThat(table.covers(100, 300)).isTrue();
    assertThat(table.covers(150, 200)).isTrue();
    assertThat(table.covers(399, 1)).isTrue();
    assertThat(table.covers(399, 2)).isFalse();
    assertThat(table.covers(99, 1)).isFalse();
    assertThat(table.covers(100, 401)).isFalse();
    assertThat(table.at(200).address()).isEqualTo(200);
    assertThat(table.at(400)).isNull();
  }

  @Test
  void addressesAreUnsignedAndEndAtTheTop() {
    EntryTable table = new EntryTable(List.of(entry(-100, 100), entry(100, 100)));

    assertThat(table.covers(-100, 100)).isTrue();
    assertThat(table.covers(-1, 1)).isTrue();
    assertThat(table.covers(-1, 2)).isFalse();
    assertThat(table.at(-50).address()).isEqualTo(-100);
  }

  @Test
  void findsAnEntryThatHoldsAnotherOne() {
    EntryTable table = new EntryTable(List.of(entry(0x1000, 0x1000), entry(0x1100, 0x10)));

    assertThat(table.covers(0x1200, 0x100)).isTrue();
    assertThat(table.at(0x1108).length()).isEqualTo(0x10);
  }

  @Test
  void findsAnEntryBehindAnyNumberOfShorterOnesInside() {
    List<RemoteEntry> entries = new ArrayList<>();
    entries.add(entry(0x1000, 0x1000));
    for (int i = 0; i < 100; i++) {
      entries.add(entry(0x1001 + 2 * i, 1));
    }
    EntryTable table = new EntryTable(entries);

    assertThat(table.covers(0x1000, 0x1000)).isTrue();
    assertThat(table.at(0x1f00).address()).isEqualTo(0x1000);
    assertThat(table.at(0x2000)).isNull();
  }

  @Test
  void saysWhetherEntriesMeetAtMultiples() {
    EntryTable table =
        new EntryTable(
            List.of(entry(512, 512), entry(1024, 100), entry(1124, 924), entry(-512, 512)));

    assertThat(table.isCutAtMultiples(512, 612, 512)).isTrue();
    assertThat(table.isCutAtMultiples(512, 613, 512)).isFalse();
    assertThat(table.isCutAtMultiples(512, 613, 4)).isTrue();
    assertThat(table.isCutAtMultiples(1124, 924, 512)).isTrue();
    assertThat(table.isCutAtMultiples(-512, 512, 512)).isTrue();
  }

  @Test
  void hasNothingWhenEmpty() {
    EntryTable table = new EntryTable(List.of());

    assertThat(table.at(0)).isNull();
    assertThat(table.covers(0, 1)).isFalse();
    assertThat(table.entries()).isEmpty();
  }
}

package io.mooncake4j.testkit;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.PublishedEntry;
import io.mooncake4j.spi.RemoteEntry;
import io.mooncake4j.spi.Transport;
import io.mooncake4j.spi.TransportDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The regions that a harness has registered with its transport, and what was published for them.
 */
final class RegisteredRegions {
  private final Transport transport;
  private final TransportDescription description;
  private final TestRegionIndex index;
  private final Violations violations;
  private final List<TestRegion> regions = new CopyOnWriteArrayList<>();

  RegisteredRegions(
      Transport transport,
      TransportDescription description,
      TestRegionIndex index,
      Violations violations) {
    this.transport = transport;
    this.description = description;
    this.index = index;
    this.violations = violations;
  }

  TestRegion register(TestRegion region) {
    List<List<PublishedEntry>> entries = transport.register(List.of(region));
    if (entries.size() != 1) {
      throw violations.add("one region was registered, entries came for " + entries.size());
    }
    checkEntries(region, entries.get(0));
    region.published(entries.get(0));
    index.add(region);
    regions.add(region);
    return region;
  }

  private void checkEntries(TestRegion region, List<PublishedEntry> entries) {
    if (!region.remoteAccessible() && !entries.isEmpty()) {
      throw violations.add("local-only " + region + " was published as " + entries);
    }
    for (PublishedEntry entry : entries) {
      if (description.addressSpace() == AddressSpace.VIRTUAL && entry.address() == 0) {
        throw violations.add(region + " was published at the virtual address 0");
      }
    }
  }

  void withdraw(TestRegion... withdrawn) {
    for (TestRegion region : withdrawn) {
      region.withdrawn();
      index.remove(region);
      regions.remove(region);
    }
    transport.withdraw(List.<LocalRegion>of(withdrawn));
  }

  List<RemoteEntry> entries() {
    List<RemoteEntry> entries = new ArrayList<>();
    for (TestRegion region : regions) {
      for (PublishedEntry entry : region.entries()) {
        entries.add(SegmentDocument.remote(region.location().text(), entry));
      }
    }
    return entries;
  }
}

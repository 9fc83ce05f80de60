package io.mooncake4j.core.engine;

import io.mooncake4j.api.Allocation;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.Registration;
import io.mooncake4j.core.memory.Region;
import io.mooncake4j.core.memory.RegionTable;
import io.mooncake4j.core.segment.LocalSegment;
import io.mooncake4j.core.transport.InstalledTransport;
import io.mooncake4j.ffi.GrantedPages;
import io.mooncake4j.ffi.MemoryOptions;
import io.mooncake4j.ffi.NativeCallException;
import io.mooncake4j.ffi.NativeMemory;
import io.mooncake4j.ffi.PageKind;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.PublishedEntry;
import io.mooncake4j.spi.Quiescence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers regions with the transports and the published segment, and takes them back. */
final class RegionRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(RegionRegistry.class);

  private final RegionTable table;
  private final List<InstalledTransport> transports;
  private final LocalSegment local;
  private final Runnable publish;
  private final Duration closeTimeout;
  private final Duration grace;
  private final AtomicLong ids = new AtomicLong();
  private final Consumer<Region> closer = this::close;

  RegionRegistry(
      RegionTable table,
      List<InstalledTransport> transports,
      LocalSegment local,
      Runnable publish,
      Duration closeTimeout,
      Duration grace) {
    this.table = table;
    this.transports = transports;
    this.local = local;
    this.publish = publish;
    this.closeTimeout = closeTimeout;
    this.grace = grace;
  }

  boolean owns(Region region) {
    return region.belongsTo(closer);
  }

  Region allocate(Allocation allocation) {
    NativeMemory memory;
    try {
      memory = NativeMemory.allocate(allocation.length(), options(allocation));
    } catch (NativeCallException | OutOfMemoryError e) {
      throw new MooncakeException(
          ErrorCode.MEMORY,
          "cannot allocate " + allocation.length() + " bytes: " + e.getMessage(),
          e);
    }
    logFallback(allocation, memory.actualPages());
    Region region =
        Region.host(
            ids.incrementAndGet(),
            memory,
            allocation.length(),
            allocation.location(),
            allocation.remoteAccessible(),
            closer);
    try {
      register(List.of(region));
    } catch (RuntimeException e) {
      region.free();
      throw e;
    }
    return region;
  }

  private static MemoryOptions options(Allocation allocation) {
    PageKind pages =
        switch (allocation.pages()) {
          case NORMAL -> PageKind.SMALL;
          case TRANSPARENT_HUGE -> PageKind.TRANSPARENT_HUGE;
          case EXPLICIT_HUGE -> PageKind.EXPLICIT_HUGE;
        };
    MemoryOptions options = MemoryOptions.DEFAULT.withPages(pages);
    String place = allocation.location().text();
    return place.startsWith("cpu:")
        ? options.withNumaNode(Integer.parseInt(place.substring("cpu:".length())))
        : options;
  }

  private static void logFallback(Allocation allocation, GrantedPages granted) {
    if (!granted.cause().isEmpty()) {
      LOG.info(
          "{} bytes use pages of {} bytes: {}",
          allocation.length(),
          granted.pageSize(),
          granted.cause());
    }
  }

  List<Region> registerAll(List<Registration> registrations) {
    List<Region> regions = registrations.stream().map(this::region).toList();
    register(regions);
    return regions;
  }

  private Region region(Registration it) {
    long id = ids.incrementAndGet();
    if (!it.location().isHost()) {
      return Region.device(
          id, it.address(), it.length(), it.location(), it.remoteAccessible(), it.owner(), closer);
    }
    NativeMemory memory;
    try {
      memory =
          it.buffer() == null
              ? NativeMemory.of(it.address(), it.length(), owner(it))
              : NativeMemory.of(it.buffer().duplicate().clear());
    } catch (IllegalArgumentException e) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT, "cannot register memory: " + e.getMessage(), e);
    }
    return Region.host(id, memory, it.length(), it.location(), it.remoteAccessible(), closer);
  }

  private static Object owner(Registration registration) {
    return registration.owner() == null ? registration : registration.owner();
  }

  private void register(List<Region> regions) {
    table.add(regions);
    List<InstalledTransport> registered = new ArrayList<>();
    try {
      Map<Region, List<List<PublishedEntry>>> entries = new LinkedHashMap<>();
      regions.forEach(region -> entries.put(region, new ArrayList<>()));
      for (InstalledTransport transport : transports) {
        registered.add(transport);
        register(transport, regions, entries);
      }
      local.add(entries);
    } catch (RuntimeException e) {
      registered.forEach(it -> it.transport().withdraw(List.copyOf(regions)));
      table.remove(regions);
      throw e;
    }
    publish.run();
  }

  private static void register(
      InstalledTransport transport,
      List<Region> regions,
      Map<Region, List<List<PublishedEntry>>> entries) {
    List<LocalRegion> usable = new ArrayList<>();
    for (Region region : regions) {
      if (takes(transport, region)) {
        usable.add(region);
      }
    }
    List<List<PublishedEntry>> results =
        usable.isEmpty() ? List.of() : transport.transport().register(List.copyOf(usable));
    if (results.size() != usable.size()) {
      throw new MooncakeException(
          ErrorCode.INTERNAL,
          "transport "
              + transport.name()
              + " answered for "
              + results.size()
              + " of "
              + usable.size()
              + " regions; this is a defect in the plugin");
    }
    int next = 0;
    for (Region region : regions) {
      boolean used = next < usable.size() && usable.get(next) == region;
      List<PublishedEntry> own = used ? results.get(next++) : List.of();
      entries.get(region).add(region.remoteAccessible() ? List.copyOf(own) : List.of());
    }
  }

  private static boolean takes(InstalledTransport transport, Region region) {
    return transport.moves(region.memoryKind())
        && region.length() <= transport.description().limits().maxRegionBytes();
  }

  /** The engine's part of closing a region: withdraw, wait, free. */
  private void close(Region region) {
    List<Region> one = List.of(region);
    if (region.withdraw()) {
      local.remove(one);
      table.remove(one);
      transports.forEach(it -> it.transport().withdraw(List.of(region)));
      publish.run();
    }
    synchronized (region) {
      if (!region.isClosed()) {
        awaitQuiet(region);
        region.free();
      }
    }
  }

  private void awaitQuiet(Region region) {
    long deadline = System.nanoTime() + closeTimeout.toNanos();
    boolean unknowable = false;
    for (InstalledTransport transport : transports) {
      if (transport.moves(region.memoryKind())) {
        Quiescence quiescence = transport.transport().quiesce(List.of(region), deadline);
        if (quiescence == Quiescence.BUSY) {
          throw busy(region, "peers still use it through " + transport.name());
        }
        unknowable |= quiescence == Quiescence.UNKNOWABLE && region.remoteAccessible();
      }
    }
    if (!region.awaitReleased(deadline)) {
      throw busy(region, "transfers in flight still use it");
    }
    if (unknowable) {
      awaitGrace();
    }
  }

  private static MooncakeException busy(Region region, String why) {
    return new MooncakeException(
        ErrorCode.REGION_BUSY, region + " cannot be given back yet: " + why + "; close it again");
  }

  private void awaitGrace() {
    long until = System.nanoTime() + grace.toNanos();
    for (long left = grace.toNanos(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(this, left);
    }
  }

  /** Frees everything; the transports are closed, so nobody touches it any more. */
  void freeAll() {
    for (Region region : table.all()) {
      region.withdraw();
      region.free();
    }
    table.remove(table.all());
  }
}

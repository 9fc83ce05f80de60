package io.mooncake4j.core.engine;

import io.mooncake4j.api.Allocation;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.Registration;
import io.mooncake4j.core.memory.HostMemory;
import io.mooncake4j.core.memory.MemoryAllocator;
import io.mooncake4j.core.memory.Region;
import io.mooncake4j.core.memory.RegionTable;
import io.mooncake4j.core.segment.LocalSegment;
import io.mooncake4j.core.transport.InstalledTransport;
import io.mooncake4j.ffi.NativeMemory;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.PublishedEntry;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.spi.TransportFeature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Registers regions with the transports and the published segment, and takes them back. */
final class RegionRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(RegionRegistry.class);

  private static final Duration LAST_HOLDS = Duration.ofSeconds(1);

  private final RegionTable table;
  private final MemoryAllocator allocator;
  private final List<InstalledTransport> transports;
  private final LocalSegment local;
  private final Runnable publish;
  private final Duration closeTimeout;
  private final Duration grace;
  private final AtomicLong ids = new AtomicLong();
  private final Consumer<Region> closer = this::close;

  /** Regions whose memory is not given back yet, each with the transports that published it. */
  private final Map<Region, Set<String>> live = new HashMap<>(); // Guarded by itself.

  private boolean closed; // Guarded by live.

  RegionRegistry(
      RegionTable table,
      MemoryAllocator allocator,
      List<InstalledTransport> transports,
      LocalSegment local,
      Runnable publish,
      Duration closeTimeout,
      Duration grace) {
    this.table = table;
    this.allocator = allocator;
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
    Region region =
        Region.host(
            ids.incrementAndGet(),
            allocator.allocate(allocation),
            allocation.length(),
            allocation.location(),
            allocation.remoteAccessible(),
            closer);
    register(List.of(region));
    return region;
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
    return Region.host(
        id, HostMemory.of(memory), it.length(), it.location(), it.remoteAccessible(), closer);
  }

  private static Object owner(Registration registration) {
    return registration.owner() == null ? registration : registration.owner();
  }

  private void register(List<Region> regions) {
    keep(regions);
    try {
      table.add(regions);
      Map<Region, List<List<PublishedEntry>>> entries = new LinkedHashMap<>();
      regions.forEach(region -> entries.put(region, new ArrayList<>()));
      for (InstalledTransport transport : transports) {
        register(transport, regions, entries);
      }
      local.add(entries);
      entries.forEach(this::notePublishers);
    } catch (RuntimeException e) {
      takeBack(regions);
      throw e;
    }
    publish.run();
  }

  private void keep(List<Region> regions) {
    synchronized (live) {
      if (closed) {
        throw new MooncakeException(
            ErrorCode.CLOSED, "engine " + local.name() + " is closed and registers nothing");
      }
      regions.forEach(region -> live.put(region, Set.of()));
    }
  }

  private void notePublishers(Region region, List<List<PublishedEntry>> entries) {
    Set<String> publishers = new HashSet<>();
    for (InstalledTransport transport : transports) {
      if (!entries.get(transport.index()).isEmpty()) {
        publishers.add(transport.name());
      }
    }
    synchronized (live) {
      live.put(region, publishers);
    }
  }

  /** Undoes a registration that has failed. What somebody uses already stays until he lets go. */
  private void takeBack(List<Region> regions) {
    for (Region region : regions) {
      region.withdraw();
      table.remove(List.of(region));
      withdraw(region);
      try {
        awaitQuiet(region);
        free(region);
      } catch (MooncakeException e) {
        LOG.warn("{}", e.getMessage());
      }
    }
  }

  private void free(Region region) {
    region.free();
    synchronized (live) {
      live.remove(region);
    }
  }

  private static void register(
      InstalledTransport transport,
      List<Region> regions,
      Map<Region, List<List<PublishedEntry>>> entries) {
    List<Region> usable = new ArrayList<>();
    for (Region region : regions) {
      if (transport.takes(region.memoryKind(), region.length())) {
        usable.add(region);
      }
    }
    List<List<PublishedEntry>> results = entriesOf(transport, List.copyOf(usable));
    usable.forEach(region -> region.registeredWith(transport.index()));
    int next = 0;
    for (Region region : regions) {
      boolean used = next < usable.size() && usable.get(next) == region;
      List<PublishedEntry> own = used ? results.get(next++) : List.of();
      entries.get(region).add(region.remoteAccessible() ? own : List.of());
    }
  }

  private static List<List<PublishedEntry>> entriesOf(
      InstalledTransport transport, List<LocalRegion> usable) {
    if (usable.isEmpty()) {
      return List.of();
    }
    try {
      List<List<PublishedEntry>> results = new ArrayList<>();
      transport.transport().register(usable).forEach(own -> results.add(List.copyOf(own)));
      if (results.size() == usable.size()) {
        return results;
      }
      throw new IllegalStateException(
          "it answered for " + results.size() + " of " + usable.size() + " regions");
    } catch (MooncakeException e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      throw new MooncakeException(
          ErrorCode.INTERNAL,
          "transport " + transport.name() + " has a defect, it cannot register: " + e,
          e);
    }
  }

  /** The engine's part of closing a region: withdraw, wait, free. */
  private void close(Region region) {
    List<Region> one = List.of(region);
    if (region.withdraw()) {
      local.remove(one);
      table.remove(one);
      withdraw(region);
      publish.run();
    }
    synchronized (region) {
      if (!region.isClosed()) {
        awaitQuiet(region);
        free(region);
      }
    }
  }

  private void withdraw(Region region) {
    for (InstalledTransport transport : transports) {
      try {
        transport.transport().withdraw(List.of(region));
      } catch (RuntimeException | LinkageError e) {
        LOG.error("transport {} threw from withdraw of {}", transport.name(), region, e);
      }
    }
  }

  private void awaitQuiet(Region region) {
    long deadline = System.nanoTime() + closeTimeout.toNanos();
    boolean unknowable = false;
    for (InstalledTransport transport : transports) {
      if (transport.takes(region.memoryKind(), region.length())) {
        Quiescence quiescence = quiesce(transport, region, deadline);
        if (quiescence == Quiescence.BUSY) {
          throw busy(region, "peers still use it through " + transport.name());
        }
        unknowable |= quiescence != Quiescence.QUIET && isPublishedBy(transport, region);
      }
    }
    if (!region.awaitReleased(deadline)) {
      throw busy(region, "transfers in flight still use it");
    }
    if (unknowable) {
      awaitGrace();
    }
  }

  private static Quiescence quiesce(InstalledTransport transport, Region region, long deadline) {
    try {
      return transport.transport().quiesce(List.of(region), deadline);
    } catch (RuntimeException | LinkageError e) {
      LOG.error("transport {} threw from quiesce of {}", transport.name(), region, e);
      return Quiescence.UNKNOWABLE;
    }
  }

  private boolean isPublishedBy(InstalledTransport transport, Region region) {
    synchronized (live) {
      return live.getOrDefault(region, Set.of()).contains(transport.name());
    }
  }

  private static MooncakeException busy(Region region, String why) {
    return new MooncakeException(
        ErrorCode.REGION_BUSY, region + " cannot be given back yet: " + why + "; close it again");
  }

  private void awaitGrace() {
    boolean interrupted = false;
    long until = System.nanoTime() + grace.toNanos();
    for (long left = grace.toNanos(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(this, left);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether peers reach it by a transport that never knows what they do. */
  private boolean mayBeTouchedUnasked(Region region) {
    return transports.stream()
        .filter(it -> !it.description().has(TransportFeature.QUIESCENCE))
        .anyMatch(it -> isPublishedBy(it, region));
  }

  /** Frees everything; the transports are closed, so nobody touches it any more. */
  void freeAll() {
    List<Region> all;
    synchronized (live) {
      closed = true;
      all = List.copyOf(live.keySet());
    }
    table.remove(all);
    if (all.stream().anyMatch(this::mayBeTouchedUnasked)) {
      awaitGrace();
    }
    long deadline = System.nanoTime() + LAST_HOLDS.toNanos();
    for (Region region : all) {
      region.withdraw();
      synchronized (region) {
        if (region.isClosed()) {
          continue;
        }
        if (region.awaitReleased(deadline)) {
          free(region);
        } else {
          LOG.error("{} is still held by a transport that was closed; it is not freed", region);
        }
      }
    }
  }
}

package io.mooncake4j.plugins.shm;

import io.mooncake4j.plugins.shm.wire.ControlArea;
import io.mooncake4j.plugins.shm.wire.ProcessIdentity;
import io.mooncake4j.plugins.shm.wire.RegionRecord;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.PublishedEntry;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.spi.TransportContext;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The regions that peers may touch: keeps the engine's own control area. Safe from any thread.
 *
 * <p>What peers write into the area is only ever compared, never used as an address or an index.
 */
final class ServedRegions extends Guard {
  /** How many regions an engine can publish; those beyond are left to other transports. */
  static final int MAX_REGIONS = 65_536;

  /** Where an entry says which record is the region's. */
  static final String RECORD = "record";

  /** Where an entry says the region's key. */
  static final String KEY = "key";

  private static final Logger LOG = LoggerFactory.getLogger(ServedRegions.class);
  private static final long FIRST_PAUSE_NANOS = 20_000;
  private static final long LONGEST_PAUSE_NANOS = 2_000_000;

  private record Served(int record, long key) {}

  private final ControlArea area;
  private final TransportContext context;
  private final boolean processMemory;
  private final Runnable release;
  private final Map<Long, Served> served = new HashMap<>();
  private final Map<Long, Served> leaving = new HashMap<>();
  private final Deque<Integer> free = new ArrayDeque<>();
  private int used;
  private long lastKey;
  private boolean full;

  /**
   * Serves nothing yet.
   *
   * @param processMemory whether regions without a file are shared, too
   * @param release frees the area's memory when this is closed
   */
  ServedRegions(
      ControlArea area, TransportContext context, boolean processMemory, Runnable release) {
    this.area = area;
    this.context = context;
    this.processMemory = processMemory;
    this.release = release;
  }

  /** Lets peers reach a region; the entry to publish, or none when they cannot. */
  Optional<PublishedEntry> register(LocalRegion region) {
    if (!region.remoteAccessible() || !region.location().isHost()) {
      return Optional.empty();
    }
    var file = region.sharedFile();
    if (file.isEmpty() && !processMemory) {
      return Optional.empty();
    }
    long descriptor = file.isPresent() ? file.get().descriptor() : RegionRecord.NO_FILE;
    long offset = file.isPresent() ? file.get().offset() : 0;
    if (!enter()) {
      return Optional.empty();
    }
    try {
      return publish(region, descriptor, offset);
    } finally {
      exit();
    }
  }

  private synchronized Optional<PublishedEntry> publish(
      LocalRegion region, long descriptor, long offset) {
    Integer index = free.isEmpty() ? (used < area.records() ? used++ : null) : free.pop();
    if (index == null) {
      if (!full) {
        full = true;
        LOG.warn(
            "{} regions are shared, which is the most; further ones are left to other transports",
            area.records());
      }
      return Optional.empty();
    }
    long key = ++lastKey;
    area.publish(
        index, new RegionRecord(key, region.address(), region.length(), descriptor, offset));
    served.put(region.id(), new Served(index, key));
    Attributes members = Attributes.map().put(RECORD, index).put(KEY, key).build();
    return Optional.of(new PublishedEntry(region.address(), region.length(), members));
  }

  /** Lets peers begin nothing more in some regions. */
  void withdraw(Collection<LocalRegion> regions) {
    if (enter()) {
      try {
        revoke(regions);
      } finally {
        exit();
      }
    }
  }

  private synchronized void revoke(Collection<LocalRegion> regions) {
    for (LocalRegion region : regions) {
      Served gone = served.remove(region.id());
      if (gone != null) {
        area.revoke(gone.record());
        free.push(gone.record());
        leaving.put(region.id(), gone);
      }
    }
  }

  /** Lets peers begin nothing more in any region; before {@link #close}. */
  void withdrawAll() {
    if (enter()) {
      try {
        revokeAll();
      } finally {
        exit();
      }
    }
  }

  private synchronized void revokeAll() {
    served.values().forEach(gone -> area.revoke(gone.record()));
    leaving.putAll(served);
    served.clear();
  }

  /** Waits until no peer is inside of any region that was withdrawn. */
  Quiescence quiesceAll(long deadlineNanos) {
    if (!enter()) {
      return Quiescence.QUIET;
    }
    try {
      Set<Long> keys;
      synchronized (this) {
        keys = leaving.values().stream().map(Served::key).collect(Collectors.toSet());
      }
      return await(keys, deadlineNanos);
    } finally {
      exit();
    }
  }

  /** Waits until no peer is inside of withdrawn regions. */
  Quiescence quiesce(Collection<LocalRegion> regions, long deadlineNanos) {
    if (!enter()) {
      return Quiescence.QUIET;
    }
    try {
      Quiescence known = await(leavingKeys(regions), deadlineNanos);
      if (known == Quiescence.QUIET) {
        forget(regions);
      }
      return known;
    } finally {
      exit();
    }
  }

  private Quiescence await(Set<Long> keys, long deadlineNanos) {
    long pause = FIRST_PAUSE_NANOS;
    while (!keys.isEmpty() && isInside(keys)) {
      if (context.nanoTime() - deadlineNanos >= 0) {
        return Quiescence.BUSY;
      }
      LockSupport.parkNanos(pause);
      if (Thread.currentThread().isInterrupted()) {
        return isInside(keys) ? Quiescence.BUSY : Quiescence.QUIET;
      }
      pause = Math.min(pause * 2, LONGEST_PAUSE_NANOS);
    }
    return Quiescence.QUIET;
  }

  private synchronized Set<Long> leavingKeys(Collection<LocalRegion> regions) {
    Set<Long> keys = new HashSet<>();
    for (LocalRegion region : regions) {
      Served gone = leaving.get(region.id());
      if (gone != null) {
        keys.add(gone.key());
      }
    }
    return keys;
  }

  private synchronized void forget(Collection<LocalRegion> regions) {
    regions.forEach(region -> leaving.remove(region.id()));
  }

  /** Whether a living peer is in one of the regions; slots of dead ones are freed on the way. */
  private boolean isInside(Set<Long> keys) {
    boolean inside = false;
    for (int slot = 0; slot < area.slots(); slot++) {
      long holder = area.holder(slot);
      if (holder != 0 && isInside(slot, keys)) {
        inside |= !freeIfGone(slot, holder);
      }
    }
    return inside;
  }

  private boolean isInside(int slot, Set<Long> keys) {
    for (int lane = 0; lane < ControlArea.LANES; lane++) {
      long key = area.inside(slot, lane);
      if (key != 0 && keys.contains(key)) {
        return true;
      }
    }
    return false;
  }

  /** One thread at a time, or the second would empty the lanes of who has just taken the slot. */
  private synchronized boolean freeIfGone(int slot, long holder) {
    ProcessIdentity process = ProcessIdentity.unpack(holder);
    if (process != null && !ProcessFile.isGone(process)) {
      return false;
    }
    area.free(slot, holder);
    LOG.info("process {} has ended; its place among {} is free", process, area.slots());
    return true;
  }

  /** Frees the slots of initiators that have died. */
  void sweep() {
    if (!enter()) {
      return;
    }
    try {
      for (int slot = 0; slot < area.slots(); slot++) {
        long holder = area.holder(slot);
        if (holder != 0) {
          freeIfGone(slot, holder);
        }
      }
    } finally {
      exit();
    }
  }

  /** How many initiators have a slot. */
  int peers() {
    if (!enter()) {
      return 0;
    }
    try {
      int peers = 0;
      for (int slot = 0; slot < area.slots(); slot++) {
        peers += area.holder(slot) == 0 ? 0 : 1;
      }
      return peers;
    } finally {
      exit();
    }
  }

  @Override
  void free() {
    release.run();
  }
}

package io.mooncake4j.plugins.shm;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.ffi.SharedMemory;
import io.mooncake4j.plugins.shm.wire.ControlArea;
import io.mooncake4j.plugins.shm.wire.RegionRecord;
import io.mooncake4j.spi.RemoteEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is mapped of one peer: its control area, in which this engine has a slot, and its regions.
 *
 * <p>Safe from any thread; a use begins with {@link #enter}. Closing unmaps everything as soon as
 * no thread is inside any more.
 */
final class PeerLink extends Guard {
  private static final Logger LOG = LoggerFactory.getLogger(PeerLink.class);
  private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LANE_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long LANE_PAUSE_NANOS = 20_000;
  private static final int CACHED = 1024;

  /** What an entry of the peer's descriptor led to. */
  private record Found(RemoteEntry entry, RemoteRegion region) {}

  private final ShmAddress address;
  private final Host here;
  private final ShmOptions options;
  private final ShmMetrics metrics;
  private final ProcessFile owner;
  private final SharedMemory memory;
  private final ControlArea control;
  private final int slot;
  private final Map<Long, RemoteRegion> regions = new ConcurrentHashMap<>();
  private final Found[] found = new Found[CACHED];
  private volatile long checked;
  private volatile boolean ownerLost;
  private volatile boolean lanesLost;

  private PeerLink(
      ShmAddress address,
      Host here,
      ShmOptions options,
      ShmMetrics metrics,
      ProcessFile owner,
      SharedMemory memory,
      ControlArea control,
      int slot,
      long now) {
    this.address = address;
    this.here = here;
    this.options = options;
    this.metrics = metrics;
    this.owner = owner;
    this.memory = memory;
    this.control = control;
    this.slot = slot;
    this.checked = now;
  }

  /**
   * Maps the control area of a peer and takes a slot in it.
   *
   * @throws MooncakeException when the peer cannot be reached, with the cause
   */
  static PeerLink open(
      ShmAddress address, Host here, ShmOptions options, ShmMetrics metrics, long now) {
    address
        .obstacle(here)
        .ifPresent(
            why -> {
              throw new MooncakeException(
                  ErrorCode.ENDPOINT, "the peer's memory cannot be mapped: " + why);
            });
    ProcessFile owner = openOwner(address);
    SharedMemory memory = null;
    try {
      memory = PeerFiles.openControl(address, here, true);
      ControlArea control =
          ControlArea.open(whole(memory), address.token(), address.host().process());
      int slot = control.claim(here.process());
      if (slot < 0) {
        throw new MooncakeException(
            ErrorCode.ENDPOINT,
            "all "
                + control.slots()
                + " places for peers are taken at process "
                + address.host().process().pid()
                + "; raise "
                + ShmOptions.MAX_PEERS.key()
                + " there");
      }
      metrics.peersJoined().add(1);
      return new PeerLink(address, here, options, metrics, owner, memory, control, slot, now);
    } catch (RuntimeException | Error e) {
      owner.close();
      if (memory != null) {
        memory.close();
      }
      throw e;
    }
  }

  /** Whether a peer's control area is there and its own; says why not where that is a surprise. */
  static boolean isPossible(ShmAddress address, Host here) {
    var obstacle = address.obstacle(here);
    if (obstacle.isPresent()) {
      LOG.debug("no shared memory with a peer: {}", obstacle.get());
      return false;
    }
    try (SharedMemory memory = PeerFiles.openControl(address, here, false)) {
      ControlArea.open(whole(memory), address.token(), address.host().process());
      return true;
    } catch (MooncakeException e) {
      LOG.info("no shared memory with a peer on this host: {}", e.getMessage());
      return false;
    }
  }

  private static ProcessFile openOwner(ShmAddress address) {
    long pid = address.host().process().pid();
    try {
      ProcessFile owner = ProcessFile.open(address.host().process());
      if (owner.isAlive()) {
        return owner;
      }
      owner.close();
    } catch (IOException e) {
      LOG.debug("no process {}", pid, e);
    }
    throw new MooncakeException(ErrorCode.ENDPOINT, "the peer's process " + pid + " has ended");
  }

  private static ByteBuffer whole(SharedMemory memory) {
    return memory.memory().window(0, Math.toIntExact(memory.memory().length()));
  }

  ShmAddress address() {
    return address;
  }

  /**
   * Whether the owner's process lives. Asks the kernel if nobody has for a millisecond: memory of a
   * dead process can still be copied, but nobody is there who would read it.
   */
  boolean isOwnerAlive(long now) {
    if (now - checked >= CHECK_NANOS || ownerLost) {
      checked = now;
      if (!owner.isAlive() && !ownerLost) {
        ownerLost = true;
        metrics.peersLost().add(1);
        LOG.info("the peer's process {} has ended", address.host().process().pid());
      }
    }
    return !ownerLost;
  }

  /**
   * Finds a region, maps it if need be, and enters it.
   *
   * @return the region, to be left with {@link RemoteRegion#exit}
   * @throws MooncakeException when the peer has revoked it or it cannot be mapped
   */
  @SuppressWarnings("ReferenceEquality") // The same object again is the rule, and quick to tell.
  RemoteRegion enter(RemoteEntry entry) {
    int place = System.identityHashCode(entry) & (CACHED - 1);
    // One of two, so that two that are used in turn do not displace each other.
    for (int i = 0; i < 2; i++) {
      Found known = found[place ^ i];
      if (known != null && known.entry() == entry && known.region().enter()) {
        return known.region();
      }
    }
    long key = entry.members().integer(ServedRegions.KEY);
    RemoteRegion region = regions.get(key);
    if (region == null || !region.enter()) {
      region = map(entry.members().integer(ServedRegions.RECORD), key);
    }
    Found before = found[place];
    if (before != null && !before.region().isClosed()) {
      found[place ^ 1] = before;
    }
    found[place] = new Found(entry, region);
    return region;
  }

  private synchronized RemoteRegion map(long record, long key) {
    RemoteRegion present = regions.get(key);
    if (present != null && present.enter()) {
      return present;
    }
    if (record < 0 || record >= control.records() || key == 0) {
      throw new MooncakeException(
          ErrorCode.MALFORMED, "the entry names record " + record + " with key " + key);
    }
    int index = (int) record;
    RegionRecord said = control.read(index, key);
    if (said == null) {
      metrics.rejections().add(1);
      throw revoked();
    }
    if (!said.isSane()) {
      throw new MooncakeException(
          ErrorCode.MALFORMED, "no region can look like what the peer says of it: " + said);
    }
    makeRoom();
    RemoteRegion region = said.hasFile() ? mapped(index, said) : ofProcess(index, said);
    region.enter();
    regions.put(key, region);
    return region;
  }

  private RemoteRegion mapped(int index, RegionRecord said) {
    SharedMemory mapping =
        PeerFiles.openRegion(
            address.host().process().pid(), here, said.descriptor(), said.offset(), said.length());
    // While the record stands, and its process lives, the descriptor means the region's file.
    if (!control.isValid(index, said.key()) || !owner.isAlive()) {
      mapping.close();
      throw revoked();
    }
    metrics.regionsMapped().add(1);
    return new MappedRegion(index, said, mapping);
  }

  private RemoteRegion ofProcess(int index, RegionRecord said) {
    if (!options.processVm()) {
      throw new MooncakeException(
          ErrorCode.ENDPOINT,
          "the peer's memory has no file of its own, and "
              + ShmOptions.PROCESS_VM.key()
              + " is not set here");
    }
    return new ProcessRegion(index, said, address.host().process().pid(), owner);
  }

  private void makeRoom() {
    if (regions.size() >= options.maxMappings()) {
      regions.values().stream()
          .min(Comparator.comparingLong(RemoteRegion::lastUse))
          .ifPresent(this::drop);
    }
  }

  /** Unmaps a region as soon as nobody copies from or to it. */
  void drop(RemoteRegion region) {
    regions.remove(region.key(), region);
    for (int i = 0; i < CACHED; i++) {
      Found known = found[i];
      if (known != null && known.region() == region) {
        found[i] = null;
      }
    }
    region.close();
  }

  static MooncakeException revoked() {
    return new MooncakeException(
        ErrorCode.PEER_REJECTED_ADDRESS,
        "the peer does not share this region, or no longer; its descriptor is out of date");
  }

  /**
   * Announces that this thread is going into a region.
   *
   * @return the lane to leave by
   * @throws MooncakeException when no lane becomes free, which only a damaged control area explains
   */
  int announce(RemoteRegion region) {
    int preferred = (int) (Thread.currentThread().getId() % ControlArea.LANES);
    int lane = control.enter(slot, region.key(), preferred);
    if (lane < 0) {
      return awaitLane(region, preferred);
    }
    if (lanesLost) {
      lanesLost = false;
    }
    return lane;
  }

  /**
   * Each lane is another thread's for one slice or a run of short ones. What was waited for in vain
   * is not again.
   */
  private int awaitLane(RemoteRegion region, int preferred) {
    long begin = System.nanoTime();
    while (!lanesLost && System.nanoTime() - begin < LANE_NANOS) {
      LockSupport.parkNanos(LANE_PAUSE_NANOS);
      int lane = control.enter(slot, region.key(), preferred);
      if (lane >= 0) {
        return lane;
      }
    }
    lanesLost = true;
    throw new MooncakeException(
        ErrorCode.ENDPOINT,
        "all "
            + ControlArea.LANES
            + " lanes to process "
            + address.host().process().pid()
            + " were in use for "
            + TimeUnit.NANOSECONDS.toSeconds(LANE_NANOS)
            + " s");
  }

  /** Whether an announced region may be touched. */
  boolean mayTouch(RemoteRegion region) {
    return control.isValid(region.index(), region.key());
  }

  void leave(int lane) {
    control.leave(slot, lane);
  }

  /** What a slice fails with whose owner's process no longer lives. */
  MooncakeException ended() {
    return new MooncakeException(
        ErrorCode.LINK_BROKEN,
        "the peer's process "
            + address.host().process().pid()
            + " has ended; what is left of its memory is of no use");
  }

  /** Unmaps regions that the peer has revoked; for a thread that has entered. */
  void sweep() {
    for (RemoteRegion region : regions.values()) {
      if (!mayTouch(region)) {
        drop(region);
      }
    }
  }

  int mappings() {
    return regions.size();
  }

  @Override
  void free() {
    regions.values().forEach(RemoteRegion::close);
    control.free(slot, here.process().packed());
    memory.close();
    owner.close();
  }
}

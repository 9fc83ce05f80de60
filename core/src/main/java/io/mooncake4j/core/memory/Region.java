package io.mooncake4j.core.memory;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.Location;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.ffi.NativeMemory;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.SharedFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * One registered region, as the user and as the transports see it.
 *
 * <p>A region counts who holds it: transfers of this engine and sessions that serve peers. Once
 * withdrawn it takes no new holders, and its memory is given back only when the last one has let
 * go.
 */
public final class Region implements MemoryRegion, LocalRegion {
  private static final long WITHDRAWN = 1L << 62;
  private static final long POLL_NANOS = 200_000;

  private final long id;
  private final long address;
  private final long length;
  private final Location location;
  private final String memoryKind;
  private final boolean remoteAccessible;
  private final HostMemory host;
  private final NativeMemory memory;
  private final Object owner;
  private final ByteBuffer[] windows;
  private final Consumer<Region> closer;
  private final AtomicLong holds = new AtomicLong();

  /** Places of the transports that have registered it. Never changed, only replaced. */
  private volatile BitSet transports = new BitSet();

  private volatile boolean closed;

  /**
   * Makes a region over host memory.
   *
   * @param id unique within the engine
   * @param host the memory; given back with the region
   * @param length bytes of it that belong to the region
   * @param location where it lives
   * @param remoteAccessible whether peers may reach it
   * @param closer the engine's part of {@link #close()}
   */
  public static Region host(
      long id,
      HostMemory host,
      long length,
      Location location,
      boolean remoteAccessible,
      Consumer<Region> closer) {
    return new Region(
        id, host.memory().address(), length, location, remoteAccessible, host, null, closer);
  }

  /**
   * Makes a region over memory of a device, which has no windows.
   *
   * @param id unique within the engine
   * @param address the first byte
   * @param length bytes
   * @param location where it lives
   * @param remoteAccessible whether peers may reach it
   * @param owner kept strongly reachable until the region is closed
   * @param closer the engine's part of {@link #close()}
   */
  public static Region device(
      long id,
      long address,
      long length,
      Location location,
      boolean remoteAccessible,
      Object owner,
      Consumer<Region> closer) {
    return new Region(id, address, length, location, remoteAccessible, null, owner, closer);
  }

  private Region(
      long id,
      long address,
      long length,
      Location location,
      boolean remoteAccessible,
      HostMemory host,
      Object owner,
      Consumer<Region> closer) {
    this.id = id;
    this.address = address;
    this.length = length;
    this.location = location;
    this.memoryKind = location.isHost() ? "cpu" : location.kind();
    this.remoteAccessible = remoteAccessible;
    this.host = host;
    this.memory = host == null ? null : host.memory();
    this.owner = owner;
    this.closer = closer;
    this.windows = host == null ? new ByteBuffer[0] : windowsOf(host.memory());
  }

  private static ByteBuffer[] windowsOf(NativeMemory memory) {
    ByteBuffer[] windows = new ByteBuffer[memory.windows().count()];
    for (int i = 0; i < windows.length; i++) {
      windows[i] = memory.windows().window(i).order(ByteOrder.nativeOrder());
    }
    return windows;
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public long address() {
    return address;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public Location location() {
    return location;
  }

  /**
   * Returns the kind of memory, as transports list it.
   *
   * @return {@code cpu} for host memory, else the kind of the location
   */
  public String memoryKind() {
    return memoryKind;
  }

  @Override
  public boolean remoteAccessible() {
    return remoteAccessible;
  }

  @Override
  public ByteBuffer window(int index) {
    if (memory == null) {
      throw notHostMemory();
    }
    return windows[index];
  }

  @Override
  public ByteBuffer window(long offset, int size) {
    if (closed) {
      throw new MooncakeException(ErrorCode.CLOSED, this + " is closed");
    }
    if (offset < 0 || size < 0 || offset > length - size) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT, "window [" + offset + ", +" + size + ") leaves " + this);
    }
    if (memory == null) {
      throw notHostMemory();
    }
    return memory.windows().range(offset, size).order(ByteOrder.nativeOrder());
  }

  private MooncakeException notHostMemory() {
    return new MooncakeException(
        ErrorCode.NOT_IMPLEMENTED,
        this + " is no host memory; copy it through its memory device instead");
  }

  @Override
  public Optional<SharedFile> sharedFile() {
    return host == null ? Optional.empty() : host.file();
  }

  /**
   * Notes that a transport has registered the region, so that slices of it may go that way.
   *
   * @param transportIndex the transport's place in the engine
   */
  public synchronized void registeredWith(int transportIndex) {
    BitSet more = (BitSet) transports.clone();
    more.set(transportIndex);
    transports = more;
  }

  /**
   * Says whether a transport has registered the region.
   *
   * @param transportIndex the transport's place in the engine
   * @return false while its registration goes on, and when its limits leave the region out
   */
  public boolean isRegisteredWith(int transportIndex) {
    return transports.get(transportIndex);
  }

  @Override
  public boolean acquire() {
    return acquire(1);
  }

  /**
   * Adds several holders, all of which are to be released, one by one or together.
   *
   * @param holders how many
   * @return false when the region is being withdrawn: none was added
   */
  public boolean acquire(int holders) {
    while (true) {
      long now = holds.get();
      if ((now & WITHDRAWN) != 0) {
        return false;
      }
      if (holds.compareAndSet(now, now + holders)) {
        return true;
      }
    }
  }

  /** Adds a holder while there is one, even when the region is being withdrawn. */
  public void acquireAgain() {
    holds.incrementAndGet();
  }

  @Override
  public void release() {
    release(1);
  }

  /**
   * Takes several holders away.
   *
   * @param holders how many
   */
  public void release(int holders) {
    holds.getAndAdd(-holders);
  }

  /**
   * Stops new holders.
   *
   * @return whether this call did it, false when the region had been withdrawn before
   */
  public boolean withdraw() {
    return (holds.getAndUpdate(now -> now | WITHDRAWN) & WITHDRAWN) == 0;
  }

  /**
   * Waits until nobody holds the withdrawn region.
   *
   * @param deadlineNanos on the scale of {@link System#nanoTime()}
   * @return whether that came about in time
   */
  public boolean awaitReleased(long deadlineNanos) {
    boolean interrupted = false;
    while (holds.get() != WITHDRAWN && System.nanoTime() - deadlineNanos < 0) {
      // Closing a busy region is rare; a poll spares every release a signal.
      LockSupport.parkNanos(this, POLL_NANOS);
      // An interrupted thread does not park. It gets its flag back when the wait is over.
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return holds.get() == WITHDRAWN;
  }

  /** Gives the memory back. Only the engine calls this, when nobody holds the region any more. */
  public void free() {
    closed = true;
    if (host != null) {
      host.free();
    }
  }

  /**
   * Says whether the memory was given back.
   *
   * @return true after {@link #free()}
   */
  public boolean isClosed() {
    return closed;
  }

  /**
   * Says whether an engine's call is about one of its own regions.
   *
   * @param engineCloser what the engine has given its regions
   * @return true when the region is that engine's
   */
  public boolean belongsTo(Consumer<Region> engineCloser) {
    return closer == engineCloser;
  }

  @Override
  public void close() {
    if (!closed) {
      closer.accept(this);
    }
  }

  @Override
  public String toString() {
    return "region 0x"
        + Long.toHexString(address)
        + "+"
        + length
        + (owner == null ? "" : " of a device");
  }
}

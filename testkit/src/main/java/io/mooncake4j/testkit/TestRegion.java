package io.mooncake4j.testkit;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.Location;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.PublishedEntry;
import io.mooncake4j.spi.SharedFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A registered region as a transport under test sees it, and what the test wants to know about it.
 *
 * <p>Safe from any thread. It does not own its memory.
 */
public final class TestRegion implements LocalRegion {
  private static final AtomicLong IDS = new AtomicLong();

  private final long id = IDS.incrementAndGet();
  private final long address;
  private final long length;
  private final Location location;
  private final boolean remoteAccessible;
  private final TestMemory memory;
  private final ByteBuffer[] windows;
  private final AtomicInteger holds = new AtomicInteger();
  private final Violations violations;
  private volatile boolean withdrawn;
  private volatile List<PublishedEntry> entries = List.of();

  /**
   * Makes a region of host memory.
   *
   * @param memory what it covers, wholly
   * @param remoteAccessible false for a local-only region
   * @param violations where breaches of the SPI go
   */
  TestRegion(TestMemory memory, boolean remoteAccessible, Violations violations) {
    this(memory.address(), memory.length(), Location.cpu(0), remoteAccessible, memory, violations);
  }

  /**
   * Makes a region of memory that is perhaps not host memory.
   *
   * @param address the first byte
   * @param length bytes
   * @param location where it lives
   * @param remoteAccessible false for a local-only region
   * @param memory its bytes, or null when it is not host memory
   * @param violations where breaches of the SPI go
   */
  TestRegion(
      long address,
      long length,
      Location location,
      boolean remoteAccessible,
      TestMemory memory,
      Violations violations) {
    this.address = address;
    this.length = length;
    this.location = location;
    this.remoteAccessible = remoteAccessible;
    this.memory = memory;
    this.violations = violations;
    this.windows = memory == null ? new ByteBuffer[0] : windowsOf(memory);
  }

  private static ByteBuffer[] windowsOf(TestMemory memory) {
    int count = (int) ((memory.length() - 1) / MAX_WINDOW_RANGE) + 1;
    ByteBuffer[] windows = new ByteBuffer[count];
    for (int i = 0; i < count; i++) {
      long start = i * MAX_WINDOW_RANGE;
      int size = (int) Math.min(Integer.MAX_VALUE, memory.length() - start);
      windows[i] = memory.window(start, size).order(ByteOrder.nativeOrder());
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

  @Override
  public boolean remoteAccessible() {
    return remoteAccessible;
  }

  @Override
  public ByteBuffer window(int index) {
    if (memory == null) {
      throw new MooncakeException(ErrorCode.NOT_IMPLEMENTED, this + " is not host memory");
    }
    ByteBuffer window = windows[index];
    if (window.position() != 0) {
      violations.add("somebody moved the position of the shared window " + index + " of " + this);
    }
    return window;
  }

  @Override
  public Optional<SharedFile> sharedFile() {
    return memory == null || !remoteAccessible ? Optional.empty() : memory.sharedFile();
  }

  @Override
  public boolean acquire() {
    holds.incrementAndGet();
    if (withdrawn) {
      release();
      return false;
    }
    return true;
  }

  @Override
  public void release() {
    if (holds.decrementAndGet() < 0) {
      throw violations.add(this + " was released more often than acquired");
    }
  }

  /** Lets nobody acquire it any more. */
  void withdrawn() {
    withdrawn = true;
  }

  /** Remembers what the transport published for it. */
  void published(List<PublishedEntry> published) {
    entries = List.copyOf(published);
  }

  /**
   * Returns the memory.
   *
   * @return its bytes
   * @throws IllegalStateException when it is not host memory
   */
  public TestMemory memory() {
    if (memory == null) {
      throw new IllegalStateException(this + " is not host memory");
    }
    return memory;
  }

  /**
   * Returns what the transport published for it.
   *
   * @return the entries, none for a local-only or unpublishable region
   */
  public List<PublishedEntry> entries() {
    return entries;
  }

  /**
   * Returns how many hold it: slices in flight and transports that serve it.
   *
   * @return 0 when all have let go
   */
  public int holds() {
    return holds.get();
  }

  @Override
  public String toString() {
    return "region " + id + " 0x" + Long.toHexString(address) + "+" + length;
  }
}

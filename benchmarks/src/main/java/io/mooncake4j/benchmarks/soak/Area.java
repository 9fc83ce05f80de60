package io.mooncake4j.benchmarks.soak;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.Registration;
import io.mooncake4j.api.TransferEngine;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;

/**
 * Memory of a process that one worker of another process reads and writes, and that is withdrawn
 * now and then: nothing may change in it then. Safe from any thread.
 */
final class Area {
  private static final int CLOSE_TRIES = 3;

  private final TransferEngine engine;
  private final int bytes;
  private final boolean ofTheEngine;
  private ByteBuffer memory;
  private MemoryRegion region;

  /** Makes a process's next area: those with even numbers in memory of the engine. */
  Area(TransferEngine engine, int bytes, int number) {
    this.engine = engine;
    this.bytes = bytes;
    this.ofTheEngine = number % 2 == 0;
    if (ofTheEngine) {
      region = engine.allocate(bytes);
      memory = region.window(0, bytes);
    } else {
      memory = ByteBuffer.allocateDirect(bytes);
      region = engine.register(Registration.of(memory));
    }
  }

  /** Whether a transport that needs memory of the engine can serve an area. */
  static boolean isReachedBy(String transport, int number) {
    return !"shm".equals(transport) || number % 2 == 0;
  }

  synchronized long address() {
    return region.address();
  }

  synchronized long checksum() {
    return Lane.checksum(memory.duplicate().clear());
  }

  /** Withdraws it for a while; returns what went wrong, or null. */
  synchronized String withdraw(long millis) {
    if (ofTheEngine) {
      return null;
    }
    String busy = closeRegion();
    if (busy != null) {
      return busy;
    }
    long before = checksum();
    LockSupport.parkNanos(millis * 1_000_000);
    long after = checksum();
    region = engine.register(Registration.of(memory));
    return before == after ? null : "bytes of a withdrawn region changed";
  }

  /**
   * Takes the engine's memory away and makes an area elsewhere instead, of zeros.
   *
   * @return when the first was gone, by the clock of this host
   */
  synchronized long replace() {
    MemoryRegion old = region;
    region = engine.allocate(bytes);
    memory = region.window(0, bytes);
    MemoryRegion fresh = region;
    region = old;
    String busy = closeRegion();
    region = fresh;
    if (busy != null) {
      throw new IllegalStateException(busy);
    }
    return System.nanoTime();
  }

  synchronized boolean isOfTheEngine() {
    return ofTheEngine;
  }

  private String closeRegion() {
    MooncakeException last = null;
    for (int i = 0; i < CLOSE_TRIES; i++) {
      try {
        region.close();
        return null;
      } catch (MooncakeException e) {
        last = e;
        if (e.code() != ErrorCode.REGION_BUSY) {
          break;
        }
      }
    }
    return "a region cannot be closed: " + last;
  }
}

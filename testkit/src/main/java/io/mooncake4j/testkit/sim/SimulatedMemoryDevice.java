package io.mooncake4j.testkit.sim;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.ffi.MemoryWindows;
import io.mooncake4j.spi.MemoryDevice;
import io.mooncake4j.testkit.TestMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Host memory in the role of device memory; see {@link SimMemoryDeviceProvider}. */
final class SimulatedMemoryDevice implements MemoryDevice {
  private static final long HANDLE_MAGIC = 0x53494D2D49504331L;
  private static final long PIECE = 64L << 20;
  private static final long COPY_SECONDS = 30;

  /** Exported allocations of all devices of this process, by the number in the handle. */
  private static final Map<Long, Allocation> EXPORTED = new ConcurrentHashMap<>();

  private static final AtomicLong HANDLE_NUMBERS = new AtomicLong();

  private final int count;
  private final long capacity;
  private final long[] used;
  private final TreeMap<Long, Allocation> allocations = new TreeMap<>();
  private final ExecutorService copies =
      Executors.newFixedThreadPool(
          2,
          task -> {
            Thread thread = new Thread(task, "sim-gpu-copy");
            thread.setDaemon(true);
            return thread;
          });

  SimulatedMemoryDevice(int count, long capacity) {
    this.count = count;
    this.capacity = capacity;
    this.used = new long[count];
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public synchronized OptionalInt ownerOf(long address) {
    Allocation allocation = holding(address);
    return allocation == null ? OptionalInt.empty() : OptionalInt.of(allocation.ordinal);
  }

  private Allocation holding(long address) {
    Map.Entry<Long, Allocation> below = allocations.floorEntry(address);
    return below == null || address - below.getKey() >= below.getValue().length()
        ? null
        : below.getValue();
  }

  @Override
  public synchronized DeviceMemory allocate(int ordinal, long length) {
    requireOrdinal(ordinal);
    if (length <= 0 || length > capacity - used[ordinal]) {
      throw new MooncakeException(
          ErrorCode.MEMORY,
          "device "
              + ordinal
              + " has "
              + (capacity - used[ordinal])
              + " bytes left, not "
              + length
              + "; free some or raise "
              + SimMemoryDeviceProvider.CAPACITY);
    }
    Allocation allocation = new Allocation(ordinal, TestMemory.allocate(length));
    used[ordinal] += length;
    allocations.put(allocation.address(), allocation);
    return allocation;
  }

  private void requireOrdinal(int ordinal) {
    if (ordinal < 0 || ordinal >= count) {
      throw new MooncakeException(
          ErrorCode.DEVICE_NOT_FOUND,
          "there is no device " + ordinal + ", only 0 to " + (count - 1));
    }
  }

  @Override
  public CompletableFuture<Void> copy(long destination, long source, long length) {
    try {
      return CompletableFuture.runAsync(() -> move(destination, source, length), copies);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(
          new MooncakeException(ErrorCode.CLOSED, SimMemoryDeviceProvider.NAME + " is closed", e));
    }
  }

  private void move(long destination, long source, long length) {
    for (long done = 0; done < length; done += PIECE) {
      int size = (int) Math.min(PIECE, length - done);
      // The caller keeps both ranges alive until the copy completes: nothing else to hold.
      ByteBuffer from = MemoryWindows.at(source + done, size, this);
      MemoryWindows.at(destination + done, size, this).put(0, from, 0, size);
    }
  }

  @Override
  public synchronized IpcHandle exportIpc(long address) {
    Allocation allocation = holding(address);
    if (allocation == null) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT,
          "0x" + Long.toHexString(address) + " is no memory of a simulated device");
    }
    long number = HANDLE_NUMBERS.incrementAndGet();
    EXPORTED.put(number, allocation);
    byte[] handle =
        ByteBuffer.allocate(16)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(HANDLE_MAGIC)
            .putLong(number)
            .array();
    return new IpcHandle(handle, allocation.address(), allocation.length());
  }

  @Override
  public DeviceMemory importIpc(byte[] handle, int ordinal) {
    requireOrdinal(ordinal);
    ByteBuffer bytes = ByteBuffer.wrap(handle).order(ByteOrder.LITTLE_ENDIAN);
    if (handle.length != 16 || bytes.getLong() != HANDLE_MAGIC) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT,
          handle.length + " bytes are no handle of " + SimMemoryDeviceProvider.NAME);
    }
    Allocation allocation = EXPORTED.get(bytes.getLong());
    if (allocation == null) {
      throw new MooncakeException(
          ErrorCode.MEMORY, "the memory behind the handle is freed, or of another process");
    }
    return new Import(allocation);
  }

  @Override
  public DmaBuf exportDmaBuf(long address, long length) {
    throw new MooncakeException(
        ErrorCode.NOT_IMPLEMENTED, SimMemoryDeviceProvider.NAME + " has no dma-buf");
  }

  @Override
  public Optional<String> pciAddress(int ordinal) {
    requireOrdinal(ordinal);
    return Optional.of(String.format("0000:%02x:00.0", 0xe0 + ordinal));
  }

  @Override
  public void close() {
    endCopies();
    synchronized (this) {
      Map.copyOf(allocations).values().forEach(Allocation::close);
    }
  }

  /** Memory must not go while a copy runs. */
  private void endCopies() {
    copies.shutdown();
    try {
      if (!copies.awaitTermination(COPY_SECONDS, TimeUnit.SECONDS)) {
        throw new MooncakeException(
            ErrorCode.MEMORY, "copies still run " + COPY_SECONDS + " s after close");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void freed(Allocation allocation) {
    EXPORTED.values().removeIf(other -> other == allocation);
    allocations.remove(allocation.address());
    used[allocation.ordinal] -= allocation.length();
  }

  /** Memory of one device. */
  private final class Allocation implements DeviceMemory {
    private final int ordinal;
    private final TestMemory memory;
    private boolean closed;

    Allocation(int ordinal, TestMemory memory) {
      this.ordinal = ordinal;
      this.memory = memory;
    }

    @Override
    public long address() {
      return memory.address();
    }

    @Override
    public long length() {
      return memory.length();
    }

    @Override
    public void close() {
      synchronized (SimulatedMemoryDevice.this) {
        if (closed) {
          return;
        }
        closed = true;
        freed(this);
      }
      memory.close();
    }
  }

  /** A mapping of memory that somebody has exported; here, the very same addresses. */
  private record Import(Allocation allocation) implements DeviceMemory {
    @Override
    public long address() {
      return allocation.address();
    }

    @Override
    public long length() {
      return allocation.length();
    }

    @Override
    public void close() {
      // The exporter owns the memory.
    }
  }
}

package io.mooncake4j.core.memory;

import io.mooncake4j.api.Allocation;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.options.ResolvedOptions;
import io.mooncake4j.core.options.SharedMemoryOptions;
import io.mooncake4j.core.options.SharedMemoryOptions.Sharing;
import io.mooncake4j.ffi.Attempt;
import io.mooncake4j.ffi.GrantedPages;
import io.mooncake4j.ffi.MemoryOptions;
import io.mooncake4j.ffi.NativeCallException;
import io.mooncake4j.ffi.NativeMemory;
import io.mooncake4j.ffi.OpenFileLimit;
import io.mooncake4j.ffi.PageKind;
import io.mooncake4j.ffi.SharedMemory;
import io.mooncake4j.spi.SharedFile;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Allocates the host memory of one engine: each allocation in a file in memory of its own where
 * that is wanted and possible, else memory of this process alone. Safe from any thread.
 */
public final class MemoryAllocator {
  private static final Logger LOG = LoggerFactory.getLogger(MemoryAllocator.class);

  private static final String FILE_NAME = "mooncake4j";

  /** Sockets, plugins and the application need descriptors too. */
  private static final int SHARE_OF_LIMIT = 4;

  private final Sharing sharing;
  private final long minBytes;
  private final int maxFiles;
  private final LongPredicate wanted;
  private final AtomicInteger files = new AtomicInteger();
  private final AtomicBoolean warned = new AtomicBoolean();

  /**
   * Makes an allocator.
   *
   * @param options hold {@link SharedMemoryOptions}
   * @param wanted whether a transport wants memory of a length shared
   * @throws MooncakeException with {@link ErrorCode#OPTION} when memory is to be shared and cannot
   */
  public MemoryAllocator(ResolvedOptions options, LongPredicate wanted) {
    this.sharing = options.get(SharedMemoryOptions.SHARED);
    this.minBytes = options.get(SharedMemoryOptions.MIN_BYTES);
    this.maxFiles = maxFiles(options);
    this.wanted = wanted;
    requirePossible(options);
  }

  /**
   * Returns how many files an engine may have.
   *
   * @param options hold {@link SharedMemoryOptions}
   * @return the number asked for, or what the process's limit leaves
   */
  public static int maxFiles(ResolvedOptions options) {
    long limit = OpenFileLimit.soft().orElse(Long.MAX_VALUE) / SHARE_OF_LIMIT;
    return (int) Math.min(options.get(SharedMemoryOptions.MAX_FILES), limit);
  }

  /**
   * Refuses to share memory where that is impossible.
   *
   * @param options hold {@link SharedMemoryOptions}
   * @throws MooncakeException with {@link ErrorCode#OPTION} when it must be and cannot
   */
  public static void requirePossible(ResolvedOptions options) {
    if (options.get(SharedMemoryOptions.SHARED) == Sharing.ON) {
      Attempt<Void> possible = SharedMemory.available();
      if (!possible.succeeded()) {
        throw new MooncakeException(
            ErrorCode.OPTION,
            SharedMemoryOptions.SHARED
                + "=on, but memory cannot be shared on this host: "
                + possible.cause());
      }
    }
  }

  /**
   * Allocates memory.
   *
   * @param allocation how much and where
   * @return the memory, owned by the caller
   * @throws MooncakeException with {@link ErrorCode#MEMORY} when there is none, {@link
   *     ErrorCode#INVALID_ARGUMENT} when the location is no node
   */
  public HostMemory allocate(Allocation allocation) {
    MemoryOptions options = options(allocation);
    HostMemory memory =
        isShared(allocation) ? shared(allocation, options) : anonymous(allocation, options);
    logFallback(allocation, memory.memory().actualPages());
    return memory;
  }

  /**
   * Returns how many files there are.
   *
   * @return shared allocations that are not given back
   */
  public int files() {
    return files.get();
  }

  private boolean isShared(Allocation allocation) {
    return allocation.remoteAccessible()
        && allocation.length() >= minBytes
        && (sharing == Sharing.ON || (sharing == Sharing.AUTO && wanted.test(allocation.length())));
  }

  private HostMemory shared(Allocation allocation, MemoryOptions options) {
    if (files.incrementAndGet() > maxFiles) {
      files.decrementAndGet();
      String limit = SharedMemoryOptions.MAX_FILES + " and the limit on open files allow";
      return notShared(allocation, options, maxFiles + " shared allocations are all that " + limit);
    }
    try {
      SharedMemory memory = SharedMemory.create(FILE_NAME, allocation.length(), options);
      return new HostMemory(
          memory.memory(),
          Optional.of(new SharedFile(memory.descriptor(), 0)),
          files::decrementAndGet);
    } catch (NativeCallException | IllegalStateException | OutOfMemoryError e) {
      files.decrementAndGet();
      return notShared(allocation, options, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      files.decrementAndGet();
      throw refused(allocation, e);
    }
  }

  private HostMemory notShared(Allocation allocation, MemoryOptions options, String cause) {
    if (sharing == Sharing.ON) {
      throw new MooncakeException(
          ErrorCode.MEMORY,
          "cannot allocate "
              + allocation.length()
              + " bytes of shared memory: "
              + cause
              + "; "
              + SharedMemoryOptions.SHARED
              + "=auto does without");
    }
    HostMemory memory = anonymous(allocation, options);
    if (warned.compareAndSet(false, true)) {
      LOG.warn(
          "{} bytes are memory of this process alone, to be reached by slower transports, and so may"
              + " further ones be: {}",
          allocation.length(),
          cause);
    }
    return memory;
  }

  private static HostMemory anonymous(Allocation allocation, MemoryOptions options) {
    try {
      return HostMemory.of(NativeMemory.allocate(allocation.length(), options));
    } catch (NativeCallException | IllegalArgumentException | OutOfMemoryError e) {
      throw refused(allocation, e);
    }
  }

  private static MooncakeException refused(Allocation allocation, Throwable why) {
    return new MooncakeException(
        ErrorCode.MEMORY,
        "cannot allocate " + allocation.length() + " bytes: " + why.getMessage(),
        why);
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
    if (!place.startsWith("cpu:")) {
      return options;
    }
    try {
      return options.withNumaNode(Integer.parseInt(place.substring("cpu:".length())));
    } catch (IllegalArgumentException e) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT, "\"" + place + "\" names no NUMA node such as cpu:0", e);
    }
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
}

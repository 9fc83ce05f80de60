package io.mooncake4j.ffi;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Memory that other processes of the same user can map: a file that lives in memory only ({@code
 * memfd}), or a view of another process's.
 *
 * <p><b>Safety.</b> A file made here has the mode 0600 and is sealed: nobody can shrink or grow it,
 * so that touching a mapping of it never ends a process with SIGBUS. {@link #open} maps no file
 * that could shrink. Whoever may open the file (same user, and by {@code /proc/<pid>/fd} whoever
 * may debug its owner) reads and writes all of it.
 *
 * <p><b>Lifetime.</b> The kernel frees the pages when the owner's descriptor and every mapping are
 * gone, also when processes die: nothing is left to clean up. A mapping stays usable after its
 * owner's death.
 *
 * <p><b>Ownership.</b> {@link #close} unmaps the memory and closes the owner's descriptor, exactly
 * once; see {@link NativeMemory} for what is undefined afterwards and for memory that is forgotten.
 * Thread-safe. Lengths and offsets are bytes.
 */
public final class SharedMemory implements AutoCloseable {
  private final NativeMemory memory;
  private final int descriptor;

  private SharedMemory(NativeMemory memory, int descriptor) {
    this.memory = memory;
    this.descriptor = descriptor;
  }

  /**
   * Makes a file of new, zero memory with {@link MemoryOptions#DEFAULT}.
   *
   * @param name what {@code /proc/<pid>/maps} shows: 1 to 200 printable ASCII characters
   * @param length more than 0; rounded up to whole pages in the file
   * @throws NativeCallException if there is no memory, address space or descriptor left
   */
  public static SharedMemory create(String name, long length) {
    return create(name, length, MemoryOptions.DEFAULT);
  }

  /**
   * Makes a file of new, zero memory. Pages and placement that are refused fall back, as in {@link
   * NativeMemory#allocate(long, MemoryOptions)}; whether transparent huge pages are there for files
   * is a setting of its own, {@code transparent_hugepage/shmem_enabled}.
   *
   * @param name what {@code /proc/<pid>/maps} shows: 1 to 200 printable ASCII characters
   * @param length more than 0; rounded up to whole pages in the file
   * @throws NativeCallException if there is no memory, address space or descriptor left
   */
  public static SharedMemory create(String name, long length, MemoryOptions options) {
    if (length <= 0) {
      throw new IllegalArgumentException("length " + length + ": allocate at least one byte");
    }
    PageMapping mapping = PageMapping.create(length, options.pages(), new MemoryFile(name));
    return new SharedMemory(NativeMemory.over(mapping, length, options), mapping.file());
  }

  /**
   * Maps a part of a file that another process made, such as {@code /proc/<pid>/fd/<n>}. No
   * descriptor stays open.
   *
   * @param file its name
   * @param offset of the first byte; a multiple of the file's page size
   * @param length more than 0
   * @param writable whether the memory may be written; where it may not, windows are read-only
   * @throws IOException if the file is not there, is not permitted, is no memory file sealed
   *     against shrinking, or is too short
   */
  public static SharedMemory open(Path file, long offset, long length, boolean writable)
      throws IOException {
    Objects.requireNonNull(file, "file");
    if (offset < 0 || length <= 0) {
      throw new IllegalArgumentException("not a range of a file: " + offset + ", +" + length);
    }
    PageMapping mapping = MemoryFile.map(file, offset, length, writable);
    return new SharedMemory(NativeMemory.ofOthers(mapping, length, writable), Backing.NO_FILE);
  }

  /**
   * Tells whether memory can be shared here, by making a page and mapping it a second time.
   *
   * @return done, or why not
   */
  public static Attempt<Void> available() {
    return FileCalls.available().then(ready -> probe());
  }

  private static Attempt<Void> probe() {
    try (SharedMemory own = create("mooncake4j-probe", PageSizes.small());
        SharedMemory again = open(own.path(), 0, PageSizes.small(), true)) {
      own.memory().window(0, Long.BYTES).putLong(0, own.descriptor);
      boolean same = again.memory().window(0, Long.BYTES).getLong(0) == own.descriptor;
      return same ? Attempt.done() : Attempt.refused(own.path() + " is another file");
    } catch (NativeCallException e) {
      return Attempt.refused(e.getMessage(), e.errno());
    } catch (IOException e) {
      return Attempt.refused(e.getMessage());
    }
  }

  /** Returns the memory; closing it is the same as closing this. */
  public NativeMemory memory() {
    return memory;
  }

  /**
   * Returns the owner's descriptor, under which others find the file in {@code /proc/<pid>/fd}.
   *
   * @return a number that means this file until close
   * @throws IllegalStateException for memory of others, which has none
   */
  public int descriptor() {
    if (descriptor == Backing.NO_FILE) {
      throw new IllegalStateException(this + " belongs to another process");
    }
    return descriptor;
  }

  /** Returns the name by which this process can open its own file again. */
  Path path() {
    return Path.of("/proc/self/fd/" + descriptor());
  }

  @Override
  public void close() {
    memory.close();
  }

  @Override
  public String toString() {
    return "shared " + memory;
  }
}

package io.mooncake4j.testkit;

import io.mooncake4j.ffi.NativeMemory;
import io.mooncake4j.ffi.SharedMemory;
import io.mooncake4j.spi.SharedFile;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

/**
 * Host memory for tests, with patterns that tell where a byte came from.
 *
 * <p>Safe from any thread as far as the memory itself is. Lengths and offsets are bytes. Memory
 * that {@link #allocate} made is freed by {@link #close}, or later when forgotten.
 */
public final class TestMemory implements AutoCloseable {
  private static final int COPY_BYTES = 1 << 20;

  private final NativeMemory memory;
  private final SharedFile file;

  private TestMemory(NativeMemory memory, SharedFile file) {
    this.memory = memory;
    this.file = file;
  }

  /**
   * Allocates page-aligned memory that is zero.
   *
   * @param length bytes, at least 1
   * @return the memory, owned by the caller
   */
  public static TestMemory allocate(long length) {
    return new TestMemory(NativeMemory.allocate(length), null);
  }

  /**
   * Allocates memory in a file of its own, as an engine does for transports that want it.
   *
   * @param length bytes, at least 1
   * @return the memory, owned by the caller
   */
  public static TestMemory allocateShared(long length) {
    SharedMemory shared = SharedMemory.create("mooncake4j-test", length);
    return new TestMemory(shared.memory(), new SharedFile(shared.descriptor(), 0));
  }

  /**
   * Views memory that belongs to others, such as a part of a device's mapping.
   *
   * @param address the first byte
   * @param length bytes
   * @param owner what keeps it alive
   * @return a view; closing it frees nothing
   */
  public static TestMemory of(long address, long length, Object owner) {
    return new TestMemory(NativeMemory.of(address, length, owner), null);
  }

  /**
   * Returns the address of the first byte.
   *
   * @return unsigned
   */
  public long address() {
    return memory.address();
  }

  /**
   * Returns the length.
   *
   * @return bytes
   */
  public long length() {
    return memory.length();
  }

  /**
   * Returns the file in which the memory lives.
   *
   * @return empty unless it was made so
   */
  public Optional<SharedFile> sharedFile() {
    return Optional.ofNullable(file);
  }

  /**
   * Returns a new direct buffer over a range.
   *
   * @param offset bytes from the start
   * @param size bytes
   * @return position 0, native byte order
   */
  public ByteBuffer window(long offset, int size) {
    return memory.window(offset, size);
  }

  /**
   * Copies bytes out.
   *
   * @param offset bytes from the start
   * @param size bytes
   * @return a copy
   */
  public byte[] bytes(long offset, int size) {
    byte[] bytes = new byte[size];
    window(offset, size).get(bytes);
    return bytes;
  }

  /**
   * Copies bytes in.
   *
   * @param offset bytes from the start
   * @param bytes what to write
   */
  public void write(long offset, byte[] bytes) {
    window(offset, bytes.length).put(bytes);
  }

  /**
   * Fills the whole memory with the pattern of a seed.
   *
   * @param seed equal seeds give equal bytes
   */
  public void fill(long seed) {
    for (long offset = 0; offset < length(); offset += COPY_BYTES) {
      write(offset, pattern(seed, offset, (int) Math.min(COPY_BYTES, length() - offset)));
    }
  }

  /**
   * Makes a part of the endless pattern of a seed.
   *
   * @param seed which pattern
   * @param offset where in the pattern the part begins
   * @param size bytes
   * @return the bytes; each depends on the seed and on its place alone
   */
  public static byte[] pattern(long seed, long offset, int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      long place = offset + i;
      long word = (seed * 0x9E3779B97F4A7C15L) ^ ((place >>> 3) * 0xC2B2AE3D27D4EB4FL);
      word ^= word >>> 29;
      bytes[i] = (byte) (word >>> ((place & 7) << 3));
    }
    return bytes;
  }

  /**
   * Fails unless a range holds given bytes, naming the first one that differs.
   *
   * @param offset bytes from the start
   * @param expected what it is to hold
   * @param what the range's role, for the error
   */
  public void assertHolds(long offset, byte[] expected, String what) {
    assertEqual(bytes(offset, expected.length), expected, what);
  }

  /**
   * Fails unless two byte arrays are equal, naming the first place where they differ.
   *
   * @param actual what is there
   * @param expected what was to be there
   * @param what the bytes' role, for the error
   */
  public static void assertEqual(byte[] actual, byte[] expected, String what) {
    Objects.requireNonNull(what, "what");
    if (actual.length != expected.length) {
      throw new AssertionError(
          what + ": " + actual.length + " bytes instead of " + expected.length);
    }
    int at = java.util.Arrays.mismatch(actual, expected);
    if (at >= 0) {
      throw new AssertionError(
          what
              + ": byte "
              + at
              + " of "
              + expected.length
              + " is 0x"
              + Integer.toHexString(actual[at] & 0xFF)
              + ", not 0x"
              + Integer.toHexString(expected[at] & 0xFF));
    }
  }

  @Override
  public void close() {
    memory.close();
  }

  @Override
  public String toString() {
    return "memory 0x" + Long.toHexString(address()) + "+" + length();
  }
}

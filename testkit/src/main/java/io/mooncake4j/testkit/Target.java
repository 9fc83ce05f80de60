package io.mooncake4j.testkit;

import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.spi.RemoteEntry;
import java.time.Duration;
import java.util.List;

/**
 * The far side of a transport under test: a harness in this process, one in a second process, or
 * something without an engine, such as files. Safe from any thread.
 */
public interface Target extends EngineNode, AutoCloseable {
  /**
   * Makes memory in the transport's own space and registers it.
   *
   * @param length bytes
   * @param remoteAccessible false for a local-only region
   * @return the region
   */
  Region register(long length, boolean remoteAccessible);

  /**
   * Withdraws a region; its memory stays readable for the test.
   *
   * @param region a region of this target
   */
  void withdraw(Region region);

  /**
   * Waits until peers have let go of a withdrawn region.
   *
   * @param region a withdrawn region
   * @param limit how long at most
   * @return what the transport knows
   */
  Quiescence quiesce(Region region, Duration limit);

  /** Ends the target at once, as far as its kind allows: the other side sees a peer that died. */
  void die();

  /** Fails when the target's transport has broken a promise. */
  void assertNoViolations();

  @Override
  void close();

  /** Memory of the target. */
  interface Region {
    /**
     * Returns the address of the first byte on the target's side.
     *
     * @return unsigned; 0 where there is none
     */
    long address();

    /**
     * Returns the length.
     *
     * @return bytes
     */
    long length();

    /**
     * Returns what was published for it.
     *
     * @return the entries
     */
    List<RemoteEntry> entries();

    /**
     * Reads bytes as the target sees them.
     *
     * @param offset bytes from the start
     * @param size bytes
     * @return a copy
     */
    byte[] bytes(long offset, int size);

    /**
     * Writes bytes as the target itself.
     *
     * @param offset bytes from the start
     * @param bytes what to write
     */
    void write(long offset, byte[] bytes);

    /**
     * Fills it with {@link TestMemory#pattern} of a seed.
     *
     * @param seed which pattern
     */
    default void fill(long seed) {
      int piece = 1 << 20;
      for (long offset = 0; offset < length(); offset += piece) {
        int size = (int) Math.min(piece, length() - offset);
        write(offset, TestMemory.pattern(seed, offset, size));
      }
    }
  }
}

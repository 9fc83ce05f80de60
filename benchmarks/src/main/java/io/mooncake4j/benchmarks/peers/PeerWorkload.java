package io.mooncake4j.benchmarks.peers;

import java.io.IOException;
import java.util.List;

/**
 * One program of the comparison: an initiator in this process and a server in a child process.
 *
 * <p>Called by one thread at a time, except where a method says otherwise. Closing it ends the
 * server.
 */
public interface PeerWorkload extends AutoCloseable {
  /** Name for people, such as "Redis over TCP". */
  String name();

  /** Versions of what is measured. */
  String version();

  /** The server's processes; their processor time counts as well as this process's. */
  List<Long> serverPids();

  /**
   * Takes the words of a command that say how the next run is to be done; called before it is
   * opened, without words where there are none.
   *
   * @param words as {@code key=value}
   * @throws IllegalArgumentException when there is no such choice
   */
  default void choose(List<String> words) {
    if (!words.isEmpty()) {
      throw new IllegalArgumentException("%s has no choice of %s".formatted(name(), words));
    }
  }

  /**
   * Prepares connections and memory on both sides; not part of the time measured.
   *
   * @param shape the work
   * @return what moves the blocks; closed after the run
   * @throws Exception when the work cannot be prepared; the message is printed
   */
  Session open(PeerShape shape) throws Exception;

  /**
   * Writes known bytes, reads them back and compares; called once, before the first run.
   *
   * @throws Exception when bytes did not arrive intact
   */
  void verify() throws Exception;

  @Override
  void close() throws IOException;

  /** What one run needs. */
  interface Session extends AutoCloseable {
    /**
     * Makes what one thread needs; called by that very thread, before the clock starts.
     *
     * @param thread its number, from 0
     * @return what moves the blocks of this thread; closed by that thread
     * @throws Exception when it cannot be made
     */
    Worker worker(int thread) throws Exception;

    @Override
    void close() throws IOException;
  }

  /** What one thread needs; used by that thread alone. */
  interface Worker extends AutoCloseable {
    /**
     * Moves one batch: starts all its blocks and returns when all have been moved, acknowledged by
     * the server.
     *
     * @throws Exception when a block could not be moved; the run fails
     */
    void moveBatch() throws Exception;

    @Override
    default void close() throws IOException {}
  }
}

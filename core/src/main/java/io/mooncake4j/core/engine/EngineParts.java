package io.mooncake4j.core.engine;

import io.mooncake4j.core.handshake.HandshakeClient;
import io.mooncake4j.core.memory.RegionTable;
import io.mooncake4j.core.metrics.EngineMetrics;
import io.mooncake4j.core.segment.Directory;
import io.mooncake4j.core.segment.SegmentCache;
import io.mooncake4j.core.transport.InstalledTransport;
import io.mooncake4j.spi.BusyPoll;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of a running engine, and the order in which they stop.
 *
 * @param name the engine's segment name
 * @param address where it answers handshakes, {@code host:port}
 * @param transferTimeoutNanos what requests have that say nothing
 * @param transports the installed transports, best first
 * @param table the regions by address
 * @param regions registers them
 * @param segments the open segments
 * @param directory where segments are found
 * @param client reaches peers' handshake services
 * @param notifications those that have arrived
 * @param dispatcher brings tasks to transports
 * @param deadlines ends what takes too long
 * @param threads the engine's threads
 * @param metrics the counters
 * @param closers what to stop, in the order of the deque
 */
record EngineParts(
    String name,
    String address,
    long transferTimeoutNanos,
    BusyPoll busyPoll,
    List<InstalledTransport> transports,
    RegionTable table,
    RegionRegistry regions,
    SegmentCache segments,
    Directory directory,
    HandshakeClient client,
    NotificationQueue notifications,
    Dispatcher dispatcher,
    DeadlineWatch deadlines,
    EngineThreads threads,
    EngineMetrics metrics,
    Closers closers) {

  /** Things to stop, the last added first; one that fails does not keep the others from it. */
  static final class Closers {
    private static final Logger LOG = LoggerFactory.getLogger(Closers.class);

    private final Deque<AutoCloseable> stack = new ArrayDeque<>();

    <C extends AutoCloseable> C add(C closeable) {
      stack.push(closeable);
      return closeable;
    }

    void closeAll() {
      while (!stack.isEmpty()) {
        AutoCloseable next = stack.pop();
        try {
          next.close();
        } catch (Exception | LinkageError e) {
          LOG.warn("a part of the engine did not stop cleanly", e);
        }
      }
    }
  }

  /** Stops everything. */
  void close() {
    closers.closeAll();
  }
}

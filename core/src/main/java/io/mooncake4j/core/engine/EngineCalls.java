package io.mooncake4j.core.engine;

import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.Notification;
import io.mooncake4j.api.Segment;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.core.memory.Region;
import io.mooncake4j.core.segment.PeerSegment;
import io.mooncake4j.spi.BusyPoll;

/** What a batch needs of its engine. */
interface EngineCalls {
  Dispatcher dispatcher();

  DeadlineWatch deadlines();

  /** Refuses when the engine is closed. */
  void requireOpen();

  /** Refuses a transport that is not installed. */
  void requireTransport(String name);

  /** Refuses a region of another engine. */
  Region own(MemoryRegion region);

  /** Refuses a segment of another engine. */
  PeerSegment own(Segment segment);

  /** Returns what threads that wait for batches have learned about waiting. */
  BusyPoll busyPoll();

  /** Returns the time a request has, from submission. */
  long timeoutNanos(TransferRequest request);

  /** Runs what a user has attached to a future. */
  void later(Runnable job);

  /** Sends a notification without waiting; a failure is logged. */
  void notifyLater(PeerSegment to, Notification notification);
}

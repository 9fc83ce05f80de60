package io.mooncake4j.core.engine;

import io.mooncake4j.core.handshake.HandshakeCounts;
import io.mooncake4j.core.memory.Region;
import io.mooncake4j.core.memory.RegionTable;
import io.mooncake4j.core.metrics.EngineMetrics;
import io.mooncake4j.core.segment.SegmentCache;

/** The metrics that the engine's parts keep themselves, under their names. */
final class EngineGauges {
  private EngineGauges() {}

  static void register(
      EngineMetrics metrics,
      RegionTable table,
      DeadlineWatch deadlines,
      SegmentCache segments,
      NotificationQueue notifications,
      HandshakeCounts handshakes) {
    metrics.gauge("engine.regions", () -> table.all().size());
    metrics.gauge(
        "engine.regions.bytes", () -> table.all().stream().mapToLong(Region::length).sum());
    metrics.gauge("engine.batches.watched", deadlines::watched);
    metrics.gauge("engine.segments", () -> segments.all().size());
    metrics.gauge("engine.notifications.waiting", notifications::waiting);
    metrics.counter("engine.notifications.received", notifications::received);
    metrics.counter("engine.notifications.dropped", notifications::dropped);
    metrics.gauge("engine.handshakes.connected", handshakes::connected);
    metrics.counter("engine.handshakes.accepted", handshakes::accepted);
    metrics.counter("engine.handshakes.rejected", handshakes::rejected);
    metrics.counter("engine.handshakes.answered", handshakes::answered);
    metrics.counter("engine.handshakes.failed", handshakes::failed);
  }
}

package io.mooncake4j.plugins.shm;

import io.mooncake4j.spi.Metrics;
import io.mooncake4j.spi.Metrics.Counter;

/**
 * What the transport counts.
 *
 * @param readBytes bytes copied from peers
 * @param writtenBytes bytes copied to peers
 * @param peersJoined control areas of peers mapped
 * @param peersLost peers that ended without being asked to
 * @param regionsMapped regions of peers mapped
 * @param rejections slices for regions that the peer has revoked or never published
 */
record ShmMetrics(
    Counter readBytes,
    Counter writtenBytes,
    Counter peersJoined,
    Counter peersLost,
    Counter regionsMapped,
    Counter rejections) {

  static ShmMetrics of(Metrics metrics) {
    return new ShmMetrics(
        metrics.counter("read.bytes"),
        metrics.counter("written.bytes"),
        metrics.counter("peers.joined"),
        metrics.counter("peers.lost"),
        metrics.counter("regions.mapped"),
        metrics.counter("rejections"));
  }
}

package io.mooncake4j.plugins.tcp;

import io.mooncake4j.spi.Metrics;
import io.mooncake4j.spi.Metrics.Counter;

/**
 * What the transport counts.
 *
 * @param readBytes payload read from peers
 * @param writtenBytes payload that peers have confirmed
 * @param servedReadBytes payload sent to peers that read
 * @param servedWriteBytes payload stored for peers that wrote
 * @param servedRejections requests of peers for ranges that are not registered
 * @param connectionsOpened connections made to peers
 * @param connectionsLost connections to peers that ended without being asked to
 * @param connectionsServed connections of peers accepted
 * @param connectionsRefused connections of peers closed because there were too many
 */
record TcpMetrics(
    Counter readBytes,
    Counter writtenBytes,
    Counter servedReadBytes,
    Counter servedWriteBytes,
    Counter servedRejections,
    Counter connectionsOpened,
    Counter connectionsLost,
    Counter connectionsServed,
    Counter connectionsRefused) {

  static TcpMetrics of(Metrics metrics) {
    return new TcpMetrics(
        metrics.counter("read.bytes"),
        metrics.counter("written.bytes"),
        metrics.counter("served.read.bytes"),
        metrics.counter("served.write.bytes"),
        metrics.counter("served.rejections"),
        metrics.counter("connections.opened"),
        metrics.counter("connections.lost"),
        metrics.counter("connections.served"),
        metrics.counter("connections.refused"));
  }
}

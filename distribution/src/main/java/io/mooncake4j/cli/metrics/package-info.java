/** A node's metrics for Prometheus. */
package io.mooncake4j.cli.metrics;

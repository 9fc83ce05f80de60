/** Benchmarks of what the TCP plugin keeps to itself. */
package io.mooncake4j.plugins.tcp;

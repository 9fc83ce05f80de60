/** JMH benchmarks of the engine and its transports. */
package io.mooncake4j.benchmarks;

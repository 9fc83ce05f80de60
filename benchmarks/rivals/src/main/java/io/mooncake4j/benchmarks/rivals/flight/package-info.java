/** Arrow Flight: DoGet and DoPut of record batches that hold the blocks. */
package io.mooncake4j.benchmarks.rivals.flight;

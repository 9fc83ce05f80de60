/**
 * What the programs compared by script/bench-peers share: the loop that reads commands and prints
 * results, the clock, the histogram, the processor time, and the server as a child process.
 */
package io.mooncake4j.benchmarks.peers;

/** Programs that script/bench-peers compares mooncake4j with, and what they share. */
package io.mooncake4j.benchmarks.rivals;

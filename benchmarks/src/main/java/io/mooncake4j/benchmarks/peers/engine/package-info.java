/**
 * mooncake4j as script/bench-peers runs it: engines in processes that stay, driven by lines of
 * text.
 */
package io.mooncake4j.benchmarks.peers.engine;

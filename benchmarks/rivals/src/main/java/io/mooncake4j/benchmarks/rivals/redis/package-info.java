/** Redis: SET and GET of blocks, pipelined, by a client that copies nothing. */
package io.mooncake4j.benchmarks.rivals.redis;

/** Engines of one name in real processes that start, end and are killed, over a real HTTP store. */
package io.mooncake4j.names;

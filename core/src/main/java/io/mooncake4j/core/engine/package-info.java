/** The engine: batches, selection of transports, retry, deadlines, and the assembly of it all. */
package io.mooncake4j.core.engine;

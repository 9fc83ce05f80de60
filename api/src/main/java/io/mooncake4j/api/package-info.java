/**
 * What applications use: engines, memory regions, segments, requests and batches.
 *
 * <p>Needs the JDK alone. Start at {@link io.mooncake4j.api.TransferEngine}.
 */
package io.mooncake4j.api;

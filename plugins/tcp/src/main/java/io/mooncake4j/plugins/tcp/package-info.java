/**
 * Transport over TCP, in the v1 and v2 wire formats of Mooncake.
 *
 * <p>The initiating side keeps a few connections for each peer ({@code PeerLink}), each with a
 * sending and a receiving thread ({@code Connection}, {@code Sender}, {@code Receiver}), so that
 * reading never waits for writing. The serving side has a thread for many connections ({@code
 * ServeLoop}), and one for each that is used for more than a request at a time ({@code DataServer},
 * {@code Session}). Payloads move between sockets and registered memory without passing through the
 * heap.
 */
package io.mooncake4j.plugins.tcp;

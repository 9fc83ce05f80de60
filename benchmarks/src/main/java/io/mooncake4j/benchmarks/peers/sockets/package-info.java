/**
 * Bare sockets: the bytes of the comparison between two processes by TCP, without an engine, a
 * protocol or checks. What the kernel gives, and so the limit of everything that goes through it.
 */
package io.mooncake4j.benchmarks.peers.sockets;

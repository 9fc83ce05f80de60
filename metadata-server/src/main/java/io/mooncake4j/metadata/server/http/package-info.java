/**
 * A small HTTP server with a bound on everything: what serves HTTP in mooncake4j serves through it.
 * Users see plain values; the library behind it does not show.
 */
package io.mooncake4j.metadata.server.http;

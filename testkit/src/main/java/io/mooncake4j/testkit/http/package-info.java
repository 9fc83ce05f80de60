/**
 * A small HTTP server for tests, on the loopback address: a metadata server that answers as C++
 * Mooncake's, its Python package's or mooncake4j's does, and servers that misbehave as told.
 *
 * <pre>{@code
 * try (HttpStub server = HttpStub.start(new MetadataRecords(Dialect.CPP))) {
 *   // … use server.url("/metadata") …
 *   server.behave(HttpFaults.endlessBody());
 *   server.stop();
 *   server.restart();
 * }
 * }</pre>
 */
package io.mooncake4j.testkit.http;

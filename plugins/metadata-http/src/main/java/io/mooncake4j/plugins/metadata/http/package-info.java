/**
 * Metadata store over HTTP, as Mooncake's metadata servers serve it: one path, the key in the query
 * parameter {@code key}, the record as the body of GET, PUT and DELETE.
 *
 * <p>{@code HttpStore} turns answers into what the interface promises, {@code HttpCalls} makes one
 * request within a deadline and with bounded memory, {@code HttpFailure} puts errors into words.
 */
package io.mooncake4j.plugins.metadata.http;

/** Transports as installed in one engine. */
package io.mooncake4j.core.transport;

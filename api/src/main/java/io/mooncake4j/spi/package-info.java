/**
 * What plugin authors implement: transports, memory devices and metadata stores.
 *
 * <p>Needs the JDK alone. A plugin names its providers in {@code META-INF/services} and itself in
 * its manifest (Plugin-Id, Plugin-Version, Plugin-Requires, Plugin-Provider). Start at {@link
 * io.mooncake4j.spi.TransportProvider}.
 */
package io.mooncake4j.spi;

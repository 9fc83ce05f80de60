/**
 * Simulated transports, a simulated memory device and a simulated metadata store, with scripted
 * faults. They move real bytes within one process and stand in for hardware that is not there.
 *
 * <p>The providers are found by {@link java.util.ServiceLoader} only where a test says so: this
 * module has no service files of its own. A test names the classes in {@code
 * META-INF/services/io.mooncake4j.spi.TransportProvider} (and {@code MemoryDeviceProvider}, {@code
 * MetadataStoreProvider}) of its own test resources.
 */
package io.mooncake4j.testkit.sim;

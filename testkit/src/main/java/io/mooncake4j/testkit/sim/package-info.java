/**
 * Simulated transports, a simulated memory device and a simulated metadata store, with scripted
 * faults. They move real bytes within one process and stand in for hardware that is not there.
 *
 * <p>The providers are found by {@link java.util.ServiceLoader} only where a test says so: this
 * module has no service files of its own. A test names, in the files of its own test resources:
 *
 * <ul>
 *   <li>{@code META-INF/services/io.mooncake4j.spi.TransportProvider}: {@link
 *       io.mooncake4j.testkit.sim.SimVirtualProvider}, {@link
 *       io.mooncake4j.testkit.sim.SimDeviceProvider}, {@link
 *       io.mooncake4j.testkit.sim.SimFileProvider}, {@link
 *       io.mooncake4j.testkit.sim.SimHandleProvider};
 *   <li>{@code META-INF/services/io.mooncake4j.spi.MetadataStoreProvider}: {@link
 *       io.mooncake4j.testkit.sim.SimMetadataProvider}, for connections {@code sim://<name>};
 *   <li>{@code META-INF/services/io.mooncake4j.spi.MemoryDeviceProvider}: {@link
 *       io.mooncake4j.testkit.sim.SimMemoryDeviceProvider}, for locations {@code simgpu:<n>}.
 * </ul>
 *
 * <p>Engines of one process reach each other when the option {@code mooncake.<transport>.network}
 * names the same {@link io.mooncake4j.testkit.sim.SimulatedNetwork}. Its faults are scripted so:
 *
 * <pre>{@code
 * Faults faults = SimulatedNetwork.named("my-test").faults();
 * Stall stall = Stall.landing();
 * faults.next(SimulatedCopy.reads().and(copy -> copy.to().equals("target")), 1, Fault.stall(stall));
 * // … submit, stall.awaitArrivals(1), let it time out, retry, overwrite …
 * stall.release();
 * }</pre>
 */
package io.mooncake4j.testkit.sim;

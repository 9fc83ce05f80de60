/**
 * What a plugin author needs to test a provider without the engine: a harness that stands in for
 * it, contracts that every transport, memory device and metadata store passes, and small tools for
 * tests (bounded waits, leak checks, child processes).
 *
 * <p>Put it in test scope. Nothing in here belongs on the class path of an application.
 *
 * <p>A transport's contract test is a fixture and a dozen lines:
 *
 * <pre>{@code
 * class MyTransportContractTest extends TransportContract {
 *   static final class Fixture extends TransportFixture {
 *     @Override
 *     public TransportProvider provider() {
 *       return new MyTransportProvider();
 *     }
 *
 *     @Override
 *     public boolean secondProcess() {
 *       return true; // peers run in a child process, which the late-bytes tests pause
 *     }
 *   }
 *
 *   @Override
 *   protected TransportFixture fixture() {
 *     return new Fixture();
 *   }
 * }
 * }</pre>
 *
 * <p>A test of one's own drives the transport through {@link
 * io.mooncake4j.testkit.TransportHarness}:
 *
 * <pre>{@code
 * try (TransportHarness target = TransportHarness.of(new MyTransportProvider()).start();
 *     TransportHarness initiator = TransportHarness.of(new MyTransportProvider()).start()) {
 *   TestRegion remote = target.register(TestMemory.allocate(4096));
 *   TestRegion local = initiator.register(TestMemory.allocate(4096));
 *   TestPeer peer = initiator.open(target);
 *   TestSlice slice = initiator.read(local, 0, peer, remote.address(), 4096);
 *   initiator.submit(slice);
 *   slice.assertSucceeded();
 *   initiator.assertNoViolations();
 * }
 * }</pre>
 *
 * <p>Metadata stores and memory devices have {@link io.mooncake4j.testkit.MetadataStoreContract}
 * and {@link io.mooncake4j.testkit.MemoryDeviceContract} in the same manner.
 */
package io.mooncake4j.testkit;

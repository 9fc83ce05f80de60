package io.mooncake4j.plugins.shm;

import io.mooncake4j.spi.TransportProvider;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TransportFixture;
import io.mooncake4j.testkit.TransportHarness;
import java.util.Map;

/**
 * Two engines in one process, or in two. Public because the second process makes it, too.
 *
 * <p>The options make slices short, and leave most of them to copy threads, so that the contract
 * sees both ways of copying.
 */
public class ShmFixture extends TransportFixture {
  /** For the second process, too. */
  public ShmFixture() {}

  @Override
  public TransportProvider provider() {
    return new ShmTransportProvider();
  }

  @Override
  public Map<String, String> options() {
    return Map.of(
        ShmOptions.SLICE_BYTES.key(), "256k",
        ShmOptions.INLINE_BYTES.key(), "128k",
        ShmOptions.COPY_THREADS.key(), "2",
        ShmOptions.SWEEP_INTERVAL.key(), "100ms");
  }

  @Override
  public TestMemory allocate(TransportHarness engine, long length) {
    return TestMemory.allocateShared(length);
  }

  /** Peers run in a second process, which can be paused and killed. */
  public static class TwoProcesses extends ShmFixture {
    /** For the second process. */
    public TwoProcesses() {}

    @Override
    public boolean secondProcess() {
      return true;
    }
  }

  /** Memory without files: the kernel copies between the processes. */
  public static class ProcessVm extends TwoProcesses {
    /** For the second process. */
    public ProcessVm() {}

    @Override
    public Map<String, String> options() {
      return Map.of(ShmOptions.PROCESS_VM.key(), "true");
    }

    @Override
    public TestMemory allocate(TransportHarness engine, long length) {
      return TestMemory.allocate(length);
    }
  }
}

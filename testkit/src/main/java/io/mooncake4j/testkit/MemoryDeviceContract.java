package io.mooncake4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.config.Option;
import io.mooncake4j.spi.Availability;
import io.mooncake4j.spi.MemoryDevice;
import io.mooncake4j.spi.MemoryDevice.DeviceMemory;
import io.mooncake4j.spi.MemoryDevice.DmaBuf;
import io.mooncake4j.spi.MemoryDevice.IpcHandle;
import io.mooncake4j.spi.MemoryDeviceDescription;
import io.mooncake4j.spi.MemoryDeviceDescription.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every memory device promises, as tests: extend it, return a {@link MemoryDeviceFixture},
 * done. Features are checked both ways; the tests are skipped, with the provider's cause, where the
 * device is not there.
 */
public abstract class MemoryDeviceContract {
  private static final long LIMIT_SECONDS = 20;

  private MemoryDeviceFixture fixture;
  private MemoryDevice device;

  /** For subclasses. */
  protected MemoryDeviceContract() {}

  /**
   * Makes the fixture for one test.
   *
   * @return a new fixture, closed by the contract
   */
  protected abstract MemoryDeviceFixture fixture();

  @BeforeEach
  final void open() {
    fixture = fixture();
    Availability availability = fixture.provider().availability();
    Assumptions.assumeTrue(availability.available(), availability::cause);
    device = fixture.open();
  }

  @AfterEach
  final void close() {
    if (device != null) {
      device.close();
      device.close();
    }
    fixture.close();
  }

  private boolean claims(Feature feature) {
    return fixture.provider().describe().features().contains(feature);
  }

  private void copy(long destination, long source, long length) {
    await(device.copy(destination, source, length));
  }

  private static void await(CompletableFuture<Void> copy) {
    try {
      copy.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("a copy failed: " + e.getCause(), e.getCause());
    } catch (Exception e) {
      throw new AssertionError("a copy did not end: " + e, e);
    }
  }

  private static void assertCode(ThrowingCallable call, ErrorCode... codes) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            MooncakeException.class, e -> assertThat(e.code()).isIn((Object[]) codes));
  }

  private byte[] contents(long address, int length) {
    try (TestMemory host = TestMemory.allocate(length)) {
      copy(host.address(), address, length);
      return host.bytes(0, length);
    }
  }

  private void fill(long address, long seed, int length) {
    try (TestMemory host = TestMemory.allocate(length)) {
      host.fill(seed);
      copy(address, host.address(), length);
    }
  }

  @Test
  void theDescriptionIsComplete() {
    MemoryDeviceDescription description = fixture.provider().describe();
    assertThat(fixture.provider().describe()).isEqualTo(description);
    assertThat(fixture.provider().name()).matches("[a-z][a-z0-9-]*");
    assertThat(description.version()).isNotBlank();
    assertThat(description.summary()).isNotBlank();
    assertThat(description.kind()).matches("[a-z][a-z0-9_]*").isNotEqualTo("cpu");
    assertThat(device.count()).isPositive();
    for (Option<?> option : description.options()) {
      assertThat(option.key()).startsWith("mooncake." + fixture.provider().name() + ".");
      assertThat(option.documentation()).isNotBlank();
    }
  }

  @Test
  void copiesBytesBetweenHostAndEveryDevice() {
    for (int ordinal = 0; ordinal < device.count(); ordinal++) {
      for (int length : new int[] {1, 4_095, 65_536, 3 << 20}) {
        try (DeviceMemory memory = device.allocate(ordinal, length)) {
          assertThat(memory.length()).isEqualTo(length);
          fill(memory.address(), length, length);
          TestMemory.assertEqual(
              contents(memory.address(), length),
              TestMemory.pattern(length, 0, length),
              length + " bytes of device " + ordinal);
        }
      }
    }
  }

  @Test
  void copiesBytesBetweenDevicesAndParts() {
    int length = 100_000;
    try (DeviceMemory first = device.allocate(0, length);
        DeviceMemory last = device.allocate(device.count() - 1, length)) {
      fill(first.address(), 1, length);
      fill(last.address(), 2, length);
      copy(last.address() + 333, first.address() + 4_001, 5_000);
      byte[] expected = TestMemory.pattern(2, 0, length);
      System.arraycopy(TestMemory.pattern(1, 4_001, 5_000), 0, expected, 333, 5_000);
      TestMemory.assertEqual(contents(last.address(), length), expected, "destination");
      TestMemory.assertEqual(
          contents(first.address(), length), TestMemory.pattern(1, 0, length), "source");
    }
  }

  @Test
  void manyCopiesAtATimeDoNotMixUpBytes() {
    int count = 200;
    int length = 10_000;
    try (DeviceMemory memory = device.allocate(0, (long) count * length);
        TestMemory from = TestMemory.allocate((long) count * length);
        TestMemory to = TestMemory.allocate((long) count * length)) {
      from.fill(3);
      List<CompletableFuture<Void>> chains = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        long at = (long) i * length;
        chains.add(
            device
                .copy(memory.address() + at, from.address() + at, length)
                .thenCompose(
                    done -> device.copy(to.address() + at, memory.address() + at, length)));
      }
      chains.forEach(MemoryDeviceContract::await);
      to.assertHolds(0, TestMemory.pattern(3, 0, count * length), "after a round trip");
    }
  }

  @Test
  void knowsTheOwnerOfAnAddress() {
    try (TestMemory host = TestMemory.allocate(4_096)) {
      assertThat(device.ownerOf(host.address())).isEmpty();
    }
    for (int ordinal = 0; ordinal < device.count(); ordinal++) {
      try (DeviceMemory memory = device.allocate(ordinal, 10_000)) {
        assertThat(device.ownerOf(memory.address())).hasValue(ordinal);
        assertThat(device.ownerOf(memory.address() + 9_999)).hasValue(ordinal);
      }
    }
  }

  @Test
  void refusesWhatCannotBe() {
    assertCode(() -> device.allocate(device.count(), 1), ErrorCode.DEVICE_NOT_FOUND);
    assertCode(() -> device.allocate(-1, 1), ErrorCode.DEVICE_NOT_FOUND);
    assertCode(() -> device.allocate(0, 1L << 60), ErrorCode.MEMORY);
    DeviceMemory memory = device.allocate(0, 100);
    memory.close();
    memory.close();
  }

  @Test
  void ipcWorksAsClaimed() {
    try (DeviceMemory memory = device.allocate(0, 50_000)) {
      if (!claims(Feature.IPC)) {
        assertCode(() -> device.exportIpc(memory.address()), ErrorCode.NOT_IMPLEMENTED);
        assertCode(() -> device.importIpc(new byte[64], 0), ErrorCode.NOT_IMPLEMENTED);
        return;
      }
      fill(memory.address(), 4, 50_000);
      IpcHandle handle = device.exportIpc(memory.address() + 1_000);
      long before = memory.address() - handle.address();
      assertThat(before).as("the handle's range starts before the memory").isNotNegative();
      assertThat(handle.length()).isGreaterThanOrEqualTo(before + 50_000);
      assertCode(
          () -> device.importIpc(new byte[] {1, 2, 3}, 0),
          ErrorCode.INVALID_ARGUMENT,
          ErrorCode.MEMORY);
      Assumptions.assumeTrue(
          fixture.importsOwnHandles(), "a process cannot import handles of its own");
      try (DeviceMemory mapped = device.importIpc(handle.bytes(), device.count() - 1)) {
        assertThat(mapped.length()).isEqualTo(handle.length());
        TestMemory.assertEqual(
            contents(mapped.address() + before, 50_000),
            TestMemory.pattern(4, 0, 50_000),
            "imported memory");
        fill(mapped.address() + before, 5, 50_000);
        TestMemory.assertEqual(
            contents(memory.address(), 50_000),
            TestMemory.pattern(5, 0, 50_000),
            "exported memory after a write through the import");
      }
      assertThat(device.ownerOf(memory.address())).hasValue(0);
    }
  }

  @Test
  void dmaBufWorksAsClaimed() {
    try (DeviceMemory memory = device.allocate(0, 1 << 20)) {
      if (!claims(Feature.DMA_BUF)) {
        assertCode(() -> device.exportDmaBuf(memory.address(), 1 << 20), ErrorCode.NOT_IMPLEMENTED);
        return;
      }
      DmaBuf buffer = device.exportDmaBuf(memory.address(), 1 << 20);
      assertThat(buffer.fileDescriptor()).isPositive();
      assertThat(buffer.offset()).isNotNegative();
      buffer.close();
      buffer.close();
    }
  }

  @Test
  void pciAddressesAreKnownAsClaimed() {
    IntStream.range(0, device.count())
        .forEach(
            ordinal -> {
              if (claims(Feature.PCI_ADDRESS)) {
                assertThat(device.pciAddress(ordinal))
                    .hasValueSatisfying(
                        address ->
                            assertThat(address)
                                .matches("[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]"));
              } else {
                assertThat(device.pciAddress(ordinal)).isEmpty();
              }
            });
  }

  @Test
  void closingLeavesNoThreadAndNoDescriptor() {
    openCopyClose();
    Leaks before = Leaks.snapshot();
    for (int round = 0; round < 3; round++) {
      openCopyClose();
    }
    before.assertNoneSince(Await.LIMIT);
  }

  private void openCopyClose() {
    try (MemoryDevice other = fixture.open();
        DeviceMemory memory = other.allocate(0, 1_000);
        TestMemory host = TestMemory.allocate(1_000)) {
      await(other.copy(memory.address(), host.address(), 1_000));
    }
  }
}

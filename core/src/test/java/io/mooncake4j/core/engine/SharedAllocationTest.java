package io.mooncake4j.core.engine;

import static io.mooncake4j.core.engine.BatchTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mooncake4j.api.Allocation;
import io.mooncake4j.api.EngineBuilder;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.Location;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.Registration;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.ffi.Attempt;
import io.mooncake4j.ffi.SharedMemory;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.SharedFile;
import io.mooncake4j.testkit.TestMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which memory the engine allocates in files that other processes can map. */
class SharedAllocationTest {
  private static final int BYTES = 8192;

  /** {@link StrictProvider} wants shared memory, the simulated ones do not. */
  private static final String WANTING = "sim-virtual,strict";

  private final TestEngines engines = new TestEngines();

  @BeforeAll
  static void memoryCanBeShared() {
    Attempt<Void> possible = SharedMemory.available();
    assumeTrue(possible.succeeded(), possible.cause());
  }

  @AfterEach
  void close() {
    engines.close();
  }

  private EngineBuilder with(String transports, String sharing) {
    return engines
        .with(transports)
        .option("mooncake.memory.shared", sharing)
        .option("mooncake.memory.shared-min-bytes", String.valueOf(BYTES));
  }

  private static Optional<SharedFile> file(MemoryRegion region) {
    return ((LocalRegion) region).sharedFile();
  }

  @Test
  void memoryIsSharedWhereATransportWantsIt() throws IOException {
    TransferEngine engine = engines.start(with(WANTING, "auto"));
    MemoryRegion region = engine.allocate(BYTES);
    TestEngines.fill(region, 3);

    SharedFile file = file(region).orElseThrow();
    Path path = Path.of("/proc/self/fd/" + file.descriptor());
    try (SharedMemory other = SharedMemory.open(path, file.offset(), BYTES, true)) {
      assertThat(other.memory().window(0, BYTES)).isEqualTo(region.window(0, BYTES));
      other.memory().window(100, 8).putLong(0, 42);
      assertThat(other.memory().window(0, BYTES)).isEqualTo(region.window(0, BYTES));
    }
    assertThat(engine.metrics().value("engine.memory.shared.files")).isEqualTo(1);
    region.close();
    assertThat(engine.metrics().value("engine.memory.shared.files")).isZero();
  }

  @Test
  void memoryIsNotSharedWhereNobodyWantsItOrItIsSwitchedOff() {
    assertThat(file(engines.start(with("sim-virtual", "auto")).allocate(BYTES))).isEmpty();
    assertThat(file(engines.start(with(WANTING, "off")).allocate(BYTES))).isEmpty();
    // Longer than the transport takes.
    TransferEngine engine = engines.start(with(WANTING, "auto"));
    assertThat(file(engine.allocate(StrictProvider.MAX_REGION_BYTES + 1))).isEmpty();
  }

  @Test
  void onlyAllocationsThatPeersMayReachAreShared() {
    TransferEngine engine = engines.start(with("sim-virtual", "on"));
    MemoryRegion whole = engine.allocate(BYTES);

    assertThat(file(whole)).isPresent();
    assertThat(file(engine.allocate(BYTES - 1))).isEmpty();
    assertThat(file(engine.allocate(Allocation.of(BYTES).localOnly()))).isEmpty();
    try (TestMemory foreign = TestMemory.allocateShared(BYTES)) {
      MemoryRegion region =
          engine.register(Registration.of(foreign.address(), BYTES, Location.ANY, foreign));
      assertThat(file(region)).isEmpty();
      region.close();
    }
  }

  @Test
  void beyondTheMostFilesMemoryIsOfThisProcessAlone() {
    TransferEngine engine =
        engines.start(with(WANTING, "auto").option("mooncake.memory.shared-max-files", "2"));
    MemoryRegion first = engine.allocate(BYTES);
    assertThat(file(engine.allocate(BYTES))).isPresent();
    try (LogLines log = new LogLines()) {
      assertThat(file(engine.allocate(BYTES))).isEmpty();
      assertThat(file(engine.allocate(BYTES))).isEmpty();
      assertThat(log.with("WARN")).hasSize(1);
      assertThat(log.with("2 shared allocations are all")).hasSize(1);
    }
    first.close();
    assertThat(file(engine.allocate(BYTES))).isPresent();
  }

  @Test
  void beyondTheMostFilesMemoryThatMustBeSharedIsRefused() {
    TransferEngine engine =
        engines.start(with("sim-virtual", "on").option("mooncake.memory.shared-max-files", "1"));
    engine.allocate(BYTES);

    assertCode(ErrorCode.MEMORY, () -> engine.allocate(BYTES));
    assertThat(engine.metrics().value("engine.memory.shared.files")).isEqualTo(1);
    assertCode(ErrorCode.MEMORY, () -> engine.allocate(1L << 60));
    assertThat(engine.metrics().value("engine.memory.shared.files")).isEqualTo(1);
  }

  @Test
  void memoryThatIsNotThereIsAnErrorAndNoFile() {
    TransferEngine engine = engines.start(with("sim-virtual", "on"));
    assertCode(ErrorCode.MEMORY, () -> engine.allocate(1L << 60));
    assertCode(ErrorCode.MEMORY, () -> engine.allocate(Long.MAX_VALUE));
    assertThat(engine.metrics().value("engine.memory.shared.files")).isZero();
    assertThat(engine.metrics().value("engine.regions")).isZero();
  }

  @Test
  void valuesThatCannotBeAreRefusedAtTheStart() {
    assertCode(ErrorCode.OPTION, () -> engines.start(with("sim-virtual", "perhaps")));
  }
}

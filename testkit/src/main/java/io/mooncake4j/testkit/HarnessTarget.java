package io.mooncake4j.testkit;

import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.spi.RemoteEntry;
import java.time.Duration;
import java.util.List;

/** A target that is a harness in this process. */
public final class HarnessTarget implements Target {
  private final TransportHarness harness;
  private final TransportFixture fixture;

  /**
   * Wraps a harness.
   *
   * @param harness the engine, owned by the target from now on
   * @param fixture makes the memory
   */
  public HarnessTarget(TransportHarness harness, TransportFixture fixture) {
    this.harness = harness;
    this.fixture = fixture;
  }

  /**
   * Returns the engine behind the target.
   *
   * @return the harness
   */
  public TransportHarness harness() {
    return harness;
  }

  @Override
  public Region register(long length, boolean remoteAccessible) {
    TestMemory memory = fixture.allocate(harness, length);
    TestRegion region =
        remoteAccessible ? harness.register(memory) : harness.registerLocalOnly(memory);
    return new LocalTargetRegion(region);
  }

  @Override
  public void withdraw(Region region) {
    harness.withdraw(((LocalTargetRegion) region).region());
  }

  @Override
  public Quiescence quiesce(Region region, Duration limit) {
    return harness.quiesce(limit, ((LocalTargetRegion) region).region());
  }

  @Override
  public SegmentDocument document() {
    return harness.document();
  }

  @Override
  public Attributes handshake(Attributes request) {
    return harness.handshake(request);
  }

  @Override
  public void die() {
    harness.close();
  }

  @Override
  public void assertNoViolations() {
    harness.assertNoViolations();
  }

  @Override
  public void close() {
    harness.close();
  }

  @Override
  public String toString() {
    return "target " + harness.segmentName();
  }

  private record LocalTargetRegion(TestRegion region) implements Region {
    @Override
    public long address() {
      return region.address();
    }

    @Override
    public long length() {
      return region.length();
    }

    @Override
    public List<RemoteEntry> entries() {
      return region.entries().stream()
          .map(entry -> SegmentDocument.remote(region.location().text(), entry))
          .toList();
    }

    @Override
    public byte[] bytes(long offset, int size) {
      return region.memory().bytes(offset, size);
    }

    @Override
    public void write(long offset, byte[] bytes) {
      region.memory().write(offset, bytes);
    }
  }
}

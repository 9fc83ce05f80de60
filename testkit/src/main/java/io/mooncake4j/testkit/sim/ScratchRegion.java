package io.mooncake4j.testkit.sim;

import io.mooncake4j.api.Location;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.testkit.TestMemory;
import java.nio.ByteBuffer;

/** Memory that no engine has registered, up to 1 GiB: bytes on the wire, a device's mapping. */
final class ScratchRegion implements LocalRegion {
  private final TestMemory memory;
  private final ByteBuffer window;

  private ScratchRegion(TestMemory memory) {
    this.memory = memory;
    this.window = memory.window(0, (int) memory.length());
  }

  static ScratchRegion over(TestMemory memory) {
    return new ScratchRegion(memory);
  }

  /** Copies local memory, to outlive its slice. */
  static ScratchRegion copyOf(LocalRegion region, long offset, long length) {
    ScratchRegion scratch = new ScratchRegion(TestMemory.allocate(length));
    RegionCopy.copy(region, offset, scratch, 0, length);
    return scratch;
  }

  @Override
  public long id() {
    return Long.MAX_VALUE;
  }

  @Override
  public long address() {
    return memory.address();
  }

  @Override
  public long length() {
    return memory.length();
  }

  @Override
  public Location location() {
    return Location.ANY;
  }

  @Override
  public boolean remoteAccessible() {
    return false;
  }

  @Override
  public ByteBuffer window(int index) {
    return window;
  }

  @Override
  public boolean acquire() {
    return true;
  }

  @Override
  public void release() {}
}

package io.mooncake4j.plugins.shm;

import io.mooncake4j.api.OpCode;
import io.mooncake4j.ffi.MemoryWindows;
import io.mooncake4j.ffi.SharedMemory;
import io.mooncake4j.plugins.shm.wire.RegionRecord;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Slice;
import java.nio.ByteBuffer;

/**
 * A peer's region whose file is mapped into this process: copying takes no system call, and {@code
 * ByteBuffer}'s absolute copy neither moves positions nor makes objects.
 */
final class MappedRegion extends RemoteRegion {
  private final SharedMemory mapping;
  private final MemoryWindows geometry;
  private final ByteBuffer[] windows;

  MappedRegion(int index, RegionRecord record, SharedMemory mapping) {
    super(index, record);
    this.mapping = mapping;
    this.geometry = mapping.memory().windows();
    this.windows = new ByteBuffer[geometry.count()];
    for (int i = 0; i < windows.length; i++) {
      windows[i] = geometry.window(i);
    }
  }

  @Override
  void copy(Slice slice, OpCode opcode, long offset, long length) {
    int index = geometry.indexOf(offset);
    ByteBuffer remote = windows[index];
    int remoteAt = (int) (offset - geometry.startOf(index));

    LocalRegion region = slice.region();
    long localOffset = slice.localOffset();
    int localIndex = region.windowIndex(localOffset);
    ByteBuffer local = region.window(localIndex);
    int localAt = (int) (localOffset - region.windowStart(localIndex));

    if (opcode == OpCode.READ) {
      local.put(localAt, remote, remoteAt, (int) length);
    } else {
      remote.put(remoteAt, local, localAt, (int) length);
    }
  }

  @Override
  void free() {
    mapping.close();
  }
}

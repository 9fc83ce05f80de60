package io.mooncake4j.plugins.shm;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.ffi.Attempt;
import io.mooncake4j.ffi.Errno;
import io.mooncake4j.ffi.OtherProcess;
import io.mooncake4j.plugins.shm.wire.RegionRecord;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Slice;
import java.util.Set;

/**
 * A peer's region that only its own process has: the kernel copies, in one system call a slice.
 *
 * <p>The call names the process by a number alone. Before each one the process is looked at, so
 * that a successor of a dead one is not written to.
 */
final class ProcessRegion extends RemoteRegion {
  /** EPERM, ESRCH, ENOSYS: the kernel has refused the whole call. */
  private static final Set<Errno> NOTHING_DONE = Set.of(Errno.EPERM, new Errno(3), Errno.ENOSYS);

  private final OtherProcess process;
  private final ProcessFile owner;
  private final long address;

  ProcessRegion(int index, RegionRecord record, long pid, ProcessFile owner) {
    super(index, record);
    this.process = new OtherProcess(pid);
    this.owner = owner;
    this.address = record.address();
  }

  @Override
  void copy(Slice slice, OpCode opcode, long offset, long length) {
    LocalRegion region = slice.region();
    // Throws for memory that is not host memory.
    region.window(region.windowIndex(slice.localOffset()));
    if (!owner.isAlive()) {
      throw new MooncakeException(ErrorCode.LINK_BROKEN, process + " has ended");
    }
    long local = region.address() + slice.localOffset();
    Attempt<Void> copied =
        opcode == OpCode.READ
            ? process.read(address + offset, local, length)
            : process.write(address + offset, local, length);
    if (!copied.succeeded()) {
      throw failure(copied);
    }
  }

  private static RuntimeException failure(Attempt<Void> copied) {
    if (copied.errno().filter(NOTHING_DONE::contains).isPresent()) {
      return new MooncakeException(
          ErrorCode.ENDPOINT,
          copied.cause()
              + "; the kernel permits it as it permits a debugger (see kernel.yama.ptrace_scope)");
    }
    return new IllegalStateException(copied.cause());
  }

  @Override
  void free() {}
}

package io.mooncake4j.plugins.shm;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.ffi.SharedMemory;
import io.mooncake4j.plugins.shm.wire.ControlArea;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens files that a peer's process has open. Never waits, and touches no other user's. */
final class PeerFiles {
  /** No control area is longer. */
  private static final long MAX_CONTROL_BYTES = 256L << 20;

  private PeerFiles() {}

  /** Where a process's file is. */
  static Path path(long pid, long descriptor) {
    return Path.of("/proc", Long.toString(pid), "fd", Long.toString(descriptor));
  }

  /**
   * Maps the control area of a peer.
   *
   * @param here this process
   * @param writable false for a look at it
   * @throws MooncakeException with {@link ErrorCode#ENDPOINT} when it cannot be reached, {@link
   *     ErrorCode#MALFORMED} when something else is there
   */
  static SharedMemory openControl(ShmAddress address, Host here, boolean writable) {
    long pid = address.host().process().pid();
    Path file = path(pid, address.descriptor());
    try {
      requireSameUser(pid, here);
      long length = Files.size(file);
      if (length < ControlArea.HEADER_BYTES || length > MAX_CONTROL_BYTES) {
        throw new MooncakeException(
            ErrorCode.MALFORMED, file + " has " + length + " bytes: no control area");
      }
      return SharedMemory.open(file, 0, length, writable);
    } catch (IOException e) {
      throw unreachable(file, e);
    }
  }

  /**
   * Maps a region of a peer.
   *
   * @throws MooncakeException with {@link ErrorCode#ENDPOINT} when it cannot be reached
   */
  static SharedMemory openRegion(long pid, Host here, long descriptor, long offset, long length) {
    Path file = path(pid, descriptor);
    try {
      requireSameUser(pid, here);
      return SharedMemory.open(file, offset, length, true);
    } catch (IOException e) {
      throw unreachable(file, e);
    }
  }

  private static void requireSameUser(long pid, Host here) throws IOException {
    long uid = Host.uid(pid);
    if (uid != here.uid()) {
      throw new IOException("process " + pid + " belongs to user " + uid);
    }
  }

  private static MooncakeException unreachable(Path file, IOException e) {
    return new MooncakeException(
        ErrorCode.ENDPOINT,
        "the peer's memory file "
            + file
            + " cannot be opened ("
            + e
            + "); its process has ended, or may not be looked into",
        e);
  }
}

package io.mooncake4j.plugins.shm;

import io.mooncake4j.plugins.shm.wire.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Who and where this process is, as far as sharing memory goes.
 *
 * @param bootId a number that this start of the host has and no other
 * @param pidNamespace in which process numbers mean the same, such as {@code pid:[4026531836]}
 * @param uid the user
 * @param process this process
 */
record Host(String bootId, String pidNamespace, long uid, ProcessIdentity process) {
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Path PID_NAMESPACE = Path.of("/proc/self/ns/pid");

  /**
   * Finds out.
   *
   * @throws IOException when this is no Linux, or {@code /proc} is not mounted
   */
  static Host here() throws IOException {
    long pid = ProcessHandle.current().pid();
    Optional<ProcessIdentity> process = ProcessFile.find(pid);
    if (process.isEmpty()) {
      throw new IOException("/proc does not show this process under its number " + pid);
    }
    return new Host(
        Files.readString(BOOT_ID).trim(),
        Files.readSymbolicLink(PID_NAMESPACE).toString(),
        uid(pid),
        process.get());
  }

  /** The user that a process runs as. */
  static long uid(long pid) throws IOException {
    Path folder = Path.of("/proc", Long.toString(pid));
    return ((Number) Files.getAttribute(folder, "unix:uid")).longValue();
  }
}

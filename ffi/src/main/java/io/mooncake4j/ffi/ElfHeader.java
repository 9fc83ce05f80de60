package io.mooncake4j.ffi;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an ELF file says of the machine it is for; format: System V ABI, ELF header.
 *
 * @param bits 32 or 64
 * @param machine the field {@code e_machine}
 */
record ElfHeader(int bits, int machine) {
  static final int X86_64 = 62;
  static final int AARCH64 = 183;
  static final int RISCV = 243;
  static final int LOONGARCH = 258;

  private static final int LENGTH = 20;
  private static final int MAGIC = 0x7F454C46;
  private static final int CLASS_OFFSET = 4;
  private static final int DATA_OFFSET = 5;
  private static final int MACHINE_OFFSET = 18;
  private static final byte CLASS_64 = 2;
  private static final byte DATA_BIG_ENDIAN = 2;
  private static final Map<Integer, String> MACHINES =
      Map.of(
          3,
          "i386",
          21,
          "ppc64",
          22,
          "s390",
          40,
          "arm",
          X86_64,
          "x86_64",
          AARCH64,
          "aarch64",
          RISCV,
          "riscv",
          LOONGARCH,
          "loongarch");

  private static final List<String> FOLDERS =
      List.of("/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib");

  /** Returns the machine that this process runs as, empty where {@code /proc} is not there. */
  static Optional<ElfHeader> ofThisProcess() {
    return read(Path.of("/proc/self/exe"));
  }

  /** Returns words for a library that exists for another machine, empty in every other case. */
  static Optional<String> mismatch(String candidate) {
    return ofThisProcess()
        .flatMap(
            expected ->
                places(candidate).stream()
                    .flatMap(path -> mismatch(path, expected).stream())
                    .findFirst());
  }

  private static Optional<String> mismatch(Path path, ElfHeader expected) {
    return read(path)
        .filter(found -> !found.equals(expected))
        .map(
            found ->
                path
                    + " is built for another architecture: "
                    + found
                    + ", this process is "
                    + expected);
  }

  private static List<Path> places(String candidate) {
    return candidate.contains("/")
        ? List.of(Path.of(candidate))
        : FOLDERS.stream().map(folder -> Path.of(folder, candidate)).toList();
  }

  private static Optional<ElfHeader> read(Path path) {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(path)) {
      bytes = in.readNBytes(LENGTH);
    } catch (IOException e) {
      // Not there or not readable: then its machine is not the cause.
      return Optional.empty();
    }
    ByteBuffer header = ByteBuffer.wrap(bytes);
    if (bytes.length < LENGTH || header.getInt(0) != MAGIC) {
      return Optional.empty();
    }
    header.order(
        bytes[DATA_OFFSET] == DATA_BIG_ENDIAN ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    int machine = Short.toUnsignedInt(header.getShort(MACHINE_OFFSET));
    return Optional.of(new ElfHeader(bytes[CLASS_OFFSET] == CLASS_64 ? 64 : 32, machine));
  }

  @Override
  public String toString() {
    return bits + "-bit " + MACHINES.getOrDefault(machine, "machine " + machine);
  }
}

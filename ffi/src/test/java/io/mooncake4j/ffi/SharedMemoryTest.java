package io.mooncake4j.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.ReadOnlyBufferException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedMemoryTest {
  private static final long MIB = 1L << 20;
  private static final long PAGE = PageSizes.small();
  private static final int ALLOW_SEALING = 3;

  @TempDir Path folder;

  @BeforeAll
  static void memoryCanBeShared() {
    Attempt<Void> available = SharedMemory.available();
    assumeTrue(available.succeeded(), available.cause());
  }

  @Test
  void bothMappingsSeeTheSameBytes() throws IOException {
    try (SharedMemory own = SharedMemory.create("test", 3 * PAGE + 5);
        SharedMemory other = SharedMemory.open(own.path(), PAGE, 2 * PAGE + 5, true)) {
      assertThat(own.memory().length()).isEqualTo(3 * PAGE + 5);
      assertThat(own.memory().window(0, 8).getLong()).isZero();
      own.memory().window(PAGE + 8, 8).putLong(0, 42);
      assertThat(other.memory().window(8, 8).getLong()).isEqualTo(42);
      other.memory().window(2 * PAGE, 4).putInt(0, 43);
      assertThat(own.memory().window(3 * PAGE, 4).getInt()).isEqualTo(43);
      assertThatThrownBy(other::descriptor).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void theFileIsForItsOwnerOnlyAndCannotChangeItsLength() throws IOException {
    try (SharedMemory own = SharedMemory.create("mooncake4j test", PAGE)) {
      Path real = Path.of("/proc/self/fd/" + own.descriptor());
      assertThat(Files.getPosixFilePermissions(real, new LinkOption[0]))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      assertThat(Files.readSymbolicLink(real).toString()).contains("mooncake4j test");
      assertThat(FileCalls.ftruncate(own.descriptor(), 0)).isEqualTo(-Errno.EPERM.value());
      assertThat(FileCalls.ftruncate(own.descriptor(), 2 * PAGE)).isEqualTo(-Errno.EPERM.value());
    }
  }

  @Test
  void memoryMappedForReadingHasReadOnlyWindows() throws IOException {
    try (SharedMemory own = SharedMemory.create("test", PAGE);
        SharedMemory other = SharedMemory.open(own.path(), 0, PAGE, false)) {
      own.memory().window(8, 8).putLong(0, 42);
      assertThat(other.memory().window(8, 8).getLong()).isEqualTo(42);
      assertThatThrownBy(() -> other.memory().window(0, 8).putLong(0, 1))
          .isInstanceOf(ReadOnlyBufferException.class);
      assertThatThrownBy(() -> other.memory().windows().window(0).put(0, (byte) 1))
          .isInstanceOf(ReadOnlyBufferException.class);
    }
  }

  @Test
  void closingUnmapsAndClosesOnce() throws IOException {
    SharedMemory own = SharedMemory.create("test", PAGE);
    SharedMemory other = SharedMemory.open(own.path(), 0, PAGE, true);
    own.memory().window(0, 8).putLong(0, 7);
    Path path = own.path();
    own.close();
    own.close();
    assertThat(ProcessMaps.covers(own.memory().address(), PAGE)).isFalse();
    assertThatThrownBy(() -> SharedMemory.open(path, 0, PAGE, true))
        .isInstanceOf(IOException.class);
    assertThat(other.memory().window(0, 8).getLong()).isEqualTo(7);
    other.close();
    assertThat(ProcessMaps.covers(other.memory().address(), PAGE)).isFalse();
  }

  @Test
  void aFileThatMayShrinkIsRefused() {
    int file = FileCalls.memfdCreate("unsealed", ALLOW_SEALING);
    try {
      assertThat(FileCalls.ftruncate(file, PAGE)).isZero();
      assertThatThrownBy(() -> SharedMemory.open(Path.of("/proc/self/fd/" + file), 0, PAGE, true))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("/proc/self/fd/" + file)
          .hasMessageContaining("not sealed against shrinking");
    } finally {
      FileCalls.close(file);
    }
  }

  @Test
  void aFileThatIsNoMemoryIsRefused() throws IOException {
    Path plain = Files.write(folder.resolve("plain"), new byte[(int) PAGE]);
    assertThatThrownBy(() -> SharedMemory.open(plain, 0, PAGE, true))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(plain + " is no memory file");
    assertThatThrownBy(() -> SharedMemory.open(folder, 0, PAGE, false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is no memory file");
    assertThatThrownBy(() -> SharedMemory.open(folder.resolve("absent"), 0, PAGE, true))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ENOENT");
  }

  @Test
  void aFileThatIsTooShortIsRefused() {
    try (SharedMemory own = SharedMemory.create("test", 2 * PAGE)) {
      long[][] ranges = {{0, 2 * PAGE + 1}, {PAGE, PAGE + 1}, {2 * PAGE, 1}, {0, Long.MAX_VALUE}};
      for (long[] range : ranges) {
        assertThatThrownBy(() -> SharedMemory.open(own.path(), range[0], range[1], true))
            .isInstanceOf(IOException.class)
            .hasMessageContaining("has " + 2 * PAGE + " bytes, too few for " + range[1]);
      }
      assertThatThrownBy(() -> SharedMemory.open(own.path(), 8, 8, true))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("offset 8 is not at a page");
    }
  }

  @Test
  void lengthsAndNamesThatCannotBeAreRefused() {
    for (long length : new long[] {0, -1}) {
      assertThatThrownBy(() -> SharedMemory.create("test", length))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> SharedMemory.create("test", 1L << 60))
        .isInstanceOfSatisfying(
            NativeCallException.class,
            failure -> assertThat(failure.errno()).isEqualTo(Errno.ENOMEM));
    assertThatThrownBy(() -> SharedMemory.create("", PAGE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SharedMemory.create("n".repeat(201), PAGE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> SharedMemory.open(folder, -1, 1, true))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void nothingIsLeftBehind() {
    MemoryOptions[] kinds = {
      MemoryOptions.DEFAULT,
      MemoryOptions.DEFAULT.withPages(PageKind.TRANSPARENT_HUGE),
      MemoryOptions.DEFAULT.withPages(PageKind.EXPLICIT_HUGE),
    };
    int mappings = ProcessMaps.count();
    int descriptors = descriptors();
    for (int i = 0; i < 3_000; i++) {
      try (SharedMemory own = SharedMemory.create("test", 5 * MIB, kinds[i % kinds.length]);
          SharedMemory again = SharedMemory.open(own.path(), 0, 5 * MIB, true)) {
        assertThat(again.memory().address()).isNotEqualTo(own.memory().address());
        assertThatThrownBy(() -> SharedMemory.open(own.path(), 0, 8 * MIB, true))
            .isInstanceOf(IOException.class);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
    // The virtual machine maps and opens a little of its own meanwhile.
    assertThat(ProcessMaps.count()).isLessThan(mappings + 100);
    assertThat(descriptors()).isLessThan(descriptors + 50);
  }

  @Test
  void forgottenMemoryIsUnmappedAndItsDescriptorClosed() {
    int[] forgotten = new int[1];
    long address = forget(forgotten);
    String target = "/proc/self/fd/" + forgotten[0];
    assertThat(
            ProcessMaps.holdsAfterCollection(
                () -> !ProcessMaps.covers(address, MIB) && !isOurs(Path.of(target))))
        .isTrue();
  }

  private static boolean isOurs(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().contains("forgotten");
    } catch (IOException e) {
      return false;
    }
  }

  private static long forget(int... descriptor) {
    SharedMemory memory = SharedMemory.create("forgotten", MIB);
    descriptor[0] = memory.descriptor();
    return memory.memory().address();
  }

  @Test
  void pagesAndPlacementAreThoseOfOtherMemory() {
    MemoryOptions options =
        MemoryOptions.DEFAULT.withPages(PageKind.EXPLICIT_HUGE).withPrefault(true);
    try (SharedMemory own = SharedMemory.create("test", 5 * MIB, options)) {
      GrantedPages granted = own.memory().actualPages();
      if (granted.kind() == PageKind.EXPLICIT_HUGE) {
        assertThat(granted.cause()).isEmpty();
      } else {
        assertThat(granted.cause()).contains("explicit huge pages refused");
      }
      if (granted.kind() == PageKind.SMALL) {
        assertThat(granted.cause()).contains("shmem_enabled");
      }
      Attempt<int[]> nodes = Numa.nodesOf(own.memory().address(), own.memory().address() + 4 * MIB);
      assumeTrue(nodes.succeeded(), nodes.cause());
      assertThat(nodes.value()).doesNotContain(Numa.NOT_PRESENT);
    }
  }

  @Test
  void largeMappingsAreAlignedForHugePages() throws IOException {
    long huge = PageSizes.transparentHuge().orElse(0);
    assumeTrue(huge > 0, "this kernel has no transparent huge pages");
    try (SharedMemory own = SharedMemory.create("test", 2 * huge);
        SharedMemory other = SharedMemory.open(own.path(), 0, 2 * huge, true)) {
      assertThat(other.memory().address() % huge).isZero();
      assertThat(ProcessMaps.covers(other.memory().address(), 2 * huge)).isTrue();
    }
  }

  /** Run in a second process. */
  public static final class Owner {
    private Owner() {}

    public static void main(String[] arguments) throws IOException {
      try (SharedMemory memory = SharedMemory.create("owner", 2 * PAGE)) {
        memory.memory().window(0, 8).putLong(0, 42);
        System.out.println(memory.descriptor() + " " + memory.memory().address());
        System.in.read();
        System.out.println(memory.memory().window(8, 8).getLong());
        System.in.read();
      }
    }
  }

  @Test
  void aMappingOutlivesTheOtherProcessAndItsFileDoesNot() throws Exception {
    Process owner = ChildProcess.start(Owner.class, folder.resolve("errors").toFile());
    try {
      String[] answer = ChildProcess.line(owner).split(" ", -1);
      Path file = Path.of("/proc/" + owner.pid() + "/fd/" + answer[0]);
      try (SharedMemory view = SharedMemory.open(file, 0, 2 * PAGE, true)) {
        assertThat(view.memory().window(0, 8).getLong()).isEqualTo(42);
        view.memory().window(8, 8).putLong(0, 4711);
        ChildProcess.proceed(owner);
        assertThat(ChildProcess.line(owner)).isEqualTo("4711");
        ChildProcess.kill(owner);
        assertThat(view.memory().window(8, 8).getLong()).isEqualTo(4711);
        assertThatThrownBy(() -> SharedMemory.open(file, 0, PAGE, true))
            .isInstanceOf(IOException.class)
            .hasMessageContaining(file.toString());
      }
    } finally {
      ChildProcess.kill(owner);
    }
  }

  private static int descriptors() {
    String[] names = new File("/proc/self/fd").list();
    return names == null ? 0 : names.length;
  }
}

package io.mooncake4j.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryTest {
  private static final int ELF_HEADER_LENGTH = 64;

  public interface ProcessCalls {
    int getpid();
  }

  public interface FunctionsOfTheFuture {
    int getpid();

    int mooncake4j_absent_one();

    int mooncake4j_absent_two();
  }

  @TempDir Path folder;

  @Test
  void aBoundFunctionIsCalled() {
    ProcessCalls calls = NativeLibrary.find(ProcessCalls.class, "libc.so.6").value();
    assertThat(calls.getpid()).isEqualTo((int) ProcessHandle.current().pid());
  }

  @Test
  void theFirstCandidateThatFitsIsTaken() {
    Attempt<ProcessCalls> found =
        NativeLibrary.find(ProcessCalls.class, "libabsent.so.9", "libm.so.6", "libc.so.6");
    assertThat(found.value().getpid()).isPositive();
    assertThat(NativeLibrary.open("libabsent.so.9", "libc.so.6").value().name())
        .isEqualTo("libc.so.6");
  }

  @Test
  void aMissingLibraryIsSaidAtOnceForEveryCandidate() {
    Attempt<ProcessCalls> found =
        NativeLibrary.find(ProcessCalls.class, "libabsent.so.9", "libabsent.so.8");
    assertThat(found.succeeded()).isFalse();
    assertThat(found.cause())
        .contains("libabsent.so.9: cannot open shared object file")
        .contains("libabsent.so.8: cannot open shared object file");
    assertThatThrownBy(found::value)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(found.cause());
  }

  @Test
  void missingFunctionsAreNamed() {
    Attempt<FunctionsOfTheFuture> found =
        NativeLibrary.find(FunctionsOfTheFuture.class, "libc.so.6");
    assertThat(found.cause())
        .startsWith("libc.so.6 lacks mooncake4j_absent_one, mooncake4j_absent_two;")
        .doesNotContain("getpid");
  }

  @Test
  void aLibraryForAnotherProcessorIsCalledThat() throws IOException {
    assumeTrue(
        ElfHeader.ofThisProcess().map(ElfHeader::machine).orElse(0) == ElfHeader.X86_64,
        "the foreign library of this test is for aarch64, and so is this machine");
    Path foreign = elfFile("libforeign.so", 2, ElfHeader.AARCH64);
    assertThat(NativeLibrary.open(foreign.toString()).cause())
        .isEqualTo(
            foreign
                + " is built for another architecture: 64-bit aarch64, this process is 64-bit"
                + " x86_64");
  }

  @Test
  void aLibraryOf32BitsIsCalledThat() throws IOException {
    Path foreign = elfFile("libold.so", 1, 3);
    assertThat(NativeLibrary.open(foreign.toString()).cause())
        .contains("another architecture: 32-bit i386, this process is 64-bit");
  }

  @Test
  void aFileThatIsNoLibraryIsRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("libtext.so"), "not a library\n");
    assertThat(NativeLibrary.open(text.toString()).cause()).startsWith(text + ": ");
  }

  @Test
  void symbolsAreLookedUp() {
    NativeLibrary c = NativeLibrary.open("libc.so.6").value();
    assertThat(c.symbol("mmap").orElseThrow()).isNotZero();
    assertThat(c.symbol("mooncake4j_absent")).isEmpty();
    assertThat(c).hasToString("libc.so.6");
  }

  @Test
  void programmingErrorsThrow() {
    assertThatThrownBy(() -> NativeLibrary.open())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least one candidate");
    assertThatThrownBy(() -> NativeLibrary.find(String.class, "libc.so.6"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.String is not an interface");
  }

  private Path elfFile(String name, int elfClass, int machine) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(ELF_HEADER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    header.put(new byte[] {0x7F, 'E', 'L', 'F', (byte) elfClass, 1, 1});
    header.putShort(16, (short) 3).putShort(18, (short) machine).putInt(20, 1);
    return Files.write(folder.resolve(name), header.array());
  }
}

package io.mooncake4j.ffi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrnoTest {
  private static final int EBADF = 9;

  public interface FileCalls {
    int close(int file);

    int kill(int process, int signal);
  }

  /** Numbers as printed by the C library's strerrorname_np on Linux. */
  @ParameterizedTest
  @CsvSource({
    "1,EPERM",
    "11,EAGAIN",
    "12,ENOMEM",
    "22,EINVAL",
    "34,ERANGE",
    "35,EDEADLK",
    "38,ENOSYS",
    "40,ELOOP",
    "42,ENOMSG",
    "59,EBFONT",
    "71,EPROTO",
    "84,EILSEQ",
    "95,EOPNOTSUPP",
    "98,EADDRINUSE",
    "104,ECONNRESET",
    "110,ETIMEDOUT",
    "115,EINPROGRESS",
    "125,ECANCELED",
    "133,EHWPOISON"
  })
  void symbolsFollowTheKernel(int value, String symbol) {
    assertThat(new Errno(value).symbol()).isEqualTo(symbol);
  }

  @ParameterizedTest
  @CsvSource({"0", "-1", "41", "58", "134", "4711"})
  void numbersWithoutANameAreShownAsNumbers(int value) {
    assertThat(new Errno(value).symbol()).isEqualTo("errno " + value);
    assertThat(new Errno(value).message()).isNotBlank();
  }

  @Test
  void textShowsNameNumberAndMessage() {
    assertThat(Errno.EINVAL.message()).isNotBlank();
    assertThat(Errno.EINVAL).hasToString("EINVAL (22): " + Errno.EINVAL.message());
  }

  @Test
  void theLastErrorIsTheCallingThreads() throws Exception {
    FileCalls calls = NativeLibrary.find(FileCalls.class, "libc.so.6").value();
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      assertThat(calls.close(-1)).isEqualTo(-1);
      Callable<Errno> failsOtherwise =
          () -> {
            assertThat(calls.kill(0, 4711)).isEqualTo(-1);
            return Errno.last();
          };
      assertThat(other.submit(failsOtherwise).get(30, TimeUnit.SECONDS)).isEqualTo(Errno.EINVAL);
      assertThat(Errno.last()).isEqualTo(new Errno(EBADF));
    } finally {
      other.shutdownNow();
    }
  }

  @Test
  void aFailedCallSaysWhatWhyAndWithWhat() {
    NativeCallException failure =
        new NativeCallException("mbind", Errno.EINVAL, "node 7, length 4096");
    assertThat(failure)
        .hasMessage("mbind(node 7, length 4096) failed: EINVAL (22): " + Errno.EINVAL.message());
    assertThat(failure.function()).isEqualTo("mbind");
    assertThat(failure.errno()).isEqualTo(Errno.EINVAL);
  }
}

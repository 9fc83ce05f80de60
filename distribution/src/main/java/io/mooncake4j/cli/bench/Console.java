package io.mooncake4j.cli.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Where a bench program tells what it does: plain lines for people, or lines in the form of glog,
 * which C++ Mooncake's programs write to standard error and scripts take apart: {@code I1122
 * 19:15:43.900787 26798 transfer_engine_bench.cpp:569] text}. Safe from any thread.
 */
final class Console {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("MMdd HH:mm:ss.SSSSSS");

  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean glog;

  /** Which line of C++ a text is known from. */
  enum Origin {
    LISTENING("transfer_engine_impl.cpp:183"),
    BENCH_BUFFER("transfer_engine_bench.cpp:844"),
    BENCH_WORKER("transfer_engine_bench.cpp:440"),
    BENCH_END("transfer_engine_bench.cpp:569"),
    VALIDATOR("transfer_engine_validator.cpp:0");

    private final String line;

    Origin(String line) {
      this.line = line;
    }
  }

  /**
   * Makes a console.
   *
   * @param out for results
   * @param err for the rest
   * @param glog whether everything goes to standard error in the form of glog
   */
  Console(PrintWriter out, PrintWriter err, boolean glog) {
    this.out = out;
    this.err = err;
    this.glog = glog;
  }

  /** Tells a result. */
  void result(Origin origin, String text) {
    if (glog) {
      err.println(line('I', origin, text));
    } else {
      out.println(text);
    }
  }

  /** Tells something to bear in mind. */
  void warn(Origin origin, String text) {
    err.println(glog ? line('W', origin, text) : text);
  }

  /** Tells something that only readers of C++'s log expect. */
  void trace(Origin origin, String text) {
    if (glog) {
      err.println(line('I', origin, text));
    }
  }

  /** Writes to standard output, whatever the form. */
  void print(String text) {
    out.println(text);
  }

  private static String line(char severity, Origin origin, String text) {
    return String.format(
        Locale.ROOT,
        "%c%s %5s %s] %s",
        severity,
        LocalDateTime.now(ZoneId.systemDefault()).format(TIME),
        threadId(),
        origin.line,
        text);
  }

  /** The kernel's number of this thread, as glog shows it. */
  private static String threadId() {
    try {
      return Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName().toString();
    } catch (IOException | UnsupportedOperationException e) {
      return Long.toString(ProcessHandle.current().pid());
    }
  }
}

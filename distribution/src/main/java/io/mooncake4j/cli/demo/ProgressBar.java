package io.mooncake4j.cli.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** One line that grows on a terminal; nothing anywhere else. Not for concurrent use. */
final class ProgressBar implements AutoCloseable {
  private static final int WIDTH = 40;
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final PrintWriter terminal;
  private final long total;
  private long done;
  private long drawnAt;
  private boolean drawn;

  /**
   * Makes a bar.
   *
   * @param terminal where to draw, or null to draw nothing
   * @param total how much there is to do, at least 1
   */
  ProgressBar(PrintWriter terminal, long total) {
    this.terminal = terminal;
    this.total = total;
    this.drawnAt = System.nanoTime() - EVERY_NANOS;
  }

  /**
   * Says whether standard error goes to a terminal.
   *
   * @return true when it does
   */
  static boolean onTerminal() {
    // Console cannot tell: it looks at all streams together, and differently from JDK 22 on.
    try {
      String stream = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return stream.startsWith("/dev/pts/") || stream.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /**
   * Goes on.
   *
   * @param what is being done
   * @param more how much was done since the last time
   */
  void step(String what, long more) {
    done += more;
    long now = System.nanoTime();
    if (terminal == null || (now - drawnAt < EVERY_NANOS && done < total)) {
      return;
    }
    drawnAt = now;
    drawn = true;
    int filled = (int) (WIDTH * Math.min(done, total) / total);
    terminal.printf(
        "\r%-12s [%s%s] %3d %%",
        what, "#".repeat(filled), ".".repeat(WIDTH - filled), 100 * Math.min(done, total) / total);
    terminal.flush();
  }

  /** Takes the bar away. */
  @Override
  public void close() {
    if (drawn) {
      terminal.print("\r" + " ".repeat(WIDTH + 21) + "\r");
      terminal.flush();
      drawn = false;
    }
  }
}

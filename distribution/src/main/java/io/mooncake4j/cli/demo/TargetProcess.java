package io.mooncake4j.cli.demo;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The demo's second process, seen from the first. Not for concurrent use. Closing ends the process;
 * so does the end of this one.
 */
final class TargetProcess implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final int LINES_KEPT = 20;

  private final Process process;
  private final BufferedWriter input;
  private final BlockingQueue<Optional<String>> answers = new LinkedBlockingQueue<>();
  private final Deque<String> complaints = new ArrayDeque<>();
  private final Thread hook;
  private final Thread errors;

  private TargetProcess(Process process, Consumer<String> log) {
    this.process = process;
    input = process.outputWriter(StandardCharsets.UTF_8);
    hook = new Thread(process::destroyForcibly, "demo-target-end");
    Runtime.getRuntime().addShutdownHook(hook);
    follow(
        process.inputReader(StandardCharsets.UTF_8),
        line -> answers.add(Optional.of(line)),
        () -> answers.add(Optional.empty()));
    Consumer<String> remember = this::remember;
    errors = follow(process.errorReader(StandardCharsets.UTF_8), remember.andThen(log), () -> {});
  }

  /**
   * Starts the process.
   *
   * @param command its command line
   * @param log gets what it writes to its standard error, line by line, from any thread
   * @return the process, which may not have said anything yet
   * @throws MooncakeException with {@link ErrorCode#MEMORY} when the system refuses
   */
  static TargetProcess start(List<String> command, Consumer<String> log) {
    try {
      return new TargetProcess(new ProcessBuilder(command).start(), log);
    } catch (IOException e) {
      throw new MooncakeException(
          ErrorCode.MEMORY, "cannot start the demo's second process: " + e.getMessage(), e);
    }
  }

  private static Thread follow(BufferedReader reader, Consumer<String> sink, Runnable atEnd) {
    Thread thread =
        new Thread(
            () -> {
              try (reader) {
                reader.lines().forEach(sink);
              } catch (IOException | java.io.UncheckedIOException e) {
                // The stream of an ended process: what matters is that it ended.
              }
              atEnd.run();
            },
            "demo-target-output");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void remember(String line) {
    synchronized (complaints) {
      complaints.add(line);
      if (complaints.size() > LINES_KEPT) {
        complaints.remove();
      }
    }
  }

  /**
   * Returns the process's number.
   *
   * @return the number by which the system knows it
   */
  long pid() {
    return process.pid();
  }

  /**
   * Waits until the process serves.
   *
   * @return its segment name
   * @throws MooncakeException why it does not serve
   */
  String segment() {
    return answer("segment ", START);
  }

  /**
   * Asks the process for something.
   *
   * @param question a line
   * @param expected how the answer begins
   * @param limit how long to wait
   * @return the rest of the answer
   * @throws MooncakeException when the process has ended or does not answer
   */
  String ask(String question, String expected, Duration limit) {
    try {
      input.write(question);
      input.newLine();
      input.flush();
    } catch (IOException e) {
      throw end().orElseGet(() -> unreachable(e));
    }
    return answer(expected, limit);
  }

  private String answer(String expected, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    try {
      while (true) {
        Optional<String> line = answers.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (line == null) {
          throw new MooncakeException(
              ErrorCode.TIMEOUT,
              "the demo's target process " + pid() + " is silent for " + limit.toSeconds() + " s");
        }
        if (line.isEmpty()) {
          throw end().orElseGet(() -> unreachable(null));
        }
        if (line.get().startsWith(expected)) {
          return line.get().substring(expected.length());
        }
        // Whatever else writes to standard output there, such as a logging library, is not for us.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MooncakeException(ErrorCode.CANCELED, "interrupted in the middle of the demo", e);
    }
  }

  private MooncakeException unreachable(IOException cause) {
    return new MooncakeException(
        ErrorCode.LINK_BROKEN,
        "the demo's target process " + pid() + " lives but has closed its streams",
        cause);
  }

  /**
   * Tells why the process has ended. Waits a moment, because a link breaks before the system
   * reports the end of the process behind it.
   *
   * @return the error it ended with, or nothing when it lives
   */
  Optional<MooncakeException> end() {
    try {
      if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        return Optional.empty();
      }
      errors.join(GRACE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
    int exit = process.exitValue();
    String how =
        exit > 128 ? "was killed by signal " + (exit - 128) : "ended with exit code " + exit;
    return Optional.of(
        new MooncakeException(
            ErrorCode.LINK_BROKEN, "the demo's target process " + pid() + " " + how + lastWords()));
  }

  private String lastWords() {
    synchronized (complaints) {
      return complaints.stream()
          .filter(line -> line.startsWith("mooncake: "))
          .reduce((first, second) -> second)
          .or(() -> Optional.ofNullable(complaints.peekLast()))
          .map(line -> "; its last words: " + line)
          .orElse("");
    }
  }

  /** Ends the process: first by ending its input, then by force. */
  @Override
  public void close() {
    try {
      input.close();
    } catch (IOException e) {
      // It has ended already.
    }
    try {
      if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This process is ending, and the hook with it.
    }
  }
}

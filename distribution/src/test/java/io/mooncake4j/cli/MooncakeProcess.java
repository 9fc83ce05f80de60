package io.mooncake4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The command line in a process of its own, run from the classes under test. */
public final class MooncakeProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** A line of one of the two streams. */
  private record Line(boolean error, String text) {}

  private final Process process;
  private final BlockingQueue<Line> lines = new LinkedBlockingQueue<>();
  private final List<Line> passedOver = new ArrayList<>();
  private final List<String> output = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();
  private final CountDownLatch streams = new CountDownLatch(2);

  private MooncakeProcess(Process process) {
    this.process = process;
    follow(process.inputReader(StandardCharsets.UTF_8), output, false);
    follow(process.errorReader(StandardCharsets.UTF_8), errors, true);
  }

  /** Starts a command. */
  public static MooncakeProcess start(String... words) {
    return start(null, words);
  }

  /** Starts a command in a folder. */
  public static MooncakeProcess start(Path folder, String... words) {
    List<String> command = new ArrayList<>(java());
    command.add("io.mooncake4j.cli.Mooncake");
    command.addAll(List.of(words));
    return run(folder, command);
  }

  /** Starts any program, such as a main class behind {@link #java()}. */
  public static MooncakeProcess run(Path folder, List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(folder == null ? null : folder.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("MC_"));
    builder.environment().keySet().removeIf(name -> name.startsWith("MOONCAKE"));
    try {
      return new MooncakeProcess(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How a main class of this class path is started, up to its name. */
  public static List<String> java() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED",
        "-Dlogback.configurationFile=" + System.getProperty("logback.configurationFile"),
        "-cp",
        System.getProperty("java.class.path"));
  }

  private void follow(BufferedReader reader, List<String> kept, boolean error) {
    Thread thread =
        new Thread(
            () -> {
              try (reader) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                  synchronized (kept) {
                    kept.add(line);
                  }
                  lines.add(new Line(error, line));
                }
              } catch (IOException e) {
                // The stream of a process that was killed.
              }
              streams.countDown();
            },
            "mooncake-process-output");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Waits for a line on either stream that contains a pattern, and returns its first group. It
   * comes behind the lines of its stream that were waited for before; how the streams lie to each
   * other is chance.
   */
  public String await(String regex) {
    Pattern pattern = Pattern.compile(regex);
    long end = System.nanoTime() + PATIENCE.toNanos();
    try {
      for (int next = 0; true; next++) {
        if (next == passedOver.size()) {
          Line line = lines.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
          assertThat(line).as("a line with %s within %s; %s", regex, PATIENCE, this).isNotNull();
          passedOver.add(line);
        }
        Line line = passedOver.get(next);
        Matcher matcher = pattern.matcher(line.text());
        if (matcher.find()) {
          passedOver.subList(0, next + 1).removeIf(it -> it.error() == line.error());
          return matcher.group(1);
        }
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits for the end and returns the exit code. */
  public int exitCode() {
    try {
      assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .as("it ends within %s; %s", PATIENCE, this)
          .isTrue();
      assertThat(streams.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns what was written to standard output so far. */
  public String output() {
    return text(output);
  }

  /** Returns what was written to standard error so far. */
  public String errors() {
    return text(errors);
  }

  private static String text(List<String> kept) {
    synchronized (kept) {
      return String.join("\n", kept);
    }
  }

  /** Returns the process. */
  public ProcessHandle handle() {
    return process.toHandle();
  }

  /** Ends the process at once, as a signal does that it cannot catch. */
  @Override
  public void close() {
    process.destroyForcibly();
  }

  @Override
  public String toString() {
    return "output: " + output() + "\nerrors: " + errors();
  }
}

package io.mooncake4j.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A second Java process that answers lines with lines.
 *
 * <p>It runs a main class with the class path of this process. Its answers are the lines of its
 * standard output that begin with a mark; all else it prints is kept, the last hundred lines of it,
 * for error messages. The child ends when its standard input ends, so that it does not outlive a
 * test that was killed. Safe from any thread; {@link #call} serves one caller at a time.
 */
public final class ChildJvm implements AutoCloseable {
  private static final String MARK = "@child ";
  private static final int KEPT_LINES = 100;
  private static final long EXIT_SECONDS = 10;

  private final Process process;
  private final Writer input;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private final Deque<String> printed = new ArrayDeque<>();
  private final List<Thread> readers;
  private int calls;

  private ChildJvm(Process process) {
    this.process = process;
    this.input = process.outputWriter(StandardCharsets.UTF_8);
    this.readers =
        List.of(reader("out", process.getInputStream()), reader("err", process.getErrorStream()));
  }

  /**
   * Starts a child.
   *
   * @param main a class whose main method calls {@link #serve}
   * @param arguments for its main method
   * @return the child, owned by the caller
   */
  public static ChildJvm start(Class<?> main, String... arguments) {
    return start(List.of(), main, arguments);
  }

  /**
   * Starts a child with options for its virtual machine.
   *
   * @param jvmOptions such as {@code -Dmooncake.x=y}
   * @param main a class whose main method calls {@link #serve}
   * @param arguments for its main method
   * @return the child, owned by the caller
   */
  public static ChildJvm start(List<String> jvmOptions, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED"));
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    try {
      return new ChildJvm(new ProcessBuilder(command).start());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command.get(0), e);
    }
  }

  /**
   * The child's side: answers lines until its input ends, then ends the process.
   *
   * @param answer makes one line of one line; what it throws goes back as an error
   */
  public static void serve(UnaryOperator<String> answer) {
    PrintStream out = System.out;
    out.println(MARK + "ready");
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ", 2);
        out.println(MARK + words[0] + " " + answerTo(words[1], answer));
        out.flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Runtime.getRuntime().halt(0);
    }
  }

  private static String answerTo(String line, UnaryOperator<String> answer) {
    try {
      return "ok " + answer.apply(line);
    } catch (RuntimeException | AssertionError e) {
      return "error " + e.toString().replace('\n', ' ');
    }
  }

  private Thread reader(String name, InputStream stream) {
    Thread thread = new Thread(() -> readAll(stream), "child-" + process.pid() + "-" + name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void readAll(InputStream stream) {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.startsWith(MARK)) {
          answers.add(line.substring(MARK.length()));
        } else {
          keep(line);
        }
      }
    } catch (IOException e) {
      keep("(output ended: " + e.getMessage() + ")");
    }
  }

  private void keep(String line) {
    synchronized (printed) {
      if (printed.size() == KEPT_LINES) {
        printed.removeFirst();
      }
      printed.addLast(line);
    }
  }

  /**
   * Waits until the child serves.
   *
   * @param limit how long at most
   * @return this child
   */
  public ChildJvm awaitReady(Duration limit) {
    String line = nextAnswer("its start", limit);
    if (!line.equals("ready")) {
      throw new AssertionError(this + " began with \"" + line + "\"");
    }
    return this;
  }

  /**
   * Sends a line and waits for the answer.
   *
   * @param line without a line break
   * @param limit how long at most
   * @return the answer
   * @throws AssertionError when the child fails, ends or does not answer in time
   */
  public synchronized String call(String line, Duration limit) {
    String number = Integer.toString(++calls);
    try {
      input.write(number + " " + line + "\n");
      input.flush();
    } catch (IOException e) {
      throw new AssertionError(this + " takes no more lines: " + tail(), e);
    }
    String what = "\"" + line.split(" ", 2)[0] + "\"";
    String numbered = nextAnswer(what, limit);
    while (!numbered.startsWith(number + " ")) {
      // The late answer to an earlier call that was given up.
      numbered = nextAnswer(what, limit);
    }
    String answer = numbered.substring(number.length() + 1);
    if (!answer.startsWith("ok ")) {
      throw new AssertionError(this + " answered: " + answer);
    }
    return answer.substring("ok ".length());
  }

  private String nextAnswer(String to, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      while (true) {
        String answer = answers.poll(50, TimeUnit.MILLISECONDS);
        if (answer != null) {
          return answer;
        }
        boolean late = System.nanoTime() - deadline >= 0;
        if (late || (!process.isAlive() && readers.stream().noneMatch(Thread::isAlive))) {
          throw new AssertionError(
              this + (late ? " did not answer " : " ended instead of answering ") + to + tail());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + this, e);
    }
  }

  private String tail() {
    synchronized (printed) {
      return printed.isEmpty() ? "" : "; it printed:\n" + String.join("\n", printed);
    }
  }

  /**
   * Returns the process id.
   *
   * @return the child's, valid for signals until {@link #close}
   */
  public long pid() {
    return process.pid();
  }

  /**
   * Says whether the child runs.
   *
   * @return false once it has ended
   */
  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Stops the child where it stands (SIGSTOP) until {@link #resume}; returns when every thread of
   * it has stopped.
   */
  public void pause() {
    signal("-STOP");
    Path threads = Path.of("/proc", Long.toString(pid()), "task");
    if (Files.isDirectory(threads)) {
      Await.until(() -> allStopped(threads), () -> this + " stops");
    }
  }

  private static boolean allStopped(Path threads) throws IOException {
    try (DirectoryStream<Path> each = Files.newDirectoryStream(threads)) {
      for (Path thread : each) {
        String status = Files.readString(thread.resolve("stat"));
        // "<id> (<name>) <state> …", where the name may hold anything.
        if (status.charAt(status.lastIndexOf(')') + 2) != 'T') {
          return false;
        }
      }
      return true;
    }
  }

  /** Lets a paused child go on (SIGCONT). */
  public void resume() {
    signal("-CONT");
  }

  private void signal(String signal) {
    try {
      Process kill = new ProcessBuilder("kill", signal, Long.toString(pid())).inheritIO().start();
      if (!kill.waitFor(EXIT_SECONDS, TimeUnit.SECONDS) || kill.exitValue() != 0) {
        throw new AssertionError("cannot send " + signal + " to " + this);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Tells the child to end (SIGTERM), so that its shutdown hooks run, and waits until it is gone.
   *
   * @param limit how long at most
   */
  public void terminate(Duration limit) {
    signal("-TERM");
    Await.until(() -> !process.isAlive(), limit, () -> this + " ends when told to" + tail());
  }

  /** Kills the child at once (SIGKILL) and waits until it is gone. */
  public void kill() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(EXIT_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError(this + " survives SIGKILL");
      }
      for (Thread reader : readers) {
        reader.join(EXIT_SECONDS * 1000);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the child. Closing twice does nothing. */
  @Override
  public void close() {
    kill();
    try {
      input.close();
    } catch (IOException e) {
      keep("(input ended: " + e.getMessage() + ")");
    }
  }

  @Override
  public String toString() {
    return "child process " + process.pid();
  }
}

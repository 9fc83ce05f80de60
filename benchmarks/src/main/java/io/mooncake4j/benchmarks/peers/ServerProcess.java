package io.mooncake4j.benchmarks.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server as a child process that is asked by lines on its standard input and answers by lines on
 * its standard output; its standard error is this process's.
 *
 * <p>It ends when its input ends, and so does not outlive this process, however that ends. Not safe
 * for several threads.
 */
public final class ServerProcess implements AutoCloseable {
  private static final long END_SECONDS = 10;

  private final Process process;
  private final Writer in;
  private final BufferedReader out;

  /**
   * Starts it.
   *
   * @param command program and arguments
   * @throws IOException when it cannot be started
   */
  public ServerProcess(List<String> command) throws IOException {
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    in = process.outputWriter(StandardCharsets.UTF_8);
    out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * The command line that runs a class in a JVM like this one: same Java, options and class path.
   *
   * @param main class with a main method
   * @param arguments its arguments
   */
  public static List<String> javaCommand(Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /**
   * Reads one line of its output; waits for it.
   *
   * @throws IOException when it ended instead
   */
  public String readLine() throws IOException {
    String line = out.readLine();
    if (line == null) {
      throw new IOException(
          "the server process " + pid() + " ended without an answer; its standard error says why");
    }
    return line;
  }

  /**
   * Sends one line and reads one.
   *
   * @throws IOException when it ended instead of answering
   */
  public String ask(String line) throws IOException {
    in.write(line + "\n");
    in.flush();
    return readLine();
  }

  /** Ends its input, waits for its end, and kills it when it does not end. */
  @Override
  public void close() throws IOException {
    try (in) {
      in.flush();
    } catch (IOException e) {
      // It has ended already, which is what is wanted.
    }
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(END_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}

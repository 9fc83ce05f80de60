package io.mooncake4j.benchmarks.peers.engine;

import io.mooncake4j.api.RemoteBuffer;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * An engine, target and initiator alike, that script/bench-peers drives by lines on the standard
 * input; each is answered by one line of JSON.
 *
 * <p>Arguments: the plugin folder, or - for plugins on the class path alone, bytes of memory,
 * options as {@code key=value}. Commands:
 *
 * <ul>
 *   <li>{@code run OP BLOCK BATCH THREADS SECONDS to=SEGMENT} with what {@link Work} takes
 *   <li>{@code fleet ENGINES OP BLOCK BATCH 1 SECONDS to=SEGMENT}: as many engines of one thread,
 *       each with a part of the target's memory to itself, as long as the span that it walks
 *       through
 *   <li>{@code memcpy BLOCK FOOTPRINT SECONDS by=library|buffers}
 *   <li>{@code exit}
 * </ul>
 */
public final class EngineProgram {
  /** May be null. */
  private final Path plugins;

  private final List<String> options;
  private final Node node;
  private final List<Node> fleet = new ArrayList<>();

  private EngineProgram(Path plugins, List<String> options, Node node) {
    this.plugins = plugins;
    this.options = options;
    this.node = node;
  }

  /**
   * Runs until told to exit or until the input ends.
   *
   * @param arguments as above
   * @throws IOException when the input cannot be read
   */
  public static void main(String[] arguments) throws IOException {
    // Whatever else prints to stdout must stay off the protocol's stream.
    PrintStream replies =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    Path plugins = arguments[0].equals("-") ? null : Path.of(arguments[0]);
    List<String> options = List.of(arguments).subList(2, arguments.length);
    try (Node node = Node.start(plugins, Long.parseLong(arguments[1]), options)) {
      new EngineProgram(plugins, options, node).serve(replies);
    } catch (RuntimeException e) {
      replies.println("{\"unsupported\":" + quoted(String.valueOf(e.getMessage())) + "}");
    }
  }

  private void serve(PrintStream replies) throws IOException {
    replies.println(
        "{\"ready\":true,\"name\":"
            + quoted(node.engine().name())
            + ",\"version\":"
            + quoted(Runtime.version().toString())
            + ",\"transports\":"
            + node.engine().transports().stream().map(EngineProgram::quoted).toList()
            + "}");
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Command command = Command.parse(line);
      if (command.name().equals("exit")) {
        break;
      }
      replies.println(answer(command));
    }
    fleet.forEach(Node::close);
  }

  private String answer(Command command) {
    try {
      return switch (command.name()) {
        case "run" -> run(Work.of(command), command.option("to"));
        case "fleet" -> {
          List<String> shape = new ArrayList<>(command.words());
          int engines = command.count(1);
          shape.remove(1);
          yield fleet(engines, Work.of(new Command(shape, command.options())), command);
        }
        case "memcpy" -> copy(command);
        default -> throw new IllegalArgumentException("no such command: " + command.name());
      };
    } catch (InterruptedException | RuntimeException e) {
      return "{\"unsupported\":" + quoted(String.valueOf(e.getMessage())) + "}";
    }
  }

  private String run(Work work, String peer) throws InterruptedException {
    RemoteBuffer remote = node.remote(peer);
    requireRoom(work.reach(), Math.min(node.memory().length(), remote.length()));
    CountDownLatch start = new CountDownLatch(work.threads());
    List<Worker> workers = new ArrayList<>();
    for (int thread = 0; thread < work.threads(); thread++) {
      workers.add(
          new Worker(
              node.engine(), work.batches(thread, node.memory(), remote), work.nanos(), start));
    }
    return new Crew(workers).run().json();
  }

  private String fleet(int engines, Work work, Command command) throws InterruptedException {
    while (fleet.size() < engines) {
      fleet.add(Node.start(plugins, work.reach(), options));
    }
    CountDownLatch start = new CountDownLatch(engines);
    List<Worker> workers = new ArrayList<>();
    for (Node one : fleet.subList(0, engines)) {
      RemoteBuffer remote = one.remote(command.option("to"));
      requireRoom(work.reach(), one.memory().length());
      requireRoom(work.reach() * engines, remote.length());
      long part = work.reach() * workers.size();
      workers.add(
          new Worker(
              one.engine(), work.batches(0, one.memory(), remote, part), work.nanos(), start));
    }
    return new Crew(workers).run().json();
  }

  private static void requireRoom(long needed, long room) {
    if (needed > room) {
      throw new IllegalArgumentException(
          "the work needs " + needed + " bytes of memory; there are " + room);
    }
  }

  private String copy(Command command) {
    MemoryCopies copies =
        new MemoryCopies(node.memory(), node.scratch(), command.count(1), command.number(2));
    return "library".equals(command.option("by"))
        ? copies.byLibrary(command.nanos(3))
        : copies.byBuffers(command.nanos(3));
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\');
      }
      quoted.append(c < ' ' ? ' ' : c);
    }
    return quoted.append('"').toString();
  }
}

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.Batch;
import io.mooncake4j.api.EngineBuilder;
import io.mooncake4j.api.Liveness;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.Notification;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.api.Registration;
import io.mooncake4j.api.Segment;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.api.TransferStatus;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A Java transfer engine in a process of its own, driven by one JSON object a line on stdin, with
 * the commands of cpp_peer.py. Uses the public api alone.
 *
 * <p>Arguments: the plugin folder, the engine's name, its metadata store, then options as {@code
 * key=value}. When the engine does not start, the first answer says why.
 */
public final class JavaPeer {
  private final TransferEngine engine;
  private final TreeMap<Long, Range> ranges = new TreeMap<>(Long::compareUnsigned);

  private JavaPeer(TransferEngine engine) {
    this.engine = engine;
  }

  public static void main(String[] arguments) throws IOException {
    // Whatever else prints to stdout must stay off the protocol's stream.
    PrintStream replies =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    EngineBuilder builder =
        TransferEngine.builder()
            .name(arguments[1])
            .metadata(arguments[2])
            .pluginFolder(Path.of(arguments[0]));
    for (String option : List.of(arguments).subList(3, arguments.length)) {
      int equals = option.indexOf('=');
      builder.option(option.substring(0, equals), option.substring(equals + 1));
    }
    try (TransferEngine engine = start(builder, replies)) {
      if (engine != null) {
        new JavaPeer(engine).serve(replies);
      }
    }
  }

  private static TransferEngine start(EngineBuilder builder, PrintStream replies) {
    try {
      return builder.build();
    } catch (MooncakeException refused) {
      replies.println(Json.write(refusal(refused)));
      return null;
    }
  }

  private static Map<String, Object> refusal(RuntimeException error) {
    String words =
        error instanceof MooncakeException known
            ? known.code() + ": " + known.getMessage()
            : error.toString();
    return Map.of("ok", false, "error", words);
  }

  private void serve(PrintStream replies) throws IOException {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      Arguments command = new Arguments(Json.parse(line));
      if (command.text("command").equals("exit")) {
        return;
      }
      replies.println(Json.write(answer(command)));
    }
  }

  private Map<String, Object> answer(Arguments command) {
    Map<String, Object> reply = new LinkedHashMap<>();
    try {
      run(command, reply);
      reply.put("ok", true);
    } catch (RuntimeException error) {
      reply.putAll(refusal(error));
    }
    return reply;
  }

  private void run(Arguments command, Map<String, Object> reply) {
    switch (command.text("command")) {
      case "start" -> {
        reply.put("name", engine.name());
        reply.put("pid", ProcessHandle.current().pid());
        reply.put("version", System.getProperty("java.version"));
        reply.put("transports", engine.transports());
      }
      case "register" -> reply.put("address", register(command));
      case "allocate" -> reply.put("address", allocate(command));
      case "unregister" -> ranges.remove(command.number("region")).region().close();
      case "await_publication" ->
          engine.awaitPublication(Duration.ofSeconds(command.number("timeout_s")));
      case "fill" -> {
        long address = command.number("address");
        Range range = holder(address);
        long offset = address - range.region().address();
        range.fill(offset, command.number("length"), command.number("seed"), command.number("at"));
      }
      case "verify" -> verify(command, reply);
      case "transfer" -> transfer(command, reply);
      case "notify" ->
          engine.notify(
              command.text("peer"),
              new Notification(command.text("name"), command.text("message")));
      case "notifies" -> {
        List<Object> all = new ArrayList<>();
        engine.drainNotifications().forEach(one -> all.add(List.of(one.name(), one.message())));
        reply.put("notifies", all);
      }
      case "probe" -> reply.put("alive", engine.probe(command.text("peer")) == Liveness.ALIVE);
      case "first_buffer_address" ->
          reply.put("address", engine.openSegment(command.text("peer")).buffers().get(0).address());
      case "refresh" -> engine.openSegment(command.text("peer")).refresh();
      default -> throw new IllegalArgumentException("no such command: " + command);
    }
  }

  /** A filled region between two filled guards; only the region is registered. */
  private long register(Arguments command) {
    int size = Math.toIntExact(command.number("size"));
    ByteBuffer memory = ByteBuffer.allocateDirect(size + 2 * Range.GUARD_BYTES);
    MemoryRegion region = engine.register(Registration.of(memory.slice(Range.GUARD_BYTES, size)));
    Range range = new Range(region, memory);
    range.fill(-Range.GUARD_BYTES, Range.GUARD_BYTES, Range.GUARD_SEED, 0);
    range.fill(size, Range.GUARD_BYTES, Range.GUARD_SEED, 0);
    return add(range, command.number("seed"));
  }

  /** A filled region in the engine's own memory, of any length, without guards. */
  private long allocate(Arguments command) {
    return add(new Range(engine.allocate(command.number("size")), null), command.number("seed"));
  }

  private long add(Range range, long seed) {
    range.fill(0, range.region().length(), seed, 0);
    ranges.put(range.region().address(), range);
    return range.region().address();
  }

  private Range holder(long address) {
    Map.Entry<Long, Range> entry = ranges.floorEntry(address);
    if (entry == null) {
      throw new IllegalArgumentException("no region holds 0x" + Long.toHexString(address));
    }
    return entry.getValue();
  }

  private void verify(Arguments command, Map<String, Object> reply) {
    Range range = ranges.get(command.number("region"));
    List<List<Long>> pieces = new ArrayList<>();
    List<Long> guard = List.of((long) range.guardBytes(), (long) Range.GUARD_SEED, 0L);
    pieces.add(guard);
    command.rows("pieces").forEach(row -> pieces.add(row.stream().map(n -> (Long) n).toList()));
    pieces.add(guard);
    long offset = -range.guardBytes();
    reply.put("mismatch", null);
    for (List<Long> piece : pieces) {
      long wrong = range.mismatch(offset, piece.get(0), piece.get(1), piece.get(2));
      if (wrong >= 0) {
        reply.put("mismatch", offset + wrong);
        reply.put("found", String.format("%02x", range.window(offset + wrong, 1).get(0)));
        return;
      }
      offset += piece.get(0);
    }
    if (offset != range.region().length() + range.guardBytes()) {
      throw new IllegalArgumentException("the pieces end at " + offset);
    }
  }

  /** Requests are [local address, remote address, length] and may name an opcode of their own. */
  private void transfer(Arguments command, Map<String, Object> reply) {
    long started = System.nanoTime();
    Duration patience = Duration.ofSeconds(command.number("timeout_s", 60));
    List<String> failures = new ArrayList<>();
    StringBuilder statuses = new StringBuilder();
    try {
      Segment segment = engine.openSegment(command.text("peer"));
      List<TransferRequest> requests = new ArrayList<>();
      for (List<Object> row : command.rows("requests")) {
        String opcode = row.size() > 3 ? (String) row.get(3) : command.text("opcode");
        requests.add(request(opcode, row, segment, patience));
      }
      try (Batch batch = engine.newBatch(requests.size())) {
        batch.submit(requests);
        // The engine owes an answer by the requests' deadline; this only bounds its breaking that.
        boolean ended = batch.await(patience.plusSeconds(10));
        describe(batch, statuses, failures, reply);
        reply.put("completed", ended && batch.status() == TransferStatus.COMPLETED);
      }
    } catch (MooncakeException error) {
      failures.add(error.code() + ": " + error.getMessage());
      reply.put("completed", false);
    }
    reply.put("statuses", statuses.toString());
    reply.put("failures", failures);
    reply.put("seconds", (System.nanoTime() - started) / 1e9);
  }

  private TransferRequest request(
      String opcode, List<Object> row, Segment segment, Duration patience) {
    long local = (Long) row.get(0);
    MemoryRegion region = holder(local).region();
    OpCode direction = opcode.equals("write") ? OpCode.WRITE : OpCode.READ;
    return TransferRequest.raw(
            direction,
            region,
            local - region.address(),
            segment,
            AddressSpace.VIRTUAL,
            (Long) row.get(1),
            (Long) row.get(2))
        .within(patience);
  }

  private static void describe(
      Batch batch, StringBuilder statuses, List<String> failures, Map<String, Object> reply) {
    TreeSet<String> carriers = new TreeSet<>();
    for (int i = 0; i < batch.size(); i++) {
      statuses.append(batch.status(i).name().charAt(0));
      if (batch.servedBy(i) != null) {
        carriers.add(batch.servedBy(i));
      }
      if (batch.failure(i) != null && failures.size() < 4) {
        failures.add(i + ": " + batch.failure(i).code() + ": " + batch.failure(i).getMessage());
      }
    }
    reply.put("served_by", List.copyOf(carriers));
  }

  /** The members of a command, by type. */
  private record Arguments(Map<String, Object> members) {
    @SuppressWarnings("unchecked")
    Arguments(Object json) {
      this((Map<String, Object>) json);
    }

    String text(String key) {
      return (String) members.get(key);
    }

    long number(String key) {
      return (Long) members.get(key);
    }

    long number(String key, long otherwise) {
      return members.containsKey(key) ? number(key) : otherwise;
    }

    @SuppressWarnings("unchecked")
    List<List<Object>> rows(String key) {
      return (List<List<Object>>) members.get(key);
    }
  }
}

package io.mooncake4j.cli.demo;

import io.mooncake4j.api.Allocation;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.cli.setup.EngineArguments;
import io.mooncake4j.core.options.ProcessEnvironment;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One run of the demo: the file goes through a window of memory to the target and back. */
final class Demo {
  /** Summing a window takes a second per gigabyte or so; this leaves room for a busy host. */
  private static final Duration ANSWER = Duration.ofMinutes(5);

  private static final long WARM_UP = 32 << 20;
  private static final int WARM_UP_ROUNDS = 4;

  private final EngineArguments arguments;
  private final DemoSource source;
  private final long window;
  private final KeptCopy copy;
  private final PrintWriter terminal;
  private final PrintWriter out;

  private String phase = "";
  private long writeNanos;
  private long readNanos;

  /**
   * What a run found.
   *
   * @param original checksum of the file
   * @param received the target's checksum of its memory
   * @param returned checksum of what was read back
   * @param writeNanos time spent on the way there
   * @param readNanos time spent on the way back
   * @param servedBy which transports served, in words
   */
  record Result(
      String original,
      String received,
      String returned,
      long writeNanos,
      long readNanos,
      String servedBy) {
    boolean equal() {
      return original.equals(received) && original.equals(returned);
    }
  }

  /**
   * Prepares a run.
   *
   * @param arguments say what the engines are to be
   * @param source what to send
   * @param memory the most that one buffer may take
   * @param copy takes what comes back, or null
   * @param terminal shows progress, or null
   * @param out for results
   */
  Demo(
      EngineArguments arguments,
      DemoSource source,
      long memory,
      KeptCopy copy,
      PrintWriter terminal,
      PrintWriter out) {
    this.arguments = arguments;
    this.source = source;
    this.window = Math.min(memory, source.size());
    this.copy = copy;
    this.terminal = terminal;
    this.out = out;
  }

  /**
   * Runs.
   *
   * @return what was found
   * @throws MooncakeException when the file cannot be read, the target fails, or a transfer does
   */
  Result run() {
    try (TransferEngine engine = arguments.loopbackBuilder().build();
        TargetProcess target = TargetProcess.start(targetCommand())) {
      String segment = target.segment();
      out.println("target     process " + target.pid() + ", segment " + segment);
      try {
        return transfer(engine, target, segment);
      } catch (MooncakeException e) {
        if (isAboutThePeer(e.code())) {
          target.end().ifPresent(end -> rethrow(end, e));
        }
        throw e;
      }
    }
  }

  private static boolean isAboutThePeer(ErrorCode code) {
    return code.remedy() == ErrorCode.Remedy.RETRY || code.remedy() == ErrorCode.Remedy.OTHER_PEER;
  }

  private static void rethrow(MooncakeException end, MooncakeException symptom) {
    end.addSuppressed(symptom);
    throw end;
  }

  private Result transfer(TransferEngine engine, TargetProcess target, String segment) {
    RemoteBuffer remote = engine.openSegment(segment).buffers().get(0);
    Checksum original = new Checksum();
    Checksum returned = new Checksum();
    try (MemoryRegion sent = engine.allocate(Allocation.of(window).localOnly());
        MemoryRegion back = engine.allocate(Allocation.of(window).localOnly());
        DemoSource.Reader reader = source.open();
        ProgressBar bar = new ProgressBar(terminal, 2 * source.size())) {
      warmUp(engine, sent, back, remote);
      ChunkedTransfer transfer = new ChunkedTransfer(engine, more -> bar.step(phase, more));
      for (long done = 0; done < source.size(); done += window) {
        long length = Math.min(window, source.size() - done);
        Checksum.forEachWindow(sent, length, reader::fill);
        original.add(sent, length);
        phase = "writing";
        writeNanos += transfer.run(OpCode.WRITE, sent, remote, length);
        target.ask("add " + length, "added", ANSWER);
        clear(back, length);
        phase = "reading back";
        readNanos += transfer.run(OpCode.READ, back, remote, length);
        returned.add(back, length);
        if (copy != null) {
          Checksum.forEachWindow(back, length, copy::append);
        }
      }
      return new Result(
          original.hex(),
          target.ask("sum", "sum ", ANSWER),
          returned.hex(),
          writeNanos,
          readNanos,
          ServedBy.describe(transfer.served(), engine.metrics()));
    }
  }

  /** Connects and lets the JVM compile, so that the rates are those of the transfers. */
  private void warmUp(
      TransferEngine engine, MemoryRegion sent, MemoryRegion back, RemoteBuffer remote) {
    ChunkedTransfer transfer = new ChunkedTransfer(engine, more -> {});
    long length = Math.min(window, WARM_UP);
    for (int round = 0; round < WARM_UP_ROUNDS; round++) {
      transfer.run(OpCode.WRITE, sent, remote, length);
      transfer.run(OpCode.READ, back, remote, length);
    }
  }

  /** Forgets the window before, so that bytes that do not arrive cannot look as if they had. */
  private static void clear(MemoryRegion region, long length) {
    byte[] zeros = new byte[1 << 16];
    Checksum.forEachWindow(
        region,
        length,
        bytes -> {
          while (bytes.hasRemaining()) {
            put(bytes, zeros);
          }
        });
  }

  private static void put(ByteBuffer bytes, byte[] zeros) {
    bytes.put(zeros, 0, Math.min(zeros.length, bytes.remaining()));
  }

  private List<String> targetCommand() {
    ProcessEnvironment environment = ProcessEnvironment.current();
    List<String> command = new ArrayList<>();
    command.add(Path.of(environment.property("java.home").orElse(""), "bin", "java").toString());
    for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      // Two processes cannot share a debugger's port or a profiler's file.
      if (!flag.matches("-(agentlib|agentpath|javaagent|Xrunjdwp|Xdebug).*")) {
        command.add(flag);
      }
    }
    command.addAll(List.of("-cp", environment.property("java.class.path").orElse("")));
    command.add("io.mooncake4j.cli.Mooncake");
    command.addAll(arguments.words());
    command.addAll(List.of("demo-target", "--size", String.valueOf(window)));
    return command;
  }
}

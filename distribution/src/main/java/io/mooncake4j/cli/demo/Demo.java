package io.mooncake4j.cli.demo;

import io.mooncake4j.api.Allocation;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.cli.metrics.MetricsArguments;
import io.mooncake4j.cli.metrics.MetricsEndpoint;
import io.mooncake4j.cli.setup.EngineArguments;
import io.mooncake4j.core.options.ProcessEnvironment;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** One run of the demo: the file goes through a window of memory to the target and back. */
final class Demo {
  /** Summing a window takes a second per gigabyte or so; this leaves room for a busy host. */
  private static final Duration ANSWER = Duration.ofMinutes(5);

  /** The first passes of a short file mostly show how the JVM starts. */
  private static final int PASSES_OF_A_SHORT_FILE = 8;

  private final EngineArguments arguments;
  private final MetricsArguments metrics;
  private final DemoSource source;
  private final long window;
  private final int passes;
  private final KeptCopy copy;
  private final PrintWriter out;
  private final PrintWriter err;

  private String phase = "";
  private long writeNanos;
  private long readNanos;

  /**
   * What a run found.
   *
   * @param original checksum of the file
   * @param received the target's checksum of its memory
   * @param returned checksum of what was read back
   * @param passes how often each byte went there and back
   * @param writeNanos the time of the fastest pass there
   * @param readNanos the time of the fastest pass back
   * @param servedBy which transports served, in words
   */
  record Result(
      String original,
      String received,
      String returned,
      int passes,
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
   * @param metrics say whether the metrics of this process's engine are served
   * @param source what to send
   * @param memory the most that one buffer may take
   * @param copy takes what comes back, or null
   * @param out for results
   * @param err for progress and for what the target logs
   */
  Demo(
      EngineArguments arguments,
      MetricsArguments metrics,
      DemoSource source,
      long memory,
      KeptCopy copy,
      PrintWriter out,
      PrintWriter err) {
    this.arguments = arguments;
    this.metrics = metrics;
    this.source = source;
    this.window = Math.min(memory, source.size());
    this.passes = source.size() <= memory ? PASSES_OF_A_SHORT_FILE : 1;
    this.copy = copy;
    this.out = out;
    this.err = err;
  }

  /**
   * Runs.
   *
   * @return what was found
   * @throws MooncakeException when the file cannot be read, the target fails, or a transfer does
   */
  @SuppressWarnings("try") // The endpoint works by itself.
  Result run() {
    try (TransferEngine engine = arguments.loopbackBuilder().build();
        MetricsEndpoint endpoint = metrics.serve(engine);
        TargetProcess target = TargetProcess.start(targetCommand(), this::log)) {
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

  private void log(String line) {
    if (arguments.verbose()) {
      err.println("target: " + line);
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
        ProgressBar bar = progressBar()) {
      ChunkedTransfer transfer = new ChunkedTransfer(engine, more -> bar.step(phase, more));
      for (long done = 0; done < source.size(); done += window) {
        long length = Math.min(window, source.size() - done);
        Checksum.forEachWindow(sent, length, reader::fill);
        original.add(sent, length);
        phase = "writing";
        writeNanos += best(() -> transfer.run(OpCode.WRITE, sent, remote, length));
        target.ask("add " + length, "added", ANSWER);
        phase = "reading back";
        readNanos +=
            best(
                () -> {
                  clear(back, length);
                  return transfer.run(OpCode.READ, back, remote, length);
                });
        returned.add(back, length);
        if (copy != null) {
          Checksum.forEachWindow(back, length, copy::append);
        }
      }
      return new Result(
          original.hex(),
          target.ask("sum", "sum ", ANSWER),
          returned.hex(),
          passes,
          writeNanos,
          readNanos,
          ServedBy.describe(transfer.served(), engine.metrics()));
    }
  }

  private ProgressBar progressBar() {
    return new ProgressBar(ProgressBar.onTerminal() ? err : null, 2L * passes * source.size());
  }

  private long best(LongSupplier pass) {
    long nanos = Long.MAX_VALUE;
    for (int i = 0; i < passes; i++) {
      nanos = Math.min(nanos, pass.getAsLong());
    }
    return nanos;
  }

  /** Forgets the bytes of before, so that bytes that do not arrive cannot look as if they had. */
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

package io.mooncake4j.cli.demo;

import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.cli.metrics.MetricsArguments;
import io.mooncake4j.cli.metrics.MetricsEndpoint;
import io.mooncake4j.cli.setup.EngineArguments;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The demo's second process. It prints {@code segment NAME}, then answers each line on its standard
 * input: {@code add LENGTH} with {@code added} once it has summed the first LENGTH bytes of its
 * memory, {@code sum} with {@code sum HEX}. It ends when its standard input ends, so that it never
 * outlives the demo.
 */
@Command(name = "demo-target", hidden = true, description = "The demo's second process.")
public final class DemoTargetCommand implements Callable<Integer> {
  private static final long GRACE_SECONDS = 10;

  private final EngineArguments arguments;

  @Spec private CommandSpec spec;

  @Mixin private MetricsArguments metrics;

  @Option(names = "--size", required = true, description = "Bytes of memory to offer.")
  private long size;

  /**
   * Makes the command.
   *
   * @param arguments say what the engine is to be
   */
  public DemoTargetCommand(EngineArguments arguments) {
    this.arguments = arguments;
  }

  @Override
  @SuppressWarnings("try") // The endpoint works by itself.
  public Integer call() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    BlockingQueue<Optional<String>> lines = readInput(done);
    try (TransferEngine engine = arguments.loopbackBuilder().build();
        MetricsEndpoint endpoint = metrics.serve(engine);
        MemoryRegion memory = engine.allocate(size)) {
      PrintWriter out = spec.commandLine().getOut();
      out.println("segment " + engine.name());
      Checksum checksum = new Checksum();
      for (Optional<String> line = lines.take(); line.isPresent(); line = lines.take()) {
        out.println(answer(line.get(), memory, checksum));
      }
    } finally {
      done.countDown();
    }
    return CommandLine.ExitCode.OK;
  }

  private static String answer(String line, MemoryRegion memory, Checksum checksum) {
    if (line.equals("sum")) {
      return "sum " + checksum.hex();
    }
    if (line.startsWith("add ")) {
      checksum.add(memory, Long.parseLong(line.substring("add ".length())));
      return "added";
    }
    return "unknown";
  }

  /** Reads beside the work, so that the end of the demo is noticed whatever the work waits for. */
  private static BlockingQueue<Optional<String>> readInput(CountDownLatch done) {
    BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();
    Thread reader =
        new Thread(
            () -> {
              readLines(lines);
              lines.add(Optional.empty());
              haltUnless(done);
            },
            "demo-target-input");
    reader.setDaemon(true);
    reader.start();
    return lines;
  }

  private static void readLines(BlockingQueue<Optional<String>> lines) {
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try {
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        lines.add(Optional.of(line));
      }
    } catch (IOException e) {
      // As good as the end of the input: nobody is there any more.
    }
  }

  private static void haltUnless(CountDownLatch done) {
    try {
      if (!done.await(GRACE_SECONDS, TimeUnit.SECONDS)) {
        Runtime.getRuntime().halt(CommandLine.ExitCode.SOFTWARE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

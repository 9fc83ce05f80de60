package io.mooncake4j.cli.demo;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.cli.metrics.MetricsArguments;
import io.mooncake4j.cli.setup.ByteCount;
import io.mooncake4j.cli.setup.EngineArguments;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mooncake demo}: sends a file to a second process, reads it back and compares. */
@Command(
    name = "demo",
    description = {
      "Send a file into the memory of a second process, read it back, compare checksums.",
      "",
      "Needs nothing but this host: the second process is started and ended by the demo, and both"
          + " talk over the loopback address. The rates are those of the transfers alone; a"
          + " file that fits into --memory goes there and back several times, and the best counts.",
      ""
    })
public final class DemoCommand implements Callable<Integer> {
  private static final long LEAST_MEMORY = ChunkedTransfer.CHUNK;

  private final EngineArguments arguments;

  @Spec private CommandSpec spec;

  @Mixin private MetricsArguments metrics;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "What to send (default: the archive that this program came in).")
  private Path file;

  @Option(
      names = "--keep",
      paramLabel = "FOLDER",
      arity = "0..1",
      fallbackValue = ".",
      description = "Keep what was read back, in this folder (default: the current one).")
  private Path keep;

  @Option(
      names = "--memory",
      paramLabel = "BYTES",
      defaultValue = "256m",
      converter = ByteCount.class,
      description =
          "Registered memory of a buffer; a larger file goes through it piece by piece"
              + " (default: ${DEFAULT-VALUE}).")
  private long memory;

  /**
   * Makes the command.
   *
   * @param arguments say what the engines are to be
   */
  public DemoCommand(EngineArguments arguments) {
    this.arguments = arguments;
  }

  @Override
  public Integer call() {
    if (memory < LEAST_MEMORY) {
      throw new ParameterException(
          spec.commandLine(), "--memory=" + memory + " is less than " + LEAST_MEMORY);
    }
    DemoSource source =
        file == null
            ? DemoSource.ofInstallation(arguments.installation())
            : DemoSource.ofFile(file);
    PrintWriter out = spec.commandLine().getOut();
    out.println("file       " + source.description() + ", " + ByteCount.text(source.size()));
    PrintWriter err = spec.commandLine().getErr();
    try (KeptCopy copy = keep == null ? null : KeptCopy.create(keep, source.name())) {
      Demo.Result result = new Demo(arguments, metrics, source, memory, copy, out, err).run();
      print(result, source, out);
      if (!result.equal()) {
        throw new MooncakeException(
            ErrorCode.INTERNAL, "the bytes that came back differ from the file; please report it");
      }
      if (copy != null) {
        copy.finish();
        out.println("kept       " + copy.file());
      }
    }
    return CommandLine.ExitCode.OK;
  }

  private static void print(Demo.Result result, DemoSource source, PrintWriter out) {
    out.println("wrote      " + line(source.size(), result.writeNanos(), result.passes()));
    out.println("read back  " + line(source.size(), result.readNanos(), result.passes()));
    out.println("served by  " + result.servedBy());
    out.println("SHA-256    " + result.original() + " the file");
    out.println("           " + result.received() + " what the target received");
    out.println("           " + result.returned() + " what was read back");
    if (result.equal()) {
      out.println("All three are equal.");
    }
  }

  private static String line(long bytes, long nanos, int passes) {
    return String.format(
        Locale.ROOT,
        "%s in %.3f s, %s%s",
        ByteCount.text(bytes),
        nanos / 1e9,
        ByteCount.rate(bytes, nanos),
        passes == 1 ? "" : " (best of " + passes + " passes)");
  }
}

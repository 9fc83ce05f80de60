package io.mooncake4j.cli.server;

import io.mooncake4j.cli.setup.ByteCount;
import io.mooncake4j.cli.setup.EngineArguments;
import io.mooncake4j.metadata.server.MetadataServer;
import io.mooncake4j.metadata.server.MetadataServerConfiguration;
import io.mooncake4j.metadata.server.http.HttpLimits;
import io.mooncake4j.metadata.server.records.RecordLimits;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code mooncake metadata-server}: keeps a cluster's metadata until the process is told to end.
 */
@Command(
    name = "metadata-server",
    description = {
      "Keep a cluster's metadata and serve it over HTTP, for Java, C++ and Python nodes.",
      "Nodes take the address that it prints as their metadata server. There is no authentication:",
      "serve a network where every host may read and change the metadata."
    })
public final class MetadataServerCommand implements Callable<Integer> {
  static final String PACKAGE_DEFAULTS = "--package-defaults";

  private static final String MAX_VALUE = "--max-value-bytes";
  private static final String ONLY_HERE = "127.0.0.1";
  private static final String EVERYWHERE = "0.0.0.0";
  private static final int HIGHEST_PORT = 65535;
  private static final long LONGEST_VALUE = 256L << 20;

  private final EngineArguments arguments;

  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      defaultValue = "8080",
      description = "Port to listen on; 0 takes a free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--host",
      description = {
        "Address to listen on (default: " + ONLY_HERE + ", this host only). " + EVERYWHERE,
        "serves every network, as bin/mooncake_http_metadata_server does if not told otherwise."
      })
  private String host;

  @Option(
      names = "--persist",
      paramLabel = "FILE",
      description = {
        "Keep the metadata in this file too. A change is acknowledged when it is on disk."
      })
  private Path file;

  @Option(
      names = "--salvage",
      description = "Go on with the whole parts of a damaged file, and keep a copy of it.")
  private boolean salvage;

  @Option(
      names = "--max-entries",
      defaultValue = "100000",
      description = "Most records (default: ${DEFAULT-VALUE}).")
  private int entries;

  @Option(
      names = "--max-key-bytes",
      defaultValue = "4096",
      description = "Longest key (default: ${DEFAULT-VALUE}).")
  private int keyBytes;

  @Option(
      names = MAX_VALUE,
      paramLabel = "BYTES",
      defaultValue = "4m",
      converter = ByteCount.class,
      description = "Longest value (default: ${DEFAULT-VALUE}).")
  private long valueBytes;

  @Option(
      names = "--max-total-bytes",
      paramLabel = "BYTES",
      defaultValue = "256m",
      converter = ByteCount.class,
      description = "Keys and values together (default: ${DEFAULT-VALUE}).")
  private long totalBytes;

  @Option(
      names = "--max-connections",
      defaultValue = "8192",
      description = "Connections open at once (default: ${DEFAULT-VALUE}).")
  private int connections;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      description = "What to log: ${COMPLETION-CANDIDATES}.")
  @SuppressWarnings("UnusedVariable") // Declared for its check; read before the line is parsed.
  private LogLevel logLevel;

  @Option(
      names = PACKAGE_DEFAULTS,
      hidden = true,
      description = "Use the defaults of C++ Mooncake's package, for bin/.")
  private boolean packageDefaults;

  /**
   * Makes the command.
   *
   * @param arguments say something to engines alone
   */
  public MetadataServerCommand(EngineArguments arguments) {
    this.arguments = arguments;
  }

  @Override
  public Integer call() throws InterruptedException {
    arguments
        .saidToEngines()
        .ifPresent(
            words -> {
              throw new ParameterException(
                  spec.commandLine(),
                  words + " is for commands that run an engine, which this is not; leave it out");
            });
    CountDownLatch end = new CountDownLatch(1);
    MetadataServer server = MetadataServer.start(configuration());
    Thread hook =
        new Thread(
            () -> {
              server.close();
              end.countDown();
            },
            "metadata-server-close");
    Runtime.getRuntime().addShutdownHook(hook);
    spec.commandLine()
        .getOut()
        .println("Serving metadata on " + server.url() + " (" + reach() + ")");
    end.await();
    return CommandLine.ExitCode.OK;
  }

  private String reach() {
    return host().equals(ONLY_HERE)
        ? "this host only; --host=" + EVERYWHERE + " serves others too, without authentication"
        : "without authentication: who reaches it can change it";
  }

  private String host() {
    String byDefault = packageDefaults ? EVERYWHERE : ONLY_HERE;
    return host == null ? byDefault : host;
  }

  private MetadataServerConfiguration configuration() {
    check("--port", port, 0, HIGHEST_PORT);
    check("--max-entries", entries, 1, Integer.MAX_VALUE);
    check("--max-key-bytes", keyBytes, 1, HttpLimits.DEFAULT.headerBytes() / 4);
    check(MAX_VALUE, valueBytes, 1, LONGEST_VALUE);
    check("--max-total-bytes", totalBytes, 1, Long.MAX_VALUE);
    check("--max-connections", connections, 1, Integer.MAX_VALUE);
    if (host().isBlank()) {
      throw new ParameterException(
          spec.commandLine(), "--host is empty; give an address, or leave it out");
    }
    if (valueBytes > totalBytes
        && spec.commandLine().getParseResult().hasMatchedOption(MAX_VALUE)) {
      throw new ParameterException(
          spec.commandLine(),
          MAX_VALUE
              + "="
              + valueBytes
              + " contradicts --max-total-bytes="
              + totalBytes
              + ": no record can be larger than all of them together");
    }
    if (salvage && file == null) {
      throw new ParameterException(spec.commandLine(), "--salvage needs --persist");
    }
    return new MetadataServerConfiguration(
        new InetSocketAddress(host(), port),
        "--host and --port",
        file,
        salvage,
        new RecordLimits(keyBytes, entries, totalBytes),
        HttpLimits.DEFAULT.withBodyBytes((int) valueBytes).withConnections(connections));
  }

  private void check(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new ParameterException(
          spec.commandLine(), option + "=" + value + " is not in " + least + " to " + most);
    }
  }
}

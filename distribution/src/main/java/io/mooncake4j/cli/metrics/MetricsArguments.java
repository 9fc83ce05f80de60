package io.mooncake4j.cli.metrics;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.TransferEngine;
import java.net.InetSocketAddress;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every command that runs a node takes, as a mixin, to show the node's metrics. */
public final class MetricsArguments {
  /** The flag. */
  static final String FLAG = "--metrics";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = FLAG,
      paramLabel = "[HOST:]PORT",
      converter = ListenAddress.class,
      description =
          "Serve the node's metrics to Prometheus over HTTP: /metrics, and /health. Without a host"
              + " it is 127.0.0.1; port 0 takes a free one. Standard error says where.")
  private InetSocketAddress address;

  /** Makes arguments that ask for nothing. */
  public MetricsArguments() {}

  /**
   * Serves the metrics of the node's engine, if the user wants it.
   *
   * @param engine a running engine, to be closed after the endpoint
   * @return the endpoint, owned by the caller, or null when none was asked for
   * @throws MooncakeException with {@link ErrorCode#SOCKET} when it cannot listen there
   */
  public MetricsEndpoint serve(TransferEngine engine) {
    if (address == null) {
      return null;
    }
    MetricsEndpoint endpoint = MetricsEndpoint.start(engine, address);
    command.commandLine().getErr().println("metrics at " + endpoint.url());
    return endpoint;
  }
}

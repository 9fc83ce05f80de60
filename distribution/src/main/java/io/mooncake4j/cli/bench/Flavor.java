package io.mooncake4j.cli.bench;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Whose habits a program has: ours, or those of the C++ program whose name it carries. */
enum Flavor implements IDefaultValueProvider {
  /** {@code mooncake bench} and {@code mooncake validate}: nothing names machines of a lab. */
  MOONCAKE(Map.of()),

  /** {@code transfer_engine_bench} and {@code transfer_engine_validator}. */
  CLASSIC(
      Map.of(
          "--metadata_server", "192.168.3.77:2379",
          "--protocol", "rdma",
          "--device_name", "mlx5_2",
          "--segment_id", "192.168.3.76",
          "--report_format", "classic"));

  @SuppressWarnings("ImmutableEnumChecker") // Map.of makes immutable maps.
  private final Map<String, String> defaults;

  Flavor(Map<String, String> defaults) {
    this.defaults = defaults;
  }

  /** Returns the default that this flavor has in place of the declared one, or null. */
  @Override
  public String defaultValue(ArgSpec argument) {
    String name = argument instanceof OptionSpec option ? option.longestName() : "";
    if (this == CLASSIC && name.equals("--local_server_name")) {
      return hostName();
    }
    return defaults.get(name);
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost"; // A host that does not know its own name.
    }
  }
}

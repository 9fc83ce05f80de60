package io.mooncake4j.cli.bench;

import io.mooncake4j.api.EngineBuilder;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.cli.setup.EngineArguments;
import io.mooncake4j.core.options.CoreOptions;
import io.mooncake4j.core.topology.TopologyFile;
import java.util.Arrays;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The flags that choose among NICs and GPUs. */
final class DeviceFlags {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--device_name",
      paramLabel = "NAMES",
      description =
          "RDMA devices, separated by commas; no other transport looks at them (no default;"
              + " mlx5_2 as transfer_engine_bench).")
  private String deviceName;

  @Option(
      names = "--nic_priority_matrix",
      paramLabel = "FILE",
      description = "A JSON file that says which NICs serve which memory, best first.")
  private String matrix;

  @Option(
      names = "--use_vram",
      paramLabel = "BOOL",
      arity = "1",
      description =
          "Take buffers of GPU memory: refused in this release, as a C++ program that was built"
              + " for no GPU refuses the flag (default: false; C++ built for a GPU: true).")
  private Boolean useVram;

  @Option(
      names = "--gpu_id",
      paramLabel = "NUMBER",
      converter = FlagNumbers.Count.class,
      description = "Which GPU, -1 for all; only with --use_vram.")
  private Integer gpuId;

  /** Refuses what cannot be had. */
  void validate() {
    if (Boolean.TRUE.equals(useVram)) {
      throw refuse(
          "--use_vram=true: this program moves host memory alone in this release; leave it out");
    }
    if (gpuId != null) {
      throw refuse("--gpu_id=" + gpuId + " needs --use_vram=true; leave it out");
    }
    if (deviceName != null && hasEmptyName(deviceName)) {
      throw refuse("--device_name=" + deviceName + " has an empty name between its commas");
    }
    if (hasMatrix()) {
      try {
        TopologyFile.read(matrix);
      } catch (MooncakeException e) {
        throw refuse("--nic_priority_matrix: " + e.getMessage());
      }
    }
  }

  /** What the user sets by -D counts more than the default of a flag. */
  void leaveToDefinitions(EngineArguments arguments) {
    deviceName = PropertyFlags.effective(PropertyFlags.DEVICES, deviceName, arguments);
    matrix = PropertyFlags.effective(PropertyFlags.MATRIX, matrix, arguments);
  }

  private static boolean hasEmptyName(String names) {
    return !names.isEmpty() && Arrays.stream(names.split(",", -1)).anyMatch(String::isBlank);
  }

  private boolean hasMatrix() {
    return matrix != null && !matrix.isEmpty();
  }

  private ParameterException refuse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /**
   * Tells an engine about them.
   *
   * @param builder of the engine
   * @param rdma whether the engine may use RDMA devices that the user has named
   */
  void apply(EngineBuilder builder, boolean rdma) {
    if (hasMatrix()) {
      builder.option(CoreOptions.TOPOLOGY_FILE.key(), matrix);
    } else if (rdma && deviceName != null && !deviceName.isEmpty()) {
      builder.option(CoreOptions.TOPOLOGY_DEVICES.key(), deviceName);
    }
  }
}

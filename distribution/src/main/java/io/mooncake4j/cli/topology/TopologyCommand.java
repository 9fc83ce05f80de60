package io.mooncake4j.cli.topology;

import io.mooncake4j.api.EngineConfiguration;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.cli.setup.EngineArguments;
import io.mooncake4j.core.options.CoreOptions;
import io.mooncake4j.core.options.OptionResolver;
import io.mooncake4j.core.options.ResolvedOptions;
import io.mooncake4j.core.plugin.MemoryDevices;
import io.mooncake4j.core.plugin.PluginCatalog;
import io.mooncake4j.core.plugin.PluginSources;
import io.mooncake4j.core.topology.DeviceMemoryPlace;
import io.mooncake4j.core.topology.MemoryPlaces;
import io.mooncake4j.core.topology.TopologyDiscovery;
import io.mooncake4j.core.topology.TopologyDiscovery.Result;
import io.mooncake4j.core.topology.TopologyFile;
import io.mooncake4j.core.topology.TopologyJson;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mooncake topology}: prints which network devices are near which memory. */
@Command(
    name = "topology",
    description = {
      "Print which network devices are near which memory of this host.",
      "",
      "Prints what C++ Mooncake's transfer_engine_topology_dump prints, and takes its flags: per"
          + " memory location the preferred RDMA devices and the others. A file that the options"
          + " name (mooncake.topology.file, MC_CUSTOM_TOPO_JSON) counts only with --use-custom-topo.",
      ""
    },
    sortOptions = false)
public final class TopologyCommand implements Callable<Integer> {
  private final EngineArguments arguments;

  @Spec private CommandSpec spec;

  @Option(
      names = {"--device-name", "--device_name"},
      paramLabel = "NAMES",
      split = ",",
      description = "Only these RDMA devices, separated by commas; no effect on a custom matrix.")
  private List<String> devices = new ArrayList<>();

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = "auto or te, which are the same (default: ${DEFAULT-VALUE}).")
  private String backend;

  @Option(
      names = {"--use-custom-topo", "--use_custom_topo"},
      description = "Print the matrix of the file that the options name.")
  private boolean useCustom;

  @Option(
      names = {"--custom-topo-json", "--custom_topo_json"},
      paramLabel = "FILE",
      description = "Print the matrix of this file.")
  private String customFile;

  @Option(names = "--json", description = "Print the matrix alone.")
  private boolean json;

  @Option(
      names = "--sysfs",
      paramLabel = "FOLDER",
      description =
          "Look at a recorded tree, a folder with copies of sys and dev, instead of this host; its"
              + " GPUs are those of --gpu.")
  private Path sysfs;

  @Option(
      names = "--gpu",
      paramLabel = "LOCATION=PCI",
      description =
          "There is such memory at a PCI address, as in cuda:0=0000:3b:00.0; may be repeated.")
  private List<String> gpus = new ArrayList<>();

  @Option(
      names = "--explain",
      description = "Say on standard error where each device is, and why others are left out.")
  private boolean explain;

  /**
   * Makes the command.
   *
   * @param arguments what every command takes
   */
  public TopologyCommand(EngineArguments arguments) {
    this.arguments = arguments;
  }

  @Override
  public Integer call() {
    checkBackend();
    List<DeviceMemoryPlace> told = gpus.stream().map(text -> GpuPlace.parse(text, spec)).toList();
    if (!told.isEmpty() && (useCustom || customFile != null)) {
      throw new ParameterException(
          spec.commandLine(), "--gpu contradicts a custom matrix, which has rows of its own");
    }
    if (sysfs != null && !Files.isDirectory(sysfs)) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT,
          "--sysfs=" + sysfs + " is no folder; give one that holds copies of sys and dev");
    }
    TopologyDiscovery discovery =
        new TopologyDiscovery(sysfs == null ? TopologyDiscovery.HOST : sysfs);
    OptionResolver resolver = OptionResolver.of(arguments.configuration());
    Optional<String> file = file(resolver);
    Result result =
        file.isPresent()
            ? discovery.describe(TopologyFile.read(file.get()))
            : discover(discovery, resolver, told);
    print(result, file);
    return CommandLine.ExitCode.OK;
  }

  private void checkBackend() {
    switch (backend) {
      case "auto", "te" -> {
        // The one that there is.
      }
      case "tent" ->
          throw new ParameterException(
              spec.commandLine(),
              "--backend=tent: TENT is another engine of C++ Mooncake, which this one is not;"
                  + " valid: auto, te");
      default ->
          throw new ParameterException(
              spec.commandLine(), "--backend=" + backend + " is not valid; valid: auto, te");
    }
  }

  private Optional<String> file(OptionResolver resolver) {
    if (customFile != null) {
      return Optional.of(customFile);
    }
    if (!useCustom) {
      return Optional.empty();
    }
    String named = resolver.resolveCore().get(CoreOptions.TOPOLOGY_FILE);
    if (named.isBlank()) {
      throw new MooncakeException(
          ErrorCode.OPTION,
          "--use-custom-topo requires a file: set "
              + CoreOptions.TOPOLOGY_FILE
              + " or MC_CUSTOM_TOPO_JSON, or give --custom-topo-json");
    }
    return Optional.of(named);
  }

  private Result discover(
      TopologyDiscovery discovery, OptionResolver resolver, List<DeviceMemoryPlace> told) {
    if (sysfs != null) {
      return discover(discovery, resolver.resolveCore(), told, List.of());
    }
    EngineConfiguration configuration = arguments.configuration();
    try (PluginCatalog catalog = PluginCatalog.load(PluginSources.of(configuration, resolver))) {
      ResolvedOptions options = resolver.resolve(catalog.options());
      try (MemoryDevices opened = MemoryDevices.open(catalog, options)) {
        return discover(discovery, options, told, MemoryPlaces.of(opened.opened()));
      }
    }
  }

  /** What the user tells comes first, because the first place of a location counts. */
  private Result discover(
      TopologyDiscovery discovery,
      ResolvedOptions options,
      List<DeviceMemoryPlace> told,
      List<DeviceMemoryPlace> found) {
    List<DeviceMemoryPlace> memories = new ArrayList<>(told);
    memories.addAll(found);
    Set<String> wanted = new HashSet<>(devices.stream().map(String::trim).toList());
    wanted.remove("");
    Set<String> allowed = new HashSet<>(options.get(CoreOptions.TOPOLOGY_DEVICES));
    if (allowed.isEmpty()) {
      return discovery.discover(memories, wanted);
    }
    // Both filters count, and an empty set would be none.
    if (!wanted.isEmpty()) {
      allowed.retainAll(wanted);
      if (allowed.isEmpty()) {
        throw new MooncakeException(
            ErrorCode.OPTION,
            "--device-name="
                + String.join(",", devices)
                + " and "
                + CoreOptions.TOPOLOGY_DEVICES
                + "="
                + String.join(",", options.get(CoreOptions.TOPOLOGY_DEVICES))
                + " have no device in common");
      }
    }
    return discovery.discover(memories, allowed);
  }

  private void print(Result result, Optional<String> file) {
    PrintWriter out = spec.commandLine().getOut();
    String matrix = TopologyJson.write(result.topology().rows());
    if (json) {
      out.print(matrix);
    } else {
      String mode = file.map(name -> "custom (" + name + ")").orElse("discover");
      // Python's print ends the line that the matrix has ended already.
      out.print("Local topology [te/" + mode + "]: " + matrix + "\n");
    }
    out.flush();
    Explanation.print(result, explain, spec.commandLine().getErr());
  }
}

package io.mooncake4j.core.topology;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.options.CoreOptions;
import io.mooncake4j.core.options.OptionValue;
import io.mooncake4j.core.options.ResolvedOptions;
import io.mooncake4j.core.topology.TopologyDiscovery.Result;
import io.mooncake4j.spi.Topology;
import io.mooncake4j.spi.Topology.Row;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topology that an engine works with: the matrix of a file if the options name one, else what
 * is discovered. What was left out is logged.
 */
public final class EngineTopology {
  private static final Logger LOG = LoggerFactory.getLogger(EngineTopology.class);

  private EngineTopology() {}

  /**
   * Finds it.
   *
   * @param options the engine's options
   * @param discovery looks at the host
   * @param memories asked for only when there is something to discover
   * @return the topology
   * @throws MooncakeException with {@link ErrorCode#OPTION} when our own option names a file that
   *     cannot be used; a C++ variable that does is a warning
   */
  public static Topology find(
      ResolvedOptions options,
      TopologyDiscovery discovery,
      Supplier<List<DeviceMemoryPlace>> memories) {
    return find(options, discovery, memories, LOG::warn);
  }

  /**
   * Finds it for somebody who wants to know what is not as it should be.
   *
   * @param options the engine's options
   * @param discovery looks at the host
   * @param memories asked for only when there is something to discover
   * @param warnings takes sentences
   * @return the topology
   * @throws MooncakeException as the other
   */
  public static Topology find(
      ResolvedOptions options,
      TopologyDiscovery discovery,
      Supplier<List<DeviceMemoryPlace>> memories,
      Consumer<String> warnings) {
    Set<String> allowed = Set.copyOf(options.get(CoreOptions.TOPOLOGY_DEVICES));
    Optional<Map<String, Row>> rows = ofFile(options.value(CoreOptions.TOPOLOGY_FILE), warnings);
    if (rows.isPresent() && !allowed.isEmpty()) {
      warnings.accept(
          CoreOptions.TOPOLOGY_DEVICES
              + " filters what is discovered, and has no effect on "
              + CoreOptions.TOPOLOGY_FILE);
    }
    Result result =
        rows.map(discovery::describe).orElseGet(() -> discovery.discover(memories.get(), allowed));
    result.findings().forEach(finding -> tell(finding, warnings));
    return result.topology();
  }

  private static Optional<Map<String, Row>> ofFile(
      OptionValue<String> file, Consumer<String> warnings) {
    if (file.value().isBlank()) {
      return Optional.empty();
    }
    try {
      return Optional.of(TopologyFile.read(file.value()));
    } catch (MooncakeException e) {
      if (file.isFromAlias()) {
        warnings.accept(file.source() + " is ignored: " + e.getMessage());
        return Optional.empty();
      }
      throw new MooncakeException(ErrorCode.OPTION, file + ": " + e.getMessage(), e);
    }
  }

  private static void tell(Finding finding, Consumer<String> warnings) {
    if (finding.kind() == Finding.Kind.ODD) {
      warnings.accept("topology: " + finding);
    } else {
      LOG.info("topology: {}", finding);
    }
  }
}

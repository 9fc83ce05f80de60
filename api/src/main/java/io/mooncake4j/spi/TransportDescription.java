package io.mooncake4j.spi;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.config.Option;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a transport is and can do.
 *
 * @param version the plugin's version
 * @param summary one sentence for users
 * @param memoryKinds kinds of local memory it can move, such as {@code cpu} or {@code cuda}
 * @param addressSpace what its remote addresses count from
 * @param rank where several transports reach a range, the one with the higher rank is tried first;
 *     100 for networks any host has, 200 for networks with remote direct memory access, 300 for
 *     links within a host, 1000 for the engine's own copying within the process
 * @param features what it can do
 * @param limits what it cannot exceed
 * @param options its options; keys begin with {@code mooncake.<provider name>.}
 * @param onlyTransportVariables environment variables whose presence means that this transport
 *     alone is to be used, such as {@code MC_FORCE_TCP}
 * @param classicForm how C++ Mooncake's descriptors show it, or empty when C++ has no such
 *     transport
 */
public record TransportDescription(
    String version,
    String summary,
    Set<String> memoryKinds,
    AddressSpace addressSpace,
    int rank,
    Set<TransportFeature> features,
    TransportLimits limits,
    List<Option<?>> options,
    Set<String> onlyTransportVariables,
    Optional<ClassicForm> classicForm) {
  /** Copies the collections. */
  public TransportDescription {
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(summary, "summary");
    memoryKinds = Set.copyOf(memoryKinds);
    Objects.requireNonNull(addressSpace, "addressSpace");
    features = Set.copyOf(features);
    Objects.requireNonNull(limits, "limits");
    options = List.copyOf(options);
    onlyTransportVariables = Set.copyOf(onlyTransportVariables);
    Objects.requireNonNull(classicForm, "classicForm");
  }

  /**
   * Says whether the transport claims a feature.
   *
   * @param feature the feature
   * @return true when it does
   */
  public boolean has(TransportFeature feature) {
    return features.contains(feature);
  }
}

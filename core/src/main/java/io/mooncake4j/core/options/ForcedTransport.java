package io.mooncake4j.core.options;

import io.mooncake4j.spi.TransportDescription;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The environment variables of C++ Mooncake that leave one transport only, such as {@code
 * MC_FORCE_TCP}; the transports declare them.
 */
public final class ForcedTransport {
  private static final Logger LOG = LoggerFactory.getLogger(ForcedTransport.class);

  private ForcedTransport() {}

  /**
   * Finds the transport that the environment forces. A variable counts when it is present, whatever
   * it holds. Of several forced transports the one with the lowest rank is taken, because it
   * reaches most peers.
   *
   * @param descriptions the installed transports by name
   * @param environment where the variables are
   * @return the transport's name, or nothing when none is forced
   */
  public static Optional<String> find(
      Map<String, TransportDescription> descriptions, ProcessEnvironment environment) {
    List<String> forced =
        descriptions.entrySet().stream()
            .filter(
                entry ->
                    entry.getValue().onlyTransportVariables().stream()
                        .anyMatch(environment.variables()::containsKey))
            .sorted(
                Comparator.comparingInt(
                        (Map.Entry<String, TransportDescription> entry) -> entry.getValue().rank())
                    .thenComparing(Map.Entry::getKey))
            .map(Map.Entry::getKey)
            .toList();
    if (forced.size() > 1) {
      LOG.warn("the environment forces several transports {}; {} is taken", forced, forced.get(0));
    }
    return forced.stream().findFirst();
  }
}

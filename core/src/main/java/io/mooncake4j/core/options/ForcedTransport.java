package io.mooncake4j.core.options;

import io.mooncake4j.spi.TransportDescription;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * An environment variable of C++ Mooncake that leaves one transport only, such as {@code
 * MC_FORCE_TCP}; the transports declare them. It is a source of {@link CoreOptions#TRANSPORTS} as
 * the aliases of other options are, and counts when it is present, whatever it holds.
 *
 * @param variable the variable's name
 * @param transport the name of the transport that is left
 */
public record ForcedTransport(String variable, String transport) {
  /**
   * Lists what the transports declare.
   *
   * @param descriptions the installed transports by name
   * @return the one that counts first: of several forced transports the one with the lowest rank is
   *     taken, because it reaches most peers
   */
  public static List<ForcedTransport> declaredBy(Map<String, TransportDescription> descriptions) {
    List<ForcedTransport> all = new ArrayList<>();
    descriptions.entrySet().stream()
        .sorted(
            Comparator.comparingInt(
                    (Map.Entry<String, TransportDescription> entry) -> entry.getValue().rank())
                .thenComparing(Map.Entry::getKey))
        .forEach(
            entry ->
                entry.getValue().onlyTransportVariables().stream()
                    .sorted()
                    .forEach(name -> all.add(new ForcedTransport(name, entry.getKey()))));
    return List.copyOf(all);
  }

  /**
   * Describes the rule for people.
   *
   * @return how the variable counts, in a few words
   */
  public String ruleInWords() {
    return "set to anything, even nothing or 0, means " + transport;
  }
}

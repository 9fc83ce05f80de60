package io.mooncake4j.spi;

import java.util.Objects;
import java.util.Set;

/**
 * What a transport tells peers besides its entries.
 *
 * @param classic members for the top level of C++ Mooncake's descriptor, such as {@code
 *     tcp_data_port}; a map
 * @param extension members for the same transport of Java peers; a map
 * @param nics names of the network devices it has published; a handshake for one comes to {@link
 *     Transport#accept}
 * @param payloadKinds the texts before the first colon of a handshake's {@code payload} that come
 *     to {@link Transport#accept}
 */
public record Advertisement(
    Attributes classic, Attributes extension, Set<String> nics, Set<String> payloadKinds) {
  /** An advertisement that says nothing. */
  public static final Advertisement EMPTY =
      new Advertisement(Attributes.map().build(), Attributes.map().build(), Set.of(), Set.of());

  /** Copies the sets. */
  public Advertisement {
    Objects.requireNonNull(classic, "classic");
    Objects.requireNonNull(extension, "extension");
    nics = Set.copyOf(nics);
    payloadKinds = Set.copyOf(payloadKinds);
  }
}

package io.mooncake4j.core.segment;

import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.core.classic.ClassicDescriptor;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.PeerDescriptor;
import java.util.List;
import java.util.Set;

/**
 * What is known of a peer at one moment.
 *
 * @param generation grows with every change
 * @param descriptor as published
 * @param endpoint where its engine answers
 * @param routes the installed transports that reach it, best first
 * @param unreached places of the transports that it has too and that do not reach it
 * @param buffers what users see
 */
record SegmentSnapshot(
    long generation,
    ClassicDescriptor descriptor,
    Endpoint endpoint,
    List<Route> routes,
    Set<Integer> unreached,
    List<RemoteBuffer> buffers) {

  PeerDescriptor forTransport(int index) {
    Attributes extension = Attributes.emptyMap();
    for (Route route : routes) {
      if (route.via().index() == index) {
        extension = route.extension();
      }
    }
    return descriptor(generation, descriptor, endpoint, extension);
  }

  /** What a transport is told of a peer. */
  static PeerDescriptor descriptor(
      long generation, ClassicDescriptor descriptor, Endpoint endpoint, Attributes extension) {
    return new PeerDescriptor(
        generation,
        descriptor.name(),
        endpoint.host(),
        descriptor.members(),
        extension,
        JavaMember.isPresent(descriptor.extension()));
  }
}

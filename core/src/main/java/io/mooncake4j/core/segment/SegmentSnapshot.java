package io.mooncake4j.core.segment;

import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.core.classic.ClassicDescriptor;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.PeerDescriptor;
import java.util.List;

/**
 * What is known of a peer at one moment.
 *
 * @param generation grows with every change
 * @param descriptor as published
 * @param endpoint where its engine answers
 * @param routes the installed transports that reach it, best first
 * @param buffers what users see
 */
record SegmentSnapshot(
    long generation,
    ClassicDescriptor descriptor,
    Endpoint endpoint,
    List<Route> routes,
    List<RemoteBuffer> buffers) {

  PeerDescriptor forTransport(int index) {
    Attributes extension = Attributes.emptyMap();
    for (Route route : routes) {
      if (route.via().index() == index) {
        extension = route.extension();
      }
    }
    return new PeerDescriptor(
        generation,
        descriptor.name(),
        endpoint.host(),
        descriptor.members(),
        extension,
        JavaMember.isPresent(descriptor.extension()));
  }
}

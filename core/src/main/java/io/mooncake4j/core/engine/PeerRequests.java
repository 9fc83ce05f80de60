package io.mooncake4j.core.engine;

import io.mooncake4j.api.Notification;
import io.mooncake4j.core.classic.HandshakeMessages;
import io.mooncake4j.core.handshake.HandshakeService;
import io.mooncake4j.core.segment.EntryExchange;
import io.mooncake4j.core.segment.LocalSegment;
import io.mooncake4j.core.transport.InstalledTransport;
import io.mooncake4j.spi.Advertisement;
import io.mooncake4j.spi.Attributes;
import java.util.List;

/**
 * Answers what peers ask at the handshake port.
 *
 * <p>A Connection goes to the transport that published the NIC named in {@code peer_nic_path}, else
 * to the one that registered the kind of its {@code payload}; with none, the answer is all empty,
 * as C++ nodes without RDMA answer. Where several match, the best one gets it.
 */
final class PeerRequests implements HandshakeService {
  private final LocalSegment local;
  private final List<InstalledTransport> transports;
  private final NotificationQueue notifications;

  PeerRequests(
      LocalSegment local, List<InstalledTransport> transports, NotificationQueue notifications) {
    this.local = local;
    this.transports = transports;
    this.notifications = notifications;
  }

  @Override
  public byte[] metadata(Attributes peerDescriptor) {
    return local.encoded();
  }

  @Override
  public boolean notify(Notification notification) {
    return notifications.offer(notification);
  }

  @Override
  public Attributes connection(Attributes request) {
    String nicPath = request.text(HandshakeMessages.PEER_NIC_PATH, "");
    String nic = nicPath.substring(nicPath.indexOf('@') + 1);
    String payload = request.text(HandshakeMessages.PAYLOAD, "");
    int colon = payload.indexOf(':');
    String kind = colon < 0 ? payload : payload.substring(0, colon);
    if (kind.equals(EntryExchange.KIND) && colon >= 0) {
      String answer = EntryExchange.answer(payload.substring(colon + 1), local);
      return HandshakeMessages.connection(
          Attributes.map().put(HandshakeMessages.PAYLOAD, answer).build());
    }
    InstalledTransport wanted = null;
    for (InstalledTransport transport : transports) {
      Advertisement own = transport.advertisement().orElse(Advertisement.EMPTY);
      if (!nic.isEmpty() && own.nics().contains(nic)) {
        return HandshakeMessages.connection(transport.transport().accept(request));
      }
      if (wanted == null && !kind.isEmpty() && own.payloadKinds().contains(kind)) {
        wanted = transport;
      }
    }
    return wanted == null
        ? HandshakeMessages.emptyConnection()
        : HandshakeMessages.connection(wanted.transport().accept(request));
  }
}

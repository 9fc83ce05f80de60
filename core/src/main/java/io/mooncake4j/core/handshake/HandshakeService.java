package io.mooncake4j.core.handshake;

import io.mooncake4j.api.Notification;
import io.mooncake4j.spi.Attributes;

/**
 * What an engine answers at its handshake port.
 *
 * <p>Called by several threads of the server at a time. An exception fails one request: a
 * Connection is refused with its message, every other request ends without a reply. A Connection
 * may take its time; the other calls should not wait for anything.
 */
public interface HandshakeService {
  /**
   * Answers a peer that asks for the descriptor of this engine.
   *
   * @param peerDescriptor what the peer says about itself; an unchecked map, often empty
   * @return the JSON text, ended by a line feed; null when there is no descriptor yet
   */
  byte[] metadata(Attributes peerDescriptor);

  /**
   * Answers a peer whose transport wants to connect.
   *
   * @param request a map with all members of a Connection, each with its type, and whatever other
   *     members the peer sent
   * @return those members of the answer that are not empty; null for an empty answer
   */
  Attributes connection(Attributes request);

  /**
   * Takes a notification.
   *
   * @param notification what the peer says
   * @return false to refuse it
   */
  boolean notify(Notification notification);
}

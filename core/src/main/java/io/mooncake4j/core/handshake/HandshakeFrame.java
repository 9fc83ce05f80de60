package io.mooncake4j.core.handshake;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One message at the handshake port: {@code u64 length (little-endian, of type and body) | u8 type
 * | body}. Old peers send no type: the length is that of the body, and the body is a Connection.
 * Immutable as long as nobody writes into the body.
 *
 * <p>Format: Mooncake transfer engine wire format, handshake framing.
 */
final class HandshakeFrame {
  /** The greatest limit that any implementation allows. */
  static final int GREATEST_LENGTH = 128 << 20;

  static final int HEADER_BYTES = Long.BYTES;

  private final HandshakeType type;
  private final boolean typed;
  private final byte[] body;

  private HandshakeFrame(HandshakeType type, boolean typed, byte[] body) {
    this.type = type;
    this.typed = typed;
    this.body = body;
  }

  /**
   * Makes a frame.
   *
   * @param body JSON in UTF-8; handed over, not copied
   */
  static HandshakeFrame of(HandshakeType type, byte[] body) {
    return new HandshakeFrame(type, true, body);
  }

  /** Makes the frame of an old peer, without type. */
  static HandshakeFrame untyped(byte[] body) {
    return new HandshakeFrame(HandshakeType.CONNECTION, false, body);
  }

  HandshakeType type() {
    return type;
  }

  /** Says whether the peer knows types; one that does not expects an answer without. */
  boolean typed() {
    return typed;
  }

  byte[] body() {
    return body;
  }

  /** Makes the frame that answers this one. */
  HandshakeFrame answer(byte[] replyBody) {
    return new HandshakeFrame(type, typed, replyBody);
  }

  /** Returns header, type if any, and body. */
  byte[] encode() {
    int typeBytes = typed ? 1 : 0;
    ByteBuffer frame =
        ByteBuffer.allocate(HEADER_BYTES + typeBytes + body.length).order(ByteOrder.LITTLE_ENDIAN);
    frame.putLong(typeBytes + body.length);
    if (typed) {
      frame.put(type.code());
    }
    return frame.put(body).array();
  }
}

package io.mooncake4j.core.handshake;

import java.util.Locale;

/**
 * What a handshake message is about.
 *
 * <p>Format: Mooncake transfer engine wire format, handshake framing.
 */
public enum HandshakeType {
  /** Two transports agree on a connection. */
  CONNECTION(0),
  /** Two engines show each other their descriptors. */
  METADATA(1),
  /** A short message for the program. */
  NOTIFY(2),
  /** Whether an engine is there. */
  PROBE(3);

  private static final HandshakeType[] BY_CODE = {CONNECTION, METADATA, NOTIFY, PROBE};

  private final byte code;

  HandshakeType(int code) {
    this.code = (byte) code;
  }

  /** The byte that stands for it. */
  byte code() {
    return code;
  }

  static boolean isCode(byte code) {
    return code >= 0 && code < BY_CODE.length;
  }

  static HandshakeType of(byte code) {
    return BY_CODE[code];
  }

  /** Whether a peer that gets the message twice is in the same state as after the first time. */
  boolean mayBeRepeated() {
    return this == METADATA || this == PROBE;
  }

  @Override
  public String toString() {
    String name = name();
    return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
  }
}

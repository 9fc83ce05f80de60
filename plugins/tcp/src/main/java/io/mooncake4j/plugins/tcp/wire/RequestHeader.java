package io.mooncake4j.plugins.tcp.wire;

import java.nio.ByteBuffer;

/**
 * The 24 bytes in front of every request: payload size, address, opcode and seven bytes of padding,
 * little-endian (Mooncake transfer engine wire format, TCP request header).
 *
 * <p>Static and without state; buffers have to be in little-endian order.
 */
public final class RequestHeader {
  /** The length of a header. */
  public static final int BYTES = 24;

  /** Opcode: the server sends memory. Any low bits but those of {@link #WRITE} mean the same. */
  public static final int READ = 0;

  /** Opcode: the server stores the payload that follows. */
  public static final int WRITE = 1;

  /** Opcode bit of protocol v2, in which the server answers with a {@link StatusFrame}. */
  public static final int ACKNOWLEDGED = 0x80;

  private static final int ADDRESS_AT = 8;
  private static final int OPCODE_AT = 16;

  private RequestHeader() {}

  /**
   * Writes a header at the buffer's position and moves the position behind it. The padding is zero.
   *
   * @param to a little-endian buffer with room for {@link #BYTES}
   * @param size bytes of payload
   * @param address the first byte in the server's memory; unsigned
   * @param opcode the operation, with {@link #ACKNOWLEDGED} for v2
   */
  public static void put(ByteBuffer to, long size, long address, int opcode) {
    to.putLong(size).putLong(address).putLong(opcode & 0xFFL);
  }

  /**
   * Reads the payload size.
   *
   * @param from a little-endian buffer
   * @param at where the header begins
   * @return bytes; negative for sizes that no memory has
   */
  public static long size(ByteBuffer from, int at) {
    return from.getLong(at);
  }

  /**
   * Reads the address.
   *
   * @param from a little-endian buffer
   * @param at where the header begins
   * @return the first byte; unsigned
   */
  public static long address(ByteBuffer from, int at) {
    return from.getLong(at + ADDRESS_AT);
  }

  /**
   * Reads the opcode; the padding behind it may hold anything and is not looked at.
   *
   * @param from a little-endian buffer
   * @param at where the header begins
   * @return 0 to 255
   */
  public static int opcode(ByteBuffer from, int at) {
    return from.get(at + OPCODE_AT) & 0xFF;
  }

  /**
   * Says whether an opcode asks for an acknowledgement.
   *
   * @param opcode as read
   * @return true for protocol v2
   */
  public static boolean isAcknowledged(int opcode) {
    return (opcode & ACKNOWLEDGED) != 0;
  }

  /**
   * Says whether an opcode stores memory.
   *
   * @param opcode as read
   * @return false when it reads memory
   */
  public static boolean isWrite(int opcode) {
    return (opcode & ~ACKNOWLEDGED) == WRITE;
  }
}

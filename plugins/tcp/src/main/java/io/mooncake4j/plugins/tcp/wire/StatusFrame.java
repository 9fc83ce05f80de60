package io.mooncake4j.plugins.tcp.wire;

/**
 * The 8 bytes with which a v2 server answers: a magic number in the high half, a code in the low
 * half, little-endian (Mooncake transfer engine wire format, TCP status frame).
 *
 * <p>Static and without state.
 */
public final class StatusFrame {
  /** The length of a frame. */
  public static final int BYTES = 8;

  /** The request was carried out; for a read the payload follows. */
  public static final long OK = 0x4D43_5456_0000_0000L;

  /** The range is not inside one registered region; the server closes the connection. */
  public static final long REJECTED = OK | 1;

  private StatusFrame() {}

  /**
   * Says whether eight bytes are a status frame at all.
   *
   * @param frame the bytes, read as a little-endian integer
   * @return false when the magic number is missing
   */
  public static boolean isValid(long frame) {
    return frame >>> 32 == OK >>> 32;
  }

  /**
   * Returns the code of a valid frame.
   *
   * @param frame a frame
   * @return 0 for success, 1 for a rejected address
   */
  public static int code(long frame) {
    return (int) frame;
  }
}

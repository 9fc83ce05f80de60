package io.mooncake4j.core.handshake;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;

/**
 * Collects one frame from a non-blocking channel, in whatever pieces it comes.
 *
 * <p>The length is checked before anything is allocated for it, and memory grows with what has
 * really arrived, to at most twice that. For one thread.
 */
final class FrameDecoder {
  /** What reading led to. */
  enum Progress {
    /** The frame is not complete yet. */
    MORE,
    /** The frame is complete. */
    COMPLETE,
    /** The peer has closed its direction before the frame was complete. */
    ENDED
  }

  private static final int FIRST_BYTES = 4096;

  /** How much one system call and one call of {@link #read} take in, to be fair to others. */
  private static final int READ_BYTES = 64 * 1024;

  private static final int TURN_BYTES = 256 * 1024;

  private final int maxLength;
  private ByteBuffer payload;
  private final ByteBuffer header =
      ByteBuffer.allocate(HandshakeFrame.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private int length = -1;

  /**
   * Makes a decoder.
   *
   * @param maxLength the greatest length to accept
   */
  FrameDecoder(int maxLength) {
    this.maxLength = maxLength;
  }

  /**
   * Reads what is there, within bounds.
   *
   * @throws IOException when the channel fails
   * @throws MooncakeException with {@link ErrorCode#MALFORMED} or {@link ErrorCode#LIMIT_EXCEEDED}
   *     when this is no frame or one that is too long
   */
  Progress read(ReadableByteChannel channel) throws IOException {
    int bytes = 1;
    for (int turn = 0; turn < TURN_BYTES && bytes > 0; turn += bytes) {
      bytes = length < 0 ? channel.read(header) : readPayload(channel);
      if (length < 0 && !header.hasRemaining()) {
        length = checkedLength(header.getLong(0));
        payload = ByteBuffer.allocate(Math.min(length, FIRST_BYTES));
      } else if (length >= 0 && payload.position() == length) {
        return Progress.COMPLETE;
      }
    }
    return bytes < 0 ? Progress.ENDED : Progress.MORE;
  }

  private int readPayload(ReadableByteChannel channel) throws IOException {
    if (!payload.hasRemaining()) {
      int larger = (int) Math.min(length, 2L * payload.capacity());
      payload =
          ByteBuffer.wrap(Arrays.copyOf(payload.array(), larger)).position(payload.position());
    }
    boolean first = payload.position() == 0;
    // The JDK keeps a direct buffer of the size of the largest read per thread.
    payload.limit(Math.min(payload.capacity(), payload.position() + READ_BYTES));
    try {
      return channel.read(payload);
    } finally {
      payload.limit(payload.capacity());
      if (first && payload.position() > 0) {
        checkFirstByte(payload.get(0));
      }
    }
  }

  private int checkedLength(long claimed) {
    if (claimed <= 0 || claimed > HandshakeFrame.GREATEST_LENGTH) {
      throw new MooncakeException(
          ErrorCode.MALFORMED,
          "a frame claims "
              + Long.toUnsignedString(claimed)
              + " bytes; the other side does not speak the handshake protocol");
    }
    if (claimed > maxLength) {
      throw new MooncakeException(
          ErrorCode.LIMIT_EXCEEDED,
          "a frame of "
              + claimed
              + " bytes exceeds mooncake.handshake.max-length="
              + maxLength
              + "; raise it here to read what the other side sends");
    }
    return (int) claimed;
  }

  /** C++ compares signed: what is above 3 begins an old frame, what is negative is no type. */
  private static void checkFirstByte(byte first) {
    if (first < 0) {
      throw new MooncakeException(
          ErrorCode.MALFORMED, "a frame has the unknown type " + Byte.toUnsignedInt(first));
    }
  }

  /** Returns the frame; only when it is complete. */
  HandshakeFrame frame() {
    byte[] bytes = payload.array();
    if (HandshakeType.isCode(bytes[0])) {
      byte[] body = Arrays.copyOfRange(bytes, 1, length);
      return HandshakeFrame.of(HandshakeType.of(bytes[0]), body);
    }
    return HandshakeFrame.untyped(bytes);
  }

  /** Returns how many bytes of memory the frame takes so far. */
  int heldBytes() {
    return payload == null ? 0 : payload.capacity();
  }
}

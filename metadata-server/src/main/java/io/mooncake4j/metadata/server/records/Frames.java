package io.mooncake4j.metadata.server.records;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * The format of the file, big-endian.
 *
 * <pre>
 * file    magic (8) salt (8) checksum of both (4), then frames
 * frame   mark (4) length of the content (4) checksum of the head (4) checksum of the content (4)
 *         content
 * content changes: key length (4), value length or -1 for a removal (4), key, value
 * </pre>
 *
 * <p>A frame holds changes that went to disk together. Both checksums (CRC-32C) begin with the salt
 * and the frame's place in the file: bytes of a value never pass for a frame, whoever chose them.
 */
final class Frames {
  static final int FILE_HEAD_BYTES = 20;
  static final int FRAME_HEAD_BYTES = 16;

  /** Longest content: what the largest body allowed and a batch beside it come to. */
  static final int CONTENT_BYTES = 1 << 30;

  static final int MARK = 0x4d346672;

  private static final long MAGIC = 0x4d434a6d65746131L;
  private static final int CHANGE_HEAD_BYTES = 8;
  private static final int REMOVAL = -1;

  private Frames() {}

  static byte[] fileHead(long salt) {
    ByteBuffer head = ByteBuffer.allocate(FILE_HEAD_BYTES).putLong(MAGIC).putLong(salt);
    CRC32C sum = new CRC32C();
    sum.update(head.array(), 0, head.position());
    return head.putInt((int) sum.getValue()).array();
  }

  static boolean isFileHead(byte[] head) {
    ByteBuffer fields = ByteBuffer.wrap(head);
    return fields.getLong() == MAGIC && Arrays.equals(head, fileHead(fields.getLong()));
  }

  static long saltOf(byte[] fileHead) {
    return ByteBuffer.wrap(fileHead).getLong(Long.BYTES);
  }

  /** Writes changes as one frame. */
  static byte[] frame(List<Change> changes, long salt, long position) {
    long content = 0;
    for (Change change : changes) {
      content += CHANGE_HEAD_BYTES + change.key().length() + lengthOf(change.value());
    }
    if (content > CONTENT_BYTES) {
      throw new IllegalArgumentException(
          content + " bytes at once are more than the file's format takes");
    }
    ByteBuffer frame = ByteBuffer.allocate(FRAME_HEAD_BYTES + (int) content);
    frame.position(FRAME_HEAD_BYTES);
    for (Change change : changes) {
      byte[] value = change.value();
      frame.putInt(change.key().length()).putInt(value == null ? REMOVAL : value.length);
      frame.put(change.key().getBytes(StandardCharsets.ISO_8859_1));
      if (value != null) {
        frame.put(value);
      }
    }
    frame.putInt(0, MARK).putInt(4, (int) content);
    frame.putInt(8, headSum(salt, position, (int) content));
    frame.putInt(12, contentSum(salt, position, frame.array(), FRAME_HEAD_BYTES));
    return frame.array();
  }

  private static int lengthOf(byte[] value) {
    return value == null ? 0 : value.length;
  }

  /** Returns the length of the content of the frame that begins here, or -1 where none does. */
  static int contentLength(ByteBuffer head, long salt, long position) {
    int mark = head.getInt(head.position());
    int length = head.getInt(head.position() + 4);
    boolean whole =
        mark == MARK
            && length >= 0
            && length <= CONTENT_BYTES
            && head.getInt(head.position() + 8) == headSum(salt, position, length);
    return whole ? length : -1;
  }

  /** Says whether content is what the head of its frame was written for. */
  static boolean isContent(ByteBuffer head, byte[] content, long salt, long position) {
    return head.getInt(head.position() + 12) == contentSum(salt, position, content, 0);
  }

  /** Does to the records what the changes of a frame say. */
  static void apply(byte[] content, Map<String, byte[]> records) {
    ByteBuffer fields = ByteBuffer.wrap(content);
    try {
      while (fields.hasRemaining()) {
        int keyLength = fields.getInt();
        int valueLength = fields.getInt();
        String key = new String(take(fields, keyLength), StandardCharsets.ISO_8859_1);
        if (valueLength == REMOVAL) {
          records.remove(key);
        } else {
          records.put(key, take(fields, valueLength));
        }
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalStateException("a frame with a right checksum and wrong lengths", e);
    }
  }

  private static byte[] take(ByteBuffer fields, int length) {
    if (length < 0 || length > fields.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    fields.get(bytes);
    return bytes;
  }

  private static int headSum(long salt, long position, int length) {
    return (int) seeded(salt, position, length).getValue();
  }

  private static int contentSum(long salt, long position, byte[] bytes, int offset) {
    CRC32C sum = seeded(salt, position, bytes.length - offset);
    sum.update(bytes, offset, bytes.length - offset);
    return (int) sum.getValue();
  }

  private static CRC32C seeded(long salt, long position, int length) {
    ByteBuffer seed = ByteBuffer.allocate(20).putLong(salt).putLong(position).putInt(length);
    CRC32C sum = new CRC32C();
    sum.update(seed.array());
    return sum;
  }
}

package io.mooncake4j.benchmarks.peers.sockets;

import java.nio.ByteBuffer;

/**
 * What an initiator asks for, on the connection four numbers of 32 bits, big-endian: operation (0
 * read, 1 write), offset, length, times. The payload is that part of the server's memory, so many
 * times over; it follows a write's request, and is the answer to a read. A write is answered by
 * {@link #ANSWER_BYTES}: how many bytes arrived.
 *
 * @param write true: bytes go to the server; false: they come from it
 * @param offset where in the memory they begin, on either side
 * @param length bytes of memory, at least 1
 * @param times how often they are moved, at least 1
 */
record Request(boolean write, int offset, int length, int times) {
  /** Length of a request on the connection. */
  static final int BYTES = 4 * Integer.BYTES;

  /** Length of the answer to a write. */
  static final int ANSWER_BYTES = Long.BYTES;

  /**
   * Reads one.
   *
   * @param head exactly its bytes
   * @param memory how many bytes there are to be asked for
   * @throws IllegalArgumentException when it asks for something else
   */
  static Request of(ByteBuffer head, int memory) {
    int operation = head.getInt();
    int offset = head.getInt();
    int length = head.getInt();
    int times = head.getInt();
    if (operation < 0 || operation > 1) {
      throw new IllegalArgumentException(operation + " is no operation: 0 reads, 1 writes");
    }
    if (offset < 0 || length < 1 || times < 1 || (long) offset + length > memory) {
      throw new IllegalArgumentException(
          "refused: %d bytes from offset %d, %d times, of a memory of %d bytes"
              .formatted(length, offset, times, memory));
    }
    return new Request(operation == 1, offset, length, times);
  }

  /** Returns it as it travels. */
  ByteBuffer head() {
    ByteBuffer head = ByteBuffer.allocateDirect(BYTES);
    return head.putInt(write ? 1 : 0).putInt(offset).putInt(length).putInt(times).flip();
  }

  /** Returns how many bytes travel. */
  long bytes() {
    return (long) length * times;
  }
}

package io.mooncake4j.benchmarks.rivals.flight;

import io.mooncake4j.benchmarks.peers.PeerShape;
import java.nio.ByteBuffer;
import org.apache.arrow.flight.Ticket;

/**
 * What a batch is in Flight: one call with a stream of record batches; and the ticket that asks for
 * it.
 *
 * @param blockBytes bytes of a block, a row
 * @param rows blocks of one record batch
 * @param recordBatches record batches of one call
 */
record Call(int blockBytes, int rows, int recordBatches) {
  /** As much as a message should hold at least, where blocks are packed. */
  private static final int PACKED_BYTES = 1 << 20;

  /** Arrow computes the size of a vector in bits and in an int: twice this is too much. */
  private static final int MAX_BLOCK_BYTES = 128 << 20;

  /** The call for a batch; packed: as many rows in a message as make it large. */
  static Call of(PeerShape shape, boolean packed) {
    if (shape.blockBytes() > MAX_BLOCK_BYTES) {
      throw new IllegalArgumentException(
          "Arrow's vectors take no block of %d bytes: at most %d"
              .formatted(shape.blockBytes(), MAX_BLOCK_BYTES));
    }
    int rows = 1;
    if (packed) {
      while (rows < shape.batch()
          && shape.batch() % (rows * 2) == 0
          && (long) rows * 2 * shape.blockBytes() <= PACKED_BYTES) {
        rows *= 2;
      }
    }
    return new Call(shape.blockBytes(), rows, shape.batch() / rows);
  }

  Ticket ticket() {
    return new Ticket(
        ByteBuffer.allocate(3 * Integer.BYTES)
            .putInt(blockBytes)
            .putInt(rows)
            .putInt(recordBatches)
            .array());
  }

  static Call of(Ticket ticket) {
    ByteBuffer bytes = ByteBuffer.wrap(ticket.getBytes());
    return new Call(bytes.getInt(), bytes.getInt(), bytes.getInt());
  }
}

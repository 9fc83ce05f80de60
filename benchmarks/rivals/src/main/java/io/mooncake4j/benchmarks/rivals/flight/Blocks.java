package io.mooncake4j.benchmarks.rivals.flight;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.arrow.flight.OutboundStreamListener;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A record batch of one column, each row of which is a block; its validity bitmap is the only other
 * thing sent. The same memory is sent again and again, as registered memory would be.
 *
 * <p>Not safe for several threads.
 */
final class Blocks implements AutoCloseable {
  private final FixedSizeBinaryVector vector;
  private final VectorSchemaRoot root;

  Blocks(BufferAllocator allocator, int blockBytes, int blocks) {
    Field field = Field.notNullable("block", new ArrowType.FixedSizeBinary(blockBytes));
    root = VectorSchemaRoot.create(new Schema(List.of(field)), allocator);
    vector = (FixedSizeBinaryVector) root.getVector(0);
    vector.allocateNew(blocks);
    for (int i = 0; i < blocks; i++) {
      vector.setIndexDefined(i);
    }
    vector.getDataBuffer().setZero(0, (long) blocks * blockBytes);
    root.setRowCount(blocks);
  }

  VectorSchemaRoot root() {
    return root;
  }

  void set(byte[] bytes) {
    vector.getDataBuffer().setBytes(0, bytes);
  }

  /**
   * Sends so many record batches and the end of the stream, without a copy where Arrow can; there
   * is nothing to hold back, since what waits to be sent is this memory.
   */
  void send(OutboundStreamListener stream, int recordBatches) {
    for (int i = 0; i < recordBatches; i++) {
      stream.putNext();
    }
    stream.completed();
  }

  /** The bytes of the only column of a record batch received. */
  static ByteBuffer bytes(VectorSchemaRoot received) {
    FixedSizeBinaryVector vector = (FixedSizeBinaryVector) received.getVector(0);
    ArrowBuf data = vector.getDataBuffer();
    return data.nioBuffer(0, received.getRowCount() * vector.getByteWidth());
  }

  @Override
  public void close() {
    root.close();
  }
}

package io.mooncake4j.benchmarks.rivals.redis;

import io.mooncake4j.benchmarks.peers.PeerShape;
import io.mooncake4j.benchmarks.peers.PeerWorkload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One thread's connection, keys and memory; sends a batch of commands, then reads the answers. */
final class RedisWorker implements PeerWorkload.Worker {
  private static final byte[] LINE_END = {'\r', '\n'};

  private final RedisConnection connection;
  private final boolean write;
  private final ByteBuffer[] blocks;
  private final ByteBuffer[] stores;
  private final ByteBuffer[] loads;

  RedisWorker(RedisConnection connection, PeerShape shape, int thread) throws IOException {
    this.connection = connection;
    this.write = shape.write();
    int batch = shape.batch();
    blocks = new ByteBuffer[batch];
    stores = new ByteBuffer[batch * 3];
    ByteBuffer all = ByteBuffer.allocateDirect(Math.toIntExact(shape.batchBytes()));
    ByteBuffer lineEnd = direct(LINE_END);
    StringBuilder gets = new StringBuilder();
    for (int i = 0; i < batch; i++) {
      String key = "%d:%d".formatted(thread, i);
      blocks[i] = all.slice(i * shape.blockBytes(), shape.blockBytes());
      stores[3 * i] =
          direct(
              "*3\r\n$3\r\nSET\r\n$%d\r\n%s\r\n$%d\r\n"
                  .formatted(key.length(), key, shape.blockBytes())
                  .getBytes(StandardCharsets.US_ASCII));
      stores[3 * i + 1] = blocks[i].duplicate();
      stores[3 * i + 2] = lineEnd.duplicate();
      gets.append("*2\r\n$3\r\nGET\r\n$%d\r\n%s\r\n".formatted(key.length(), key));
    }
    loads = new ByteBuffer[] {direct(gets.toString().getBytes(StandardCharsets.US_ASCII))};
    if (!write) {
      store();
    }
  }

  /** This thread's memory of block i. */
  ByteBuffer block(int i) {
    return blocks[i].duplicate();
  }

  @Override
  public void moveBatch() throws IOException {
    if (write) {
      store();
    } else {
      load();
    }
  }

  void store() throws IOException {
    rewind(stores);
    connection.writeFully(stores);
    for (int i = 0; i < blocks.length; i++) {
      connection.readStored();
    }
  }

  /**
   * Asks for all, then reads all: redis-server keeps reading commands while answers wait, so that
   * neither side can block the other.
   */
  void load() throws IOException {
    rewind(loads);
    connection.writeFully(loads);
    for (ByteBuffer block : blocks) {
      connection.readValue(block.rewind());
    }
  }

  private static void rewind(ByteBuffer[] parts) {
    for (ByteBuffer part : parts) {
      part.rewind();
    }
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}

package io.mooncake4j.benchmarks.peers.sockets;

import java.nio.ByteBuffer;

/** Memory outside the heap, every page of which has been written. */
final class Memory {
  private Memory() {}

  /**
   * Makes it.
   *
   * @param bytes how much
   */
  static ByteBuffer of(int bytes) {
    ByteBuffer memory = ByteBuffer.allocateDirect(bytes);
    while (memory.remaining() >= Long.BYTES) {
      memory.putLong(memory.position());
    }
    return memory.clear();
  }
}

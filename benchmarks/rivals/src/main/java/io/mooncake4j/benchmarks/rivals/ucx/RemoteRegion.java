package io.mooncake4j.benchmarks.rivals.ucx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * What the server tells of the memory and the worker of one of its threads; as text, the form in
 * which it crosses the pipe between the processes.
 *
 * @param address where the memory begins in the server
 * @param remoteKey UCX's key to it, in direct memory
 * @param worker UCX's address of the worker that serves it, in direct memory
 */
record RemoteRegion(long address, ByteBuffer remoteKey, ByteBuffer worker) {
  private static final HexFormat HEX = HexFormat.of();
  private static final int PARTS = 3;

  String toText() {
    return "%x,%s,%s".formatted(address, hex(remoteKey), hex(worker));
  }

  static RemoteRegion parse(String text) throws IOException {
    String[] parts = text.split(",", -1);
    if (parts.length != PARTS) {
      throw new IOException("the server tells no region but '" + text + "'");
    }
    return new RemoteRegion(
        Long.parseUnsignedLong(parts[0], 16), buffer(parts[1]), buffer(parts[2]));
  }

  private static String hex(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return HEX.formatHex(bytes);
  }

  private static ByteBuffer buffer(String hex) {
    byte[] bytes = HEX.parseHex(hex);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }
}

package com.example.courier;

import io.mooncake4j.spi.LocalRegion;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * A header {opcode, address, length}, the counter's word whether it knows the range, the bytes one
 * way or the other, and after a write the counter's word that they are in its memory.
 */
final class Protocol {
  static final byte READ = 0;
  static final byte WRITE = 1;
  static final byte YES = 0;
  static final byte NO = 1;
  static final int HEADER_BYTES = 17;
  static final long MAX_BYTES = 1 << 20;

  private Protocol() {}

  /** A range of host memory, which lies in one window because it is short enough. */
  static ByteBuffer range(LocalRegion region, long offset, long length) {
    int window = region.windowIndex(offset);
    int start = (int) (offset - region.windowStart(window));
    return region.window(window).duplicate().limit(start + (int) length).position(start);
  }

  static void send(SocketChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  static void sendByte(SocketChannel channel, byte value) throws IOException {
    send(channel, ByteBuffer.wrap(new byte[] {value}));
  }

  static void receive(SocketChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new EOFException("the other side closed the connection");
      }
    }
  }

  static byte receiveByte(SocketChannel channel) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    receive(channel, one);
    return one.get(0);
  }
}

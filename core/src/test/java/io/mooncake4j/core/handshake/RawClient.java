package io.mooncake4j.core.handshake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** A socket on which a test sends whatever it likes. */
final class RawClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;

  private final Socket socket = new Socket();

  RawClient(int port) throws IOException {
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
  }

  /** A typed frame. */
  static byte[] frame(int type, String body) {
    byte[] text = body.getBytes(UTF_8);
    return ByteBuffer.allocate(9 + text.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(1 + text.length)
        .put((byte) type)
        .put(text)
        .array();
  }

  /** Only the length, and some bytes behind it. */
  static byte[] header(long length, byte... behind) {
    return ByteBuffer.allocate(8 + behind.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(behind)
        .array();
  }

  static byte[] hex(String bytes) {
    return HexFormat.ofDelimiter(" ").parseHex(bytes);
  }

  RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** Everything up to the end of the stream; a reset counts as its end. */
  byte[] readAll() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(all);
    } catch (SocketException e) {
      // The server drops bad clients without reading what they still send.
    }
    return all.toByteArray();
  }

  String readText() throws IOException {
    return new String(readAll(), UTF_8);
  }

  void shutdownOutput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

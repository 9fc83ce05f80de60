package io.mooncake4j.plugins.tcp;

import io.mooncake4j.plugins.tcp.wire.RequestHeader;
import io.mooncake4j.testkit.TransportHarness;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** A bare socket to a transport's data port. */
final class RawClient implements AutoCloseable {
  static final String OK = "000000005654434d";
  static final String REJECTED = "010000005654434d";

  private static final int READ_TIMEOUT_MILLIS = 20_000;

  final Socket socket = new Socket();
  final DataInputStream in;
  final OutputStream out;

  RawClient(TransportHarness target) throws IOException {
    long port = target.document().classic().integer("tcp_data_port");
    socket.setSoTimeout(READ_TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    socket.connect(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), (int) port), READ_TIMEOUT_MILLIS);
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  static byte[] header(long size, long address, int opcode) {
    byte[] bytes = new byte[RequestHeader.BYTES];
    RequestHeader.put(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), size, address, opcode);
    return bytes;
  }

  static byte[] write(long address, int opcode, byte[] payload) {
    return join(header(payload.length, address, opcode), payload);
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  RawClient send(byte[]... parts) throws IOException {
    out.write(join(parts));
    return this;
  }

  /** Reads so many bytes, as hexadecimal digits. */
  String receive(int count) throws IOException {
    byte[] bytes = new byte[count];
    in.readFully(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** Whether the server has closed the connection in an orderly way, without another byte. */
  boolean isAtEnd() throws IOException {
    return in.read() < 0;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

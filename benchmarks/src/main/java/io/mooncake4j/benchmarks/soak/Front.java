package io.mooncake4j.benchmarks.soak;

import io.mooncake4j.testkit.CutRelay;
import io.mooncake4j.testkit.CutRelay.Manner;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address under which an engine's peers know it, and which stays when its process is replaced.
 *
 * <p>Handshakes are forwarded, and the engine's name and data port in the answers are replaced by
 * those of this front, so that the data goes through a relay, too. Both can be broken at will.
 */
final class Front implements AutoCloseable {
  private static final Pattern DATA_PORT = Pattern.compile("(\"tcp_data_port\"\\s*:\\s*)(\\d+)");
  private static final int BACKLOG = 100;
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final int MAX_FRAME = 2 << 20;

  private final ServerSocket listener;
  private final CutRelay data = new CutRelay(1);
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "front");
            thread.setDaemon(true);
            return thread;
          });
  private volatile String engine = "";
  private volatile boolean refusing;

  Front() {
    try {
      listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  /** The segment's name for its peers. */
  String name() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** Stands before another engine from now on; its name is its handshake address. */
  void standBefore(String name) {
    engine = name;
  }

  void refuse(boolean on) {
    refusing = on;
    data.refuse(on);
  }

  int cut(Manner manner) {
    return data.cutAll(manner);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket near = listener.accept();
        threads.execute(() -> serve(near));
      } catch (IOException e) {
        // The front is closed, which the loop finds out.
        assert listener.isClosed() : e;
      }
    }
  }

  private void serve(Socket near) {
    String name = engine;
    try (near) {
      if (refusing || name.isEmpty()) {
        return;
      }
      near.setSoTimeout(TIMEOUT_MILLIS);
      int port = Integer.parseInt(name.substring(name.lastIndexOf(':') + 1));
      byte[] request = frame(new DataInputStream(near.getInputStream()));
      try (Socket far = new Socket(InetAddress.getLoopbackAddress(), port)) {
        far.setSoTimeout(TIMEOUT_MILLIS);
        far.getOutputStream().write(framed(request));
        byte[] answer = frame(new DataInputStream(far.getInputStream()));
        near.getOutputStream().write(framed(rewritten(answer, name)));
      }
    } catch (IOException e) {
      // One of the two has gone, which the other sees as the end of its connection.
      return;
    }
  }

  private byte[] rewritten(byte[] answer, String name) {
    String text = new String(answer, StandardCharsets.UTF_8).replace(name, name());
    Matcher port = DATA_PORT.matcher(text);
    if (port.find() && Integer.parseInt(port.group(2)) > 0) {
      data.redirect(Integer.parseInt(port.group(2)));
      text = port.replaceFirst("$1" + data.port());
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The type, if there is one, and the body. */
  private static byte[] frame(DataInputStream in) throws IOException {
    byte[] length = new byte[Long.BYTES];
    in.readFully(length);
    long bytes = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (bytes < 0 || bytes > MAX_FRAME) {
      throw new IOException("a frame of " + bytes + " bytes");
    }
    byte[] frame = new byte[(int) bytes];
    in.readFully(frame);
    return frame;
  }

  private static byte[] framed(byte[] frame) {
    return ByteBuffer.allocate(Long.BYTES + frame.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(frame.length)
        .put(frame)
        .array();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
    data.close();
  }
}

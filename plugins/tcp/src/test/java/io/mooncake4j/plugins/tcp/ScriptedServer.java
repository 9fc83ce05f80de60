package io.mooncake4j.plugins.tcp;

import io.mooncake4j.plugins.tcp.wire.RequestHeader;
import io.mooncake4j.plugins.tcp.wire.StatusFrame;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.RemoteEntry;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.EngineNode;
import io.mooncake4j.testkit.SegmentDocument;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/** A peer on loopback that does to each connection what a script says, the last one for ever. */
final class ScriptedServer implements AutoCloseable {
  /** Where the peer claims to have memory. */
  static final long BASE = 0x7f00_0000_0000L;

  private static final int BACKLOG = 50;

  /** What happens on one connection; the socket is closed when it returns. */
  interface Script {
    void serve(Link link) throws IOException, InterruptedException;
  }

  /** A request as it came; the payload in hexadecimal digits. */
  record Received(int connection, long size, long address, int opcode, String payload) {}

  /** One connection of the initiator. */
  final class Link {
    final int number;
    final Socket socket;
    final DataInputStream in;
    final OutputStream out;
    private volatile boolean over;

    Link(int number, Socket socket) throws IOException {
      this.number = number;
      this.socket = socket;
      in = new DataInputStream(socket.getInputStream());
      out = socket.getOutputStream();
    }

    Received receive() throws IOException {
      byte[] header = bytes(RequestHeader.BYTES);
      ByteBuffer buffer = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
      int opcode = RequestHeader.opcode(buffer, 0);
      long size = RequestHeader.size(buffer, 0);
      byte[] payload = bytes(RequestHeader.isWrite(opcode) ? Math.toIntExact(size) : 0);
      String hex = HexFormat.of().formatHex(payload);
      Received request = new Received(number, size, RequestHeader.address(buffer, 0), opcode, hex);
      received.add(request);
      return request;
    }

    /** Whether the initiator sends nothing for so long; what it sends instead is lost. */
    boolean isSilent(int millis) throws IOException {
      socket.setSoTimeout(millis);
      try {
        in.readByte();
        return false;
      } catch (SocketTimeoutException e) {
        return true;
      } finally {
        socket.setSoTimeout(0);
      }
    }

    byte[] bytes(int count) throws IOException {
      byte[] bytes = new byte[count];
      in.readFully(bytes);
      return bytes;
    }

    void status(long frame) throws IOException {
      byte[] bytes = new byte[StatusFrame.BYTES];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(frame);
      out.write(bytes);
    }

    /** Answers all requests as a v2 server with memory that is all ones. */
    void serveWell() throws IOException {
      while (true) {
        Received request = receive();
        status(StatusFrame.OK);
        if (!RequestHeader.isWrite(request.opcode)) {
          byte[] ones = new byte[Math.toIntExact(request.size)];
          java.util.Arrays.fill(ones, (byte) 1);
          out.write(ones);
        }
      }
    }

    /** Stays until the initiator has gone. */
    void awaitEnd() throws IOException {
      in.transferTo(OutputStream.nullOutputStream());
    }

    /** Closes so that the initiator sees a reset. */
    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }

  final List<Received> received = new CopyOnWriteArrayList<>();
  private final List<Link> links = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ServerSocket listener;
  private final List<Script> scripts;

  ScriptedServer(Script... scripts) {
    this.scripts = List.of(scripts);
    try {
      listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread accept = new Thread(this::accept, "scripted-accept");
    threads.add(accept);
    accept.start();
  }

  /** A latch that is open when the server closes, to wait for in scripts. */
  CountDownLatch closing() {
    return closing;
  }

  int connections() {
    return links.size();
  }

  /** Waits until at most so many connections, the latest ones, are still served. */
  void awaitIdle(int latest) {
    Await.until(
        () -> links.stream().limit(Math.max(0, links.size() - latest)).allMatch(link -> link.over),
        "the script has left the connections");
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Link link = new Link(links.size(), listener.accept());
        links.add(link);
        Script script = scripts.get(Math.min(link.number, scripts.size() - 1));
        Thread thread = new Thread(() -> run(script, link), "scripted-" + link.number);
        threads.add(thread);
        thread.start();
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void run(Script script, Link link) {
    try (link.socket) {
      script.serve(link);
    } catch (IOException | InterruptedException e) {
      // The initiator has gone, or the test has ended: that is what scripts wait for.
      return;
    } finally {
      link.over = true;
    }
  }

  EngineNode node(int version) {
    return node("127.0.0.1", classic(version));
  }

  /** Stands for an engine like ours. */
  EngineNode javaNode() {
    return node("127.0.0.1", classic(2), true);
  }

  private Attributes.MapBuilder classic(int version) {
    return Attributes.map().put("tcp_data_port", port()).put("tcp_proto_version", version);
  }

  int port() {
    return listener.getLocalPort();
  }

  static EngineNode node(Attributes.MapBuilder classic) {
    return node("127.0.0.1", classic);
  }

  static EngineNode node(String host, Attributes.MapBuilder classic) {
    return node(host, classic, false);
  }

  private static EngineNode node(String host, Attributes.MapBuilder classic, boolean fromJava) {
    RemoteEntry entry = new RemoteEntry("scripted", BASE, 1L << 40, Attributes.emptyMap());
    return EngineNode.of(
        new SegmentDocument(
            "scripted", host, fromJava, classic.build(), Attributes.emptyMap(), List.of(entry)));
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      listener.close();
      for (Link link : links) {
        link.socket.close();
      }
      for (Thread thread : threads) {
        thread.join(10_000);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

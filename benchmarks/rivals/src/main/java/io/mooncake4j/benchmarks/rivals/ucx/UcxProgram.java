package io.mooncake4j.benchmarks.rivals.ucx;

import io.mooncake4j.benchmarks.peers.PeerProgram;
import io.mooncake4j.benchmarks.peers.PeerShape;
import io.mooncake4j.benchmarks.peers.PeerWorkload;
import io.mooncake4j.benchmarks.peers.ServerProcess;
import io.mooncake4j.benchmarks.peers.UnsupportedPeerException;
import io.mooncake4j.benchmarks.rivals.Pattern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.openucx.jucx.UcxException;
import org.openucx.jucx.ucp.UcpContext;

/**
 * UCX at the work of the comparison: a write is put, a read is get, each thread has a worker, an
 * endpoint and memory of its own. Which transports UCX uses it takes from the environment (UCX_TLS,
 * UCX_NET_DEVICES).
 */
public final class UcxProgram implements PeerWorkload {
  private final String transports;
  private final UcpContext context;
  private final ServerProcess server;

  private UcxProgram(String transports) throws IOException, UnsupportedPeerException {
    this.transports = transports;
    try {
      context = Waiting.context();
    } catch (UcxException | LinkageError e) {
      throw new UnsupportedPeerException(
          "JUCX cannot use this machine's UCX (Debian's package libucx0): " + e);
    }
    server = new ServerProcess(ServerProcess.javaCommand(UcxServer.class));
    server.readLine();
  }

  /**
   * Runs the program.
   *
   * @param arguments what to call UCX's transports
   */
  public static void main(String[] arguments) {
    PeerProgram.main(() -> new UcxProgram(String.join(" ", arguments)));
  }

  @Override
  public String name() {
    return "UCX over " + transports;
  }

  @Override
  public String version() {
    return "JUCX %s, UCX %s".formatted(jucxVersion(), libraryVersion());
  }

  @Override
  public List<Long> serverPids() {
    return List.of(server.pid());
  }

  @Override
  public Session open(PeerShape shape) throws IOException {
    return new UcxSession(shape);
  }

  @Override
  public void verify() throws IOException {
    PeerShape shape = new PeerShape(true, Pattern.BYTES, 2, 1);
    try (UcxSession session = new UcxSession(shape);
        UcxWorker worker = session.worker(0)) {
      byte[] both = new byte[2 * Pattern.BYTES];
      System.arraycopy(Pattern.bytes(1), 0, both, 0, Pattern.BYTES);
      System.arraycopy(Pattern.bytes(2), 0, both, Pattern.BYTES, Pattern.BYTES);
      worker.memory().put(both);
      worker.put();
      worker.memory().put(new byte[both.length]);
      worker.get();
      Pattern.check(both, worker.memory());
    }
  }

  /** From the name of the jar, which holds no version inside. */
  private static String jucxVersion() {
    return Stream.of(System.getProperty("java.class.path").split(":"))
        .map(entry -> String.valueOf(Path.of(entry).getFileName()))
        .filter(name -> name.startsWith("jucx-"))
        .map(name -> name.replaceAll("^jucx-|\\.jar$", ""))
        .findFirst()
        .orElse("of unknown version");
  }

  /** What Debian says of the library that this process has loaded. */
  private static String libraryVersion() {
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      String library =
          maps.filter(line -> line.contains("/libucp.so"))
              .map(line -> line.substring(line.indexOf('/')))
              .findFirst()
              .orElse("libucp");
      ServerProcess dpkg =
          new ServerProcess(List.of("dpkg-query", "-W", "-f", "${Version}\\n", "libucx0"));
      try (dpkg) {
        return dpkg.readLine() + " (" + library + ")";
      }
    } catch (IOException e) {
      return "of unknown version";
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    context.close();
  }

  /** Workers and memory of the server for one run. */
  private final class UcxSession implements Session {
    private final PeerShape shape;
    private final String[] regions;

    UcxSession(PeerShape shape) throws IOException {
      this.shape = shape;
      // The answer's first word is its name.
      regions =
          server.ask("open %d %d".formatted(shape.threads(), shape.batchBytes())).split(" ", -1);
    }

    @Override
    public UcxWorker worker(int thread) throws IOException {
      return new UcxWorker(context, shape, RemoteRegion.parse(regions[1 + thread]));
    }

    @Override
    public void close() throws IOException {
      server.ask("close");
    }
  }
}

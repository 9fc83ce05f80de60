package io.mooncake4j.benchmarks.rivals.redis;

import io.mooncake4j.benchmarks.peers.PeerProgram;
import io.mooncake4j.benchmarks.peers.PeerShape;
import io.mooncake4j.benchmarks.peers.PeerWorkload;
import io.mooncake4j.benchmarks.peers.UnsupportedPeerException;
import io.mooncake4j.benchmarks.rivals.Pattern;
import java.io.IOException;
import java.util.List;

/**
 * Redis at the work of the comparison: a write is SET, a read is GET, a batch is pipelined on one
 * connection for each thread, every block has a key of its own.
 */
public final class RedisProgram implements PeerWorkload {
  private final RedisServer server;
  private final String version;

  private RedisProgram() throws IOException, UnsupportedPeerException {
    version = RedisServer.version();
    server = RedisServer.start();
  }

  /**
   * Runs the program.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    PeerProgram.main(RedisProgram::new);
  }

  @Override
  public String name() {
    return "Redis";
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public List<Long> serverPids() {
    return List.of(server.pid());
  }

  @Override
  public Session open(PeerShape shape) {
    return new Session() {
      @Override
      public Worker worker(int thread) throws IOException {
        return new RedisWorker(connect(), shape, thread);
      }

      @Override
      public void close() throws IOException {
        try (RedisConnection connection = connect()) {
          connection.removeAll();
        }
      }
    };
  }

  @Override
  public void verify() throws IOException {
    PeerShape shape = new PeerShape(true, Pattern.BYTES, 2, 1);
    try (RedisWorker worker = new RedisWorker(connect(), shape, 0)) {
      byte[] first = Pattern.bytes(1);
      byte[] second = Pattern.bytes(2);
      worker.block(0).put(first);
      worker.block(1).put(second);
      worker.store();
      worker.block(0).put(second);
      worker.block(1).put(first);
      worker.load();
      Pattern.check(first, worker.block(0).rewind());
      Pattern.check(second, worker.block(1).rewind());
    }
    open(shape).close();
  }

  private RedisConnection connect() throws IOException {
    return RedisConnection.open(server.address(), () -> false);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}

package io.mooncake4j.benchmarks.rivals.flight;

import io.mooncake4j.benchmarks.peers.PeerProgram;
import io.mooncake4j.benchmarks.peers.PeerShape;
import io.mooncake4j.benchmarks.peers.PeerWorkload;
import io.mooncake4j.benchmarks.peers.ServerProcess;
import io.mooncake4j.benchmarks.rivals.Pattern;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * Arrow Flight at the work of the comparison: a batch is one DoGet or DoPut, each thread has a
 * connection of its own. Each block is a record batch of its own, or, with the argument "packed", a
 * row of record batches of about a MiB, which is how Flight is fast with small blocks.
 */
public final class FlightProgram implements PeerWorkload {
  private final boolean packed;
  private final BufferAllocator allocator = new RootAllocator();
  private final ServerProcess server;
  private final Location location;

  private FlightProgram(boolean packed) throws IOException {
    this.packed = packed;
    server = new ServerProcess(ServerProcess.javaCommand(BlockServer.class));
    location = Location.forGrpcInsecure("127.0.0.1", Integer.parseInt(server.readLine()));
  }

  /**
   * Runs the program.
   *
   * @param arguments "packed" or none
   */
  public static void main(String[] arguments) {
    boolean packed = List.of(arguments).contains("packed");
    PeerProgram.main(() -> new FlightProgram(packed));
  }

  @Override
  public String name() {
    return packed ? "Arrow Flight, packed" : "Arrow Flight";
  }

  @Override
  public String version() {
    String version = FlightClient.class.getPackage().getImplementationVersion();
    return version == null ? "of unknown version" : version;
  }

  @Override
  public List<Long> serverPids() {
    return List.of(server.pid());
  }

  @Override
  public Session open(PeerShape shape) {
    return new Session() {
      @Override
      public Worker worker(int thread) {
        return new FlightWorker(allocator, location, Call.of(shape, packed), shape.write());
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void verify() throws IOException {
    byte[] pattern = Pattern.bytes(1);
    try (FlightWorker worker =
        new FlightWorker(allocator, location, new Call(Pattern.BYTES, 1, 2), true)) {
      worker.blocks().set(pattern);
      worker.put();
      worker.get(received -> Pattern.check(pattern, received));
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    allocator.close();
  }
}

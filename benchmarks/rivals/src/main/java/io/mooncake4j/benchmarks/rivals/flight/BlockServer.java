package io.mooncake4j.benchmarks.rivals.flight;

import io.mooncake4j.benchmarks.rivals.Pattern;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.NoOpFlightProducer;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * Answers DoGet with blocks and takes those of DoPut, which it leaves in the memory that Arrow
 * received them in. It prints its port and ends when its input ends.
 *
 * <p>The pattern's blocks are kept from DoPut and given back by DoGet, so that the other side can
 * compare them.
 */
public final class BlockServer extends NoOpFlightProducer {
  private final BufferAllocator allocator;

  /**
   * Record batches that no call is sending; one that several calls sent would be shared by threads.
   */
  private final Map<Call, Queue<Blocks>> idle = new ConcurrentHashMap<>();

  private volatile byte[] kept = new byte[0];

  private BlockServer(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  /**
   * Runs it.
   *
   * @param arguments none
   * @throws IOException when it cannot listen, or the pipe to the initiator breaks
   */
  public static void main(String[] arguments) throws IOException {
    PrintStream out = System.out;
    System.setOut(System.err);
    BufferAllocator allocator = new RootAllocator();
    FlightServer server =
        FlightServer.builder(
                allocator, Location.forGrpcInsecure("127.0.0.1", 0), new BlockServer(allocator))
            .build()
            .start();
    out.println(server.getPort());
    while (System.in.read() >= 0) {
      // Nothing is asked here; only the end of the input matters.
    }
    // All of it is memory and sockets, which go with the process.
    Runtime.getRuntime().halt(0);
  }

  @Override
  public void getStream(CallContext context, Ticket ticket, ServerStreamListener listener) {
    Call call = Call.of(ticket);
    Queue<Blocks> queue = idle.computeIfAbsent(call, key -> new ConcurrentLinkedQueue<>());
    Blocks found = queue.poll();
    Blocks blocks = found != null ? found : new Blocks(allocator, call.blockBytes(), call.rows());
    if (call.blockBytes() == Pattern.BYTES) {
      blocks.set(kept);
    }
    listener.setUseZeroCopy(true);
    listener.start(blocks.root());
    blocks.send(listener, call.recordBatches());
    queue.add(blocks);
  }

  @Override
  public Runnable acceptPut(
      CallContext context, FlightStream stream, StreamListener<PutResult> acknowledgement) {
    return () -> {
      try (stream) {
        while (stream.next()) {
          keep(Blocks.bytes(stream.getRoot()));
        }
        acknowledgement.onCompleted();
      } catch (Exception e) {
        acknowledgement.onError(
            CallStatus.INTERNAL.withDescription(e.toString()).withCause(e).toRuntimeException());
      }
    };
  }

  private void keep(ByteBuffer block) {
    if (block.remaining() == Pattern.BYTES) {
      byte[] copy = new byte[block.remaining()];
      block.get(copy);
      kept = copy;
    }
  }
}

package io.mooncake4j.benchmarks.rivals.flight;

import io.mooncake4j.benchmarks.peers.PeerWorkload;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.arrow.flight.AsyncPutListener;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;

/**
 * One thread's connection: a batch is one call. What is read stays in the memory that Arrow
 * received it in, which is how Flight is used.
 */
final class FlightWorker implements PeerWorkload.Worker {
  private static final FlightDescriptor DESCRIPTOR = FlightDescriptor.path("blocks");

  private final FlightClient client;
  private final Call call;
  private final Ticket ticket;
  private final Blocks blocks;
  private final boolean write;

  FlightWorker(BufferAllocator allocator, Location server, Call call, boolean write) {
    this.call = call;
    this.write = write;
    ticket = call.ticket();
    blocks = new Blocks(allocator, call.blockBytes(), call.rows());
    client = FlightClient.builder(allocator, server).build();
  }

  Blocks blocks() {
    return blocks;
  }

  @Override
  public void moveBatch() throws IOException {
    if (write) {
      put();
    } else {
      get(received -> {});
    }
  }

  void put() {
    FlightClient.ClientStreamListener stream = client.startPut(DESCRIPTOR, new AsyncPutListener());
    stream.setUseZeroCopy(true);
    stream.start(blocks.root());
    blocks.send(stream, call.recordBatches());
    stream.getResult();
  }

  @SuppressWarnings("try") // Should closing be interrupted, the run fails all the same.
  void get(Sink sink) throws IOException {
    long rows = 0;
    try (FlightStream stream = client.getStream(ticket)) {
      while (stream.next()) {
        rows += stream.getRoot().getRowCount();
        sink.received(Blocks.bytes(stream.getRoot()));
      }
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the stream cannot be closed: " + e, e);
    }
    if (rows != (long) call.rows() * call.recordBatches()) {
      throw new IOException("asked for " + call + ", received " + rows + " rows");
    }
  }

  @Override
  public void close() throws IOException {
    blocks.close();
    try {
      client.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the connection was being closed", e);
    }
  }

  /** Sees what was received. */
  interface Sink {
    /** One record batch's blocks; valid during the call. */
    void received(ByteBuffer bytes);
  }
}

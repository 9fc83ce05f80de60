package io.mooncake4j.benchmarks.rivals.ucx;

import io.mooncake4j.benchmarks.peers.PeerShape;
import io.mooncake4j.benchmarks.peers.PeerWorkload;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.openucx.jucx.UcxUtils;
import org.openucx.jucx.ucp.UcpContext;
import org.openucx.jucx.ucp.UcpEndpoint;
import org.openucx.jucx.ucp.UcpEndpointParams;
import org.openucx.jucx.ucp.UcpMemMapParams;
import org.openucx.jucx.ucp.UcpMemory;
import org.openucx.jucx.ucp.UcpRemoteKey;
import org.openucx.jucx.ucp.UcpRequest;
import org.openucx.jucx.ucp.UcpWorker;
import org.openucx.jucx.ucp.UcpWorkerParams;

/**
 * One thread's worker, endpoint and memory: starts all blocks of a batch as implicit put or get,
 * then flushes, which is complete when the other side has all.
 */
final class UcxWorker implements PeerWorkload.Worker {
  private final PeerShape shape;
  private final UcpWorker worker;
  private final Waiting waiting;
  private final UcpMemory memory;
  private final UcpEndpoint endpoint;
  private final UcpRemoteKey remoteKey;
  private final long local;
  private final long remote;

  UcxWorker(UcpContext context, PeerShape shape, RemoteRegion region) {
    this.shape = shape;
    worker = context.newWorker(new UcpWorkerParams());
    waiting = new Waiting(worker);
    memory = context.memoryMap(new UcpMemMapParams().allocate().setLength(shape.batchBytes()));
    endpoint = worker.newEndpoint(new UcpEndpointParams().setUcpAddress(region.worker()));
    remoteKey = endpoint.unpackRemoteKey(region.remoteKey());
    local = memory.getAddress();
    remote = region.address();
  }

  /** This thread's memory, as long as the worker is open. */
  ByteBuffer memory() {
    return UcxUtils.getByteBufferView(local, shape.batchBytes());
  }

  @Override
  public void moveBatch() throws IOException {
    if (shape.write()) {
      put();
    } else {
      get();
    }
  }

  void put() throws IOException {
    long length = shape.blockBytes();
    for (long offset = 0; offset < shape.batchBytes(); offset += length) {
      endpoint.putNonBlockingImplicit(local + offset, length, remote + offset, remoteKey);
    }
    complete(endpoint.flushNonBlocking(null));
  }

  void get() throws IOException {
    long length = shape.blockBytes();
    for (long offset = 0; offset < shape.batchBytes(); offset += length) {
      endpoint.getNonBlockingImplicit(remote + offset, remoteKey, local + offset, length);
    }
    complete(endpoint.flushNonBlocking(null));
  }

  private void complete(UcpRequest request) throws IOException {
    while (!request.isCompleted()) {
      waiting.progress();
    }
    if (request.getStatus() < 0) {
      throw new IOException("UCX ended the batch with status " + request.getStatus());
    }
  }

  @Override
  public void close() throws IOException {
    remoteKey.close();
    complete(endpoint.closeNonBlockingFlush());
    memory.close();
    worker.close();
  }
}

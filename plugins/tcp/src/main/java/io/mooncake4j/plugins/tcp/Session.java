package io.mooncake4j.plugins.tcp;

import io.mooncake4j.plugins.tcp.wire.RequestHeader;
import io.mooncake4j.plugins.tcp.wire.StatusFrame;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.TransportContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves one connection of a peer, v1 and v2 requests in the order in which they come.
 *
 * <p>What is staged by one system call is answered together: acknowledgements of several writes go
 * out with one system call, and so do the answers to several reads. Everything collected goes out
 * before the session waits for more input. A hello frame of a later version (opcode 0xFF, size 0)
 * is rejected like any request of size 0, as C++ Mooncake does.
 */
final class Session implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  /** How long a rejected peer may take to read the rejection. */
  private static final long FAREWELL_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Writes from this length on are followed by writes alike, so little is staged behind them. */
  private static final int LONG_BYTES = 64 << 10;

  private static final int STAGING_BEFORE_LONG = 4 << 10;

  /** What a session needs to go on. */
  enum Need {
    /** More from the peer. */
    INPUT,
    /** A thread of its own: it would make others wait. */
    THREAD,
    /** It is over. */
    NOTHING
  }

  private final DataServer server;
  private final SocketChannel channel;
  private final SocketInput input;
  private final TransportContext context;
  private final TcpMetrics metrics;
  private final SessionBuffers buffers;
  private final ByteBuffer staging;
  private final GatherWriter writer;
  private final Progress receiving;
  private final RegionHolds holds;
  private final ByteBuffer[] scatter = new ByteBuffer[2];
  private boolean readsCollected;
  private volatile boolean ownThread;
  private boolean ended;
  private boolean rejecting;

  /** Where the payload of the present write goes, or null between payloads. */
  private LocalRegion region;

  private long offset;
  private long size;
  private long done;
  private boolean answers;

  /** Whether the peer has sent a request before the last one was answered. */
  private boolean pipelined;

  private int stagingLimit = SessionBuffers.STAGING_BYTES;
  private volatile boolean idle;
  private volatile long idleSince;
  private volatile boolean evicted;
  private volatile boolean leaving;
  private volatile long leavesBy;

  Session(
      DataServer server,
      SocketChannel channel,
      TransportContext context,
      TcpMetrics metrics,
      long pollNanos,
      SessionBuffers buffers)
      throws IOException {
    this.server = server;
    this.channel = channel;
    this.input = new SocketInput(channel, pollNanos, () -> true, () -> false);
    this.context = context;
    this.metrics = metrics;
    this.buffers = buffers;
    staging = buffers.staging;
    writer = buffers.writer;
    receiving = new Progress(context::nanoTime);
    holds = new RegionHolds(server, context.regions());
    writer.attach(channel);
  }

  SocketChannel channel() {
    return channel;
  }

  /** Serves in a thread of its own, to the end; the channel blocks. */
  @Override
  public void run() {
    ownThread = true;
    try {
      channel.configureBlocking(true);
      flush();
      serve();
    } catch (IOException e) {
      LOG.debug("a served connection broke: {}", e.toString());
    } catch (RuntimeException | Error e) {
      LOG.error("a served connection is given up because of a defect", e);
    } finally {
      end();
    }
  }

  /** Serves what is here, in a thread that has other sessions too; the channel does not block. */
  Need serveInTurn() {
    try {
      return serve();
    } catch (IOException e) {
      LOG.debug("a served connection broke: {}", e.toString());
    } catch (RuntimeException | Error e) {
      LOG.error("a served connection is given up because of a defect", e);
    }
    return Need.NOTHING;
  }

  /** Lets go of everything; by the thread that serves it. Never throws. */
  void end() {
    if (ended) {
      return;
    }
    ended = true;
    Sockets.close(channel);
    try {
      holds.releaseAll();
    } catch (RuntimeException | Error e) {
      LOG.error("a region could not be let go of", e);
    }
    server.leave(this, buffers);
  }

  private Need serve() throws IOException {
    boolean served = false;
    while (true) {
      if (rejecting) {
        if (ownThread) {
          reject();
        }
        return ownThread ? Need.NOTHING : Need.THREAD;
      }
      if (region != null) {
        if (!storeOn()) {
          return Need.INPUT;
        }
        served = true;
        pipelined |= staging.hasRemaining();
      } else if (staging.remaining() >= RequestHeader.BYTES) {
        if (!ownThread && wantsOwnThread()) {
          return Need.THREAD;
        }
        rejecting = !handle();
        served = true;
        pipelined |= staging.hasRemaining();
        if (region != null && !flushed()) {
          return Need.THREAD;
        }
      } else if (!flushed()) {
        return Need.THREAD;
      } else if (served && !ownThread && !staging.hasRemaining()) {
        // Most probably nothing is here: the selector tells for nothing.
        beginWait();
        return Need.INPUT;
      } else {
        long bytes = stage();
        if (bytes <= 0) {
          return bytes < 0 ? Need.NOTHING : Need.INPUT;
        }
      }
    }
  }

  /** Whether the staged request is one of several under way, or long. */
  private boolean wantsOwnThread() {
    int at = staging.position();
    return pipelined || RequestHeader.size(staging, at) > LONG_BYTES;
  }

  /** Sends what is collected; false when the socket does not take all of it, and must not block. */
  private boolean flushed() throws IOException {
    if (!ownThread && !writer.flushWhatFits()) {
      return false;
    }
    flush();
    return true;
  }

  /** Serves the request whose header is staged; false when it has to be rejected. */
  private boolean handle() throws IOException {
    int at = staging.position();
    long length = RequestHeader.size(staging, at);
    long address = RequestHeader.address(staging, at);
    int opcode = RequestHeader.opcode(staging, at);
    staging.position(at + RequestHeader.BYTES);
    boolean acknowledged = RequestHeader.isAcknowledged(opcode);
    boolean write = RequestHeader.isWrite(opcode);
    if (write && readsCollected) {
      // They have to send what was there before this write.
      flush();
    }
    LocalRegion found = holds.acquire(address, length);
    if (found == null) {
      metrics.servedRejections().add(1);
      if (acknowledged) {
        status(StatusFrame.REJECTED);
      }
      return false;
    }
    if (write) {
      region = found;
      offset = address - found.address();
      size = length;
      answers = acknowledged;
      beginStore();
      return true;
    }
    if (acknowledged) {
      status(StatusFrame.OK);
    }
    readsCollected = true;
    writer.payload(found, address - found.address(), length);
    metrics.servedReadBytes().add(length);
    if (ownThread && writer.isFull()) {
      flush();
    }
    return true;
  }

  private void status(long frame) throws IOException {
    writer.frame(StatusFrame.BYTES).putLong(frame);
  }

  private void flush() throws IOException {
    if (!writer.isEmpty()) {
      writer.flush();
    }
    if (readsCollected) {
      readsCollected = false;
      holds.releaseAll();
    }
  }

  /** Puts into memory what is staged of a payload. */
  private void beginStore() throws IOException {
    int staged = (int) Math.min(size, staging.remaining());
    buffers.windows.store(region, offset, staging, staged);
    stagingLimit = size >= LONG_BYTES ? STAGING_BEFORE_LONG : SessionBuffers.STAGING_BYTES;
    done = staged;
    if (done == size) {
      endStore();
    }
  }

  /** Puts the rest straight from the socket into memory; false when it has not all come. */
  private boolean storeOn() throws IOException {
    receiving.begin();
    while (done < size) {
      int piece = (int) Math.min(size - done, GatherWriter.CHUNK_BYTES);
      ByteBuffer view = buffers.windows.view(region, offset + done, piece);
      int begin = view.position();
      staging.clear().limit(done + piece < size ? 0 : stagingLimit);
      scatter[0] = view;
      scatter[1] = staging;
      long bytes = read(2);
      done += view.position() - begin;
      staging.flip();
      scatter[0] = null;
      buffers.windows.recycle();
      if (bytes < 0) {
        throw new IOException("the peer closed the connection in the middle of a write");
      }
      if (bytes == 0) {
        return false;
      }
      receiving.moved();
      if (!ownThread && bytes < piece) {
        // The selector tells when there is more; asking now would mostly be for nothing.
        return false;
      }
    }
    receiving.end();
    endStore();
    return true;
  }

  private void endStore() throws IOException {
    region = null;
    if (answers) {
      status(StatusFrame.OK);
    }
    holds.releaseAll();
    metrics.servedWriteBytes().add(size);
    if (writer.isFull()) {
      flush();
    }
  }

  private void beginWait() {
    if (staging.hasRemaining()) {
      receiving.begin();
    } else {
      idleSince = context.nanoTime();
      idle = true;
    }
  }

  /** Stages more; between requests for as long as it takes. */
  private long stage() throws IOException {
    beginWait();
    staging.compact();
    staging.limit(Math.max(stagingLimit, staging.position() + RequestHeader.BYTES));
    scatter[0] = staging;
    long bytes = read(1);
    scatter[0] = null;
    if (bytes != 0) {
      idle = false;
      receiving.end();
    }
    staging.flip();
    return bytes;
  }

  /**
   * Reads to the first buffers. Whoever sends requests without waiting for answers is looked for
   * ({@link SocketInput}); C++ initiators do not, and were found to be up to 40 % slower beside
   * servers that look for them.
   */
  private long read(int buffers) throws IOException {
    if (!pipelined || !ownThread) {
      return input.read(scatter, buffers);
    }
    long begin = input.look();
    long bytes = input.read(scatter, buffers);
    input.waited(begin);
    return bytes;
  }

  /** Says goodbye so that the peer sees the rejection: a close with unread input would reset. */
  private void reject() throws IOException {
    flush();
    leavesBy = context.nanoTime() + FAREWELL_NANOS;
    leaving = true;
    channel.shutdownOutput();
    int bytes = 0;
    while (bytes >= 0) {
      staging.clear();
      bytes = channel.read(staging);
    }
  }

  /** Ends the session; its thread leaves whatever it is inside of. By any thread. */
  void close() {
    Sockets.close(channel);
    if (!ownThread) {
      server.wake();
    }
  }

  /** Ends the session to make room for another. */
  void evict() {
    evicted = true;
    close();
  }

  boolean isIdle() {
    return idle && !evicted;
  }

  long idleSince() {
    return idleSince;
  }

  boolean isInside(long[] regionIds) {
    return holds.isInside(regionIds);
  }

  void forget(long regionId) {
    buffers.windows.forget(regionId);
    writer.windows().forget(regionId);
  }

  /** Ends the session when the peer has stopped in the middle of something. By any thread. */
  void watch(long now, long stallNanos) {
    if (receiving.isStalled(now, stallNanos)
        || buffers.sending.isStalled(now, stallNanos)
        || (leaving && now - leavesBy > 0)) {
      close();
    }
  }
}

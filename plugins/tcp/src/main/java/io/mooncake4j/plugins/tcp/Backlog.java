package io.mooncake4j.plugins.tcp;

import io.mooncake4j.api.OpCode;
import io.mooncake4j.plugins.tcp.wire.RequestHeader;
import io.mooncake4j.spi.Slice;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * The slices that wait for a link's connections, and how they become requests: neighbours in the
 * peer's memory become one. Guarded by the link.
 */
final class Backlog {
  /** Payload of reads that a peer can send off whatever we do: any socket's buffer holds it. */
  private static final long UNREAD_BYTES = 16 << 10;

  /** So many answers are in fewer packets than a new connection sends without hearing from us. */
  private static final long UNREAD_ANSWERS = 3;

  private final long mergeBytes;
  private final SliceQueue queue;

  /** Waiting slices of which each gets a request to itself. */
  private final Set<Slice> separate = Collections.newSetFromMap(new IdentityHashMap<>());

  /** Waiting slices of which each gets a connection to itself. */
  private final Set<Slice> solitary = Collections.newSetFromMap(new IdentityHashMap<>());

  Backlog(TcpOptions options) {
    mergeBytes = options.mergeBytes();
    queue = new SliceQueue(options.maxQueuedSlices());
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  int size() {
    return queue.size();
  }

  /** Adds a slice at the end; false when there are too many. */
  boolean add(Slice slice) {
    return queue.add(slice);
  }

  /** Puts slices back in front of all others, also beyond the bound. */
  void addFirst(List<Slice> again) {
    for (int i = again.size() - 1; i >= 0; i--) {
      queue.addFirst(again.get(i));
    }
  }

  /** Takes out a slice wherever it is; false when it is not there. */
  boolean remove(Slice slice) {
    separate.remove(slice);
    solitary.remove(slice);
    return queue.remove(slice);
  }

  /** Takes out all. */
  void drain(List<Slice> into) {
    Slice slice;
    while ((slice = queue.poll()) != null) {
      into.add(slice);
    }
    separate.clear();
    solitary.clear();
  }

  /** Lets nothing else be in the request that will carry a slice. */
  void separate(Slice slice) {
    separate.add(slice);
  }

  /** Lets nothing else be under way on the connection that will carry a slice. */
  void isolate(Slice slice) {
    solitary.add(slice);
  }

  /** Whether a connection may take the first slice now; only while there is one. */
  boolean isAdmittedTo(Connection connection) {
    Slice first = queue.peek();
    boolean write = first.opcode() == OpCode.WRITE;
    return connection.ring().admits(write, !solitary.isEmpty() && solitary.contains(first))
        && (!write || isAnswerCertain(connection));
  }

  /**
   * Whether a write's answer will not wait in the peer's socket behind the payload of reads. A C++
   * server that refuses a request closes with those behind it unread; the connection is reset, and
   * what the server has not sent off by then is lost. Reads are simply read again, but nobody knows
   * of a write without an answer whether it was carried out.
   */
  private static boolean isAnswerCertain(Connection connection) {
    RequestRing ring = connection.ring();
    long unread = ring.unreadBytes();
    return connection.endpoint().keepsAnswers()
        || unread == 0
        || (unread <= UNREAD_BYTES && ring.added() - ring.answered() <= UNREAD_ANSWERS);
  }

  /**
   * Fills in requests of a connection's, as many as are worth a system call.
   *
   * @param lent whether another thread than the connection's own sends them: not more than can be
   *     sent without delay
   * @return how many of the batch
   */
  int fill(Connection connection, Request[] batch, boolean lent, long now) {
    int count = 0;
    long bytes = 0;
    long room = lent ? connection.room() : Long.MAX_VALUE;
    while (count < batch.length
        && bytes < GatherWriter.BATCH_BYTES
        && !queue.isEmpty()
        && isAdmittedTo(connection)
        && bytes + weight(queue.peek()) <= room) {
      boolean bounded = lent && queue.peek().opcode() == OpCode.WRITE;
      Request request =
          fill(connection, count, bounded ? room - bytes - RequestHeader.BYTES : mergeBytes, now);
      batch[count++] = request;
      bytes += RequestHeader.BYTES + (request.isRead() ? 0 : request.length());
    }
    return count;
  }

  /** How many bytes a slice takes to send. */
  private static long weight(Slice slice) {
    return RequestHeader.BYTES + (slice.opcode() == OpCode.READ ? 0 : slice.length());
  }

  /** Fills in one request, with the first slice and those that continue it. */
  private Request fill(Connection connection, int position, long bound, long now) {
    Slice slice = queue.poll();
    Request request = connection.next(slice.opcode() == OpCode.WRITE, position);
    boolean alone = !solitary.isEmpty() && solitary.remove(slice);
    boolean apart = !separate.isEmpty() && separate.remove(slice);
    request.begin(slice, alone || apart, now);
    if (!alone && !apart && connection.endpoint().acknowledges()) {
      long longest = Math.min(bound, mergeBytes);
      if (request.isRead()) {
        longest = Math.min(longest, connection.endpoint().longestRead());
      }
      while (!queue.isEmpty()
          && isMergeable(queue.peek())
          && request.isFollowedBy(queue.peek(), longest)) {
        request.add(queue.poll());
      }
    }
    connection.place(request);
    if (alone) {
      connection.ring().reserve();
    }
    return request;
  }

  private boolean isMergeable(Slice slice) {
    return (separate.isEmpty() || !separate.contains(slice))
        && (solitary.isEmpty() || !solitary.contains(slice));
  }
}

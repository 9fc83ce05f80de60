package io.mooncake4j.plugins.tcp;

import io.mooncake4j.spi.Slice;
import java.util.Arrays;

/**
 * The requests of one connection in the order in which the peer answers them.
 *
 * <p>The sender adds, under the link's lock; the receiver removes. Each may look at the other's
 * counter.
 */
final class RequestRing {
  private final Request[] requests;

  /** For requests that nobody answers: one batch's, of which some may still be on their way. */
  private final Request[] unanswered = new Request[GatherWriter.BATCH_PAYLOADS];

  private long byteLimit;
  private long readLimit = Long.MAX_VALUE;
  private volatile long added;
  private volatile long answered;
  private long addedBytes;
  private long addedReadBytes;
  private boolean reserved;
  private volatile long answeredBytes;
  private volatile long answeredReadBytes;

  RequestRing(int depth, long byteLimit) {
    this.byteLimit = byteLimit;
    requests = new Request[depth];
    Arrays.setAll(requests, i -> new Request());
    Arrays.setAll(unanswered, i -> new Request());
  }

  /**
   * Bounds the payload of what is under way; before anything is.
   *
   * @param bytes of all requests
   * @param readBytes of reads
   */
  void limit(long bytes, long readBytes) {
    byteLimit = bytes;
    readLimit = readBytes;
  }

  private Request at(long number) {
    return requests[(int) (number % requests.length)];
  }

  /**
   * Whether the sender may add another request; under the link's lock.
   *
   * @param write whether it is a write
   * @param alone whether it must have the connection to itself
   */
  boolean admits(boolean write, boolean alone) {
    if (isEmpty()) {
      reserved = false;
      return true;
    }
    boolean room = added - answered < requests.length && addedBytes - answeredBytes < byteLimit;
    return room && !alone && !reserved && (write || unreadBytes() < readLimit);
  }

  /** Admits nothing more before all that is there is answered; under the link's lock. */
  void reserve() {
    reserved = true;
  }

  /** The place of the next request to fill in; {@link #push} makes it visible. */
  Request next() {
    return at(added);
  }

  void push() {
    long number = added;
    addedBytes += at(number).length();
    addedReadBytes += readBytes(at(number));
    added = number + 1;
  }

  /** How many are under way. */
  long size() {
    return added - answered;
  }

  boolean isEmpty() {
    return answered == added;
  }

  /** The request whose answer comes next; only while the ring is not empty. */
  Request oldest() {
    return at(answered);
  }

  /** The request behind the oldest, or null. */
  Request second() {
    return added - answered < 2 ? null : at(answered + 1);
  }

  /** The oldest has been answered. */
  void pop() {
    long number = answered;
    long bytes = answeredBytes;
    long readBytes = answeredReadBytes;
    // In this order: who looks in between must not find less under way than there is.
    answeredReadBytes = readBytes + readBytes(at(number));
    answeredBytes = bytes + at(number).length();
    answered = number + 1;
  }

  private static long readBytes(Request request) {
    return request.isRead() ? request.length() : 0;
  }

  /** How much payload of writes is under way; under the link's lock. */
  long unacknowledgedBytes() {
    return addedBytes - answeredBytes - unreadBytes();
  }

  /** How much payload of reads is still to come; under the link's lock. */
  long unreadBytes() {
    return addedReadBytes - answeredReadBytes;
  }

  long added() {
    return added;
  }

  long answered() {
    return answered;
  }

  /** The lowest number whose place has not been filled anew; under the link's lock. */
  long first() {
    return Math.max(0, added - requests.length);
  }

  /** The place in a batch for a request that nobody answers. */
  Request unanswered(int position) {
    return unanswered[position];
  }

  /** The places for requests that nobody answers. */
  Request[] unanswered() {
    return unanswered;
  }

  /** Finds the request that carries a slice, or null; under the link's lock. */
  Request find(Slice slice) {
    for (long number = first(); number < added; number++) {
      if (at(number).indexOf(slice) >= 0) {
        return at(number);
      }
    }
    for (Request request : unanswered) {
      if (request.indexOf(slice) >= 0) {
        return request;
      }
    }
    return null;
  }

  /** A request by its number, from {@link #first()} to below {@link #added()}. */
  Request get(long number) {
    return at(number);
  }
}

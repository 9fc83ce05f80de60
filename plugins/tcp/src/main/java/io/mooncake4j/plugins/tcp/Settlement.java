package io.mooncake4j.plugins.tcp;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.Slice;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides what becomes of the slices on a connection that has ended. Both threads have left it, so
 * nothing touches their memory any more.
 *
 * <p>What the kernel has taken nothing of, and what stood behind a rejected request, which the peer
 * has therefore not looked at, goes back to the queue. The rest fails; a write of which anything
 * was sent may still land.
 *
 * <p>A peer that refuses a request and closes while more requests arrive may take back, with the
 * refusal, answers that it had given before: a link that is lost under several requests may hide
 * which one was refused. Their reads are therefore carried out again, each alone on its connection,
 * so that a refusal meets its own request only.
 */
final class Settlement {
  private record Failure(Slice slice, ErrorCode code, boolean mayStillLand, String detail) {}

  private final PeerLink link;
  private final Connection connection;
  private final Breakage why;
  private final long written;
  private final List<Slice> again = new ArrayList<>();
  private final List<Slice> succeeded = new ArrayList<>();
  private final List<Failure> failed = new ArrayList<>();
  private boolean crowded;

  Settlement(PeerLink link, Connection connection, Breakage why) {
    this.link = link;
    this.connection = connection;
    this.why = why;
    this.written = connection.writer().written();
  }

  void run() {
    List<Slice> doomed = new ArrayList<>();
    Breakage hopeless;
    synchronized (link) {
      RequestRing ring = connection.ring();
      crowded = touched(ring) > 1;
      for (long number = ring.first(); number < ring.added(); number++) {
        settle(ring.get(number), number == ring.answered(), number > ring.answered());
      }
      for (Request request : ring.unanswered()) {
        settle(request, false, false);
      }
      hopeless = link.detach(connection, why, again, doomed);
    }
    connection.recycle();
    succeeded.forEach(Slice::succeed);
    doomed.forEach(slice -> slice.fail(hopeless.code(), false, hopeless.detail()));
    failed.forEach(f -> f.slice().fail(f.code(), f.mayStillLand(), f.detail()));
  }

  /** How many slices the peer may have begun to look at without our knowing the outcome. */
  private int touched(RequestRing ring) {
    int count = 0;
    for (long number = ring.answered(); number < ring.added(); number++) {
      if (!ring.get(number).isUntouched(written)) {
        count += ring.get(number).count();
      }
    }
    return count;
  }

  private void settle(Request request, boolean oldest, boolean behind) {
    if (request.state() != Request.FREE) {
      for (int i = 0; i < request.count(); i++) {
        if (request.slice(i) != null) {
          settle(request, i, oldest, behind);
        }
      }
    }
    request.free();
  }

  private void settle(Request request, int index, boolean oldest, boolean behind) {
    Slice slice = request.slice(index);
    boolean untouched = request.isUntouched(index, written);
    boolean rejected = why.kind() == Breakage.Kind.REJECTED;
    boolean merged = request.count() > 1;
    if (request.state() == Request.ANSWERED && request.isWritten(written)) {
      succeeded.add(slice);
    } else if (rejected && oldest && !merged) {
      failed.add(new Failure(slice, why.code(), false, why.detail()));
    } else if (request.isTimedOut(slice)) {
      fail(slice, ErrorCode.TIMEOUT, untouched);
    } else if (why.kind() == Breakage.Kind.CLOSED) {
      fail(slice, why.code(), untouched);
    } else if (rejected && oldest) {
      // It may be the fault of one of them only.
      if (sendAgain(slice)) {
        link.backlog().separate(slice);
      }
    } else if (untouched || (rejected && behind)) {
      if (sendAgain(slice) && request.isSeparate()) {
        link.backlog().separate(slice);
      }
    } else if (crowded && request.isRead() && why.code() == ErrorCode.LINK_BROKEN) {
      if (sendAgain(slice)) {
        link.backlog().isolate(slice);
      }
    } else {
      fail(slice, oldest ? why.code() : ErrorCode.LINK_BROKEN, untouched);
    }
  }

  private void fail(Slice slice, ErrorCode code, boolean untouched) {
    boolean mayStillLand = slice.opcode() == OpCode.WRITE && !untouched;
    failed.add(new Failure(slice, code, mayStillLand, why.detail()));
  }

  /** Queues a slice anew if there is time; else it fails and false is returned. */
  private boolean sendAgain(Slice slice) {
    boolean inTime = slice.deadlineNanos() - link.context().nanoTime() > 0;
    if (inTime) {
      again.add(slice);
    } else {
      failed.add(
          new Failure(
              slice,
              ErrorCode.TIMEOUT,
              false,
              why.detail() + "; no time is left to send it again"));
    }
    return inTime;
  }
}

package io.mooncake4j.plugins.tcp;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.plugins.tcp.wire.StatusFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/**
 * The receiving half of a connection: answers come in the order of the requests. Runs in the
 * connection's receiving thread, or in one that waits for an answer ({@link ReceiveTurn}), and
 * never waits for the sending one.
 *
 * <p>Long payloads go straight from the socket to registered memory; frames and short payloads pass
 * through a staging buffer, so that one system call fetches many. No slice's memory is given to a
 * system call before its answer has begun, so that until then the slice can be given up.
 */
final class Receiver {
  private static final int STAGING_BYTES = 256 << 10;

  /** What is staged when the answer to a long read is next: little, because it is copied. */
  private static final int STAGING_BEFORE_LONG = 4 << 10;

  /** Payload rests of this length are worth a system call of their own. */
  private static final int SCATTER_BYTES = 32 << 10;

  /** Most pieces of memory given to one system call. */
  private static final int MOST_VIEWS = 64;

  private final PeerLink link;
  private final Connection connection;
  private final SocketInput input;
  private final Progress progress;
  private final RequestRing ring;
  private final ReceiveTurn turn;
  private final WindowCache windows = new WindowCache();
  private final ByteBuffer staging;
  private final ByteBuffer[] scatter = new ByteBuffer[MOST_VIEWS + 1];
  private final LocalCursor ahead = new LocalCursor();
  private final LocalCursor cursor = new LocalCursor();
  private final Finished finished = new Finished();

  /** The request whose payload is arriving, or null between answers. */
  private Request current;

  /** What of its payload is still to come. */
  private long left;

  /** Whether a part of an answer is here, and the rest is to come. */
  private boolean inAnswer;

  private boolean anyAnswered;
  private volatile long answeredAt;

  Receiver(
      PeerLink link,
      Connection connection,
      SocketChannel channel,
      Progress progress,
      ByteBuffer staging)
      throws IOException {
    this.link = link;
    this.connection = connection;
    this.input =
        new SocketInput(channel, link.options().busyPollNanos(), this::isDue, this::isHelped);
    this.progress = progress;
    this.turn = new ReceiveTurn(link.options().busyPollNanos());
    this.ring = connection.ring();
    this.staging = staging.limit(0);
    this.answeredAt = link.context().nanoTime();
  }

  /** The staging buffer, to be used again when the connection is over. */
  ByteBuffer staging() {
    return staging;
  }

  /** Makes a staging buffer. */
  static ByteBuffer newStaging() {
    return ByteBuffer.allocateDirect(STAGING_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  WindowCache windows() {
    return windows;
  }

  /** When the oldest request became the oldest. */
  long answeredAt() {
    return answeredAt;
  }

  /** Receives until the connection is over. */
  void run() throws IOException {
    while (turn.take(connection::isBroken)) {
      if (connection.isBroken() || step(true) < 0) {
        return;
      }
      turn.give();
    }
  }

  /** Whether answers are under way that will be here soon. */
  boolean wantsHelp() {
    return input.isHopeful() && !ring.isEmpty() && !connection.isBroken();
  }

  /**
   * Receives what is here, in a thread that waits for it, unless the connection's own thread is
   * about to.
   *
   * @return whether there was anything
   */
  boolean help() throws IOException {
    if (!turn.tryTakeAsGuest()) {
      return false;
    }
    // After a failure, and at the end of the connection, the turn is nobody's.
    boolean over = true;
    try {
      long bytes = connection.isBroken() ? 0 : step(false);
      over = bytes < 0;
      return bytes > 0;
    } finally {
      if (over) {
        turn.forgetGuest();
      } else {
        turn.give();
      }
    }
  }

  /** Fetches bytes and deals with them; negative when the connection is over. */
  private long step(boolean patient) throws IOException {
    long bytes = fetch(patient);
    if (bytes < 0) {
      connection.breakUp(Breakage.lost(endOfStream()));
      return bytes;
    }
    if (bytes > 0) {
      turn.moved();
    }
    anyAnswered = false;
    boolean goOn = consume();
    if (anyAnswered) {
      if (patient) {
        connection.roomMade();
      }
      connection.endIfDrained();
    }
    return goOn ? bytes : -1;
  }

  /** Whether the calling thread is inside of {@link #help}. */
  boolean isHelper() {
    return turn.isMine();
  }

  private boolean isHelped() {
    return turn.isWantedByGuests();
  }

  private String endOfStream() {
    String hint =
        connection.endpoint().acknowledges()
            ? ""
            : "; over protocol v1 that is also how it refuses an address that is not registered";
    return connection.describe() + " has closed the connection" + hint;
  }

  /** Deals with what is staged; false when the connection is over. */
  private boolean consume() {
    while (true) {
      if (current == null && !begin()) {
        return !connection.isBroken();
      }
      if (current == null) {
        continue;
      }
      unstage();
      if (left > 0) {
        return true;
      }
      finish();
    }
  }

  /** Puts what is staged of the present payload where it belongs. */
  private void unstage() {
    while (left > 0 && staging.hasRemaining()) {
      int bytes = (int) Math.min(cursor.left(), staging.remaining());
      if (cursor.region() == null) {
        staging.position(staging.position() + bytes);
      } else {
        windows.store(cursor.region(), cursor.offset(), staging, bytes);
      }
      cursor.advance(bytes);
      left -= bytes;
    }
  }

  /** Begins the next answer, if enough of it is staged; false when more has to come. */
  private boolean begin() {
    if (!staging.hasRemaining()) {
      return false;
    }
    if (ring.isEmpty()) {
      malformed("sends bytes that nobody asked for");
      return false;
    }
    Request request = ring.oldest();
    if (!connection.endpoint().acknowledges()) {
      claim(request, request.isRead() ? request.length() : 1);
      return true;
    }
    if (staging.remaining() < StatusFrame.BYTES) {
      return false;
    }
    long status = staging.getLong();
    if (status == StatusFrame.OK) {
      claim(request, request.isRead() ? request.length() : 0);
      return true;
    }
    refuse(status);
    return false;
  }

  private void refuse(long status) {
    if (status == StatusFrame.REJECTED) {
      connection.breakUp(
          new Breakage(
              Breakage.Kind.REJECTED,
              ErrorCode.PEER_REJECTED_ADDRESS,
              connection.describe()
                  + " rejects the address: it is not inside one region registered there"));
    } else if (StatusFrame.isValid(status)) {
      malformed(
          "answers with the unknown code " + Integer.toUnsignedString(StatusFrame.code(status)));
    } else {
      malformed(
          "answers with what is no status frame; does its descriptor promise protocol v2 for a"
              + " server that speaks v1?");
    }
  }

  private void malformed(String what) {
    connection.breakUp(Breakage.lost(connection.describe() + " " + what));
  }

  /** Makes a request the current one; what nobody waits for of its payload is thrown away. */
  private void claim(Request request, long payload) {
    current = request;
    left = payload;
    // In this order: the sender may move it from the first state to the second in between.
    if (request.isRead()
        && (request.move(Request.SENDING, Request.RECEIVING)
            || request.move(Request.SENT, Request.RECEIVING))) {
      cursor.begin(request);
    } else {
      cursor.beginNowhere(payload);
    }
  }

  /** The current answer is complete. */
  private void finish() {
    Request request = current;
    current = null;
    cursor.end();
    progress.end();
    if (!request.isRead() && request.move(Request.SENDING, Request.ANSWERED)) {
      // The sender's system call has not returned, so it completes the slices.
      pop();
      return;
    }
    if (request.isRead() || request.move(Request.SENT, Request.RECEIVING)) {
      TcpMetrics metrics = link.metrics();
      finished.take(request, request.isRead() ? metrics.readBytes() : metrics.writtenBytes());
    }
    pop();
    finished.succeed();
  }

  /** The next request is the oldest, from now on. */
  private void pop() {
    if (!anyAnswered) {
      anyAnswered = true;
      answeredAt = link.context().nanoTime();
    }
    ring.pop();
  }

  /**
   * Whether an answer may be here. While a request is being sent the socket is left to the sender:
   * in the kernel it is locked.
   */
  private boolean isDue() {
    return inAnswer || (!ring.isEmpty() && ring.oldest().state() != Request.SENDING);
  }

  /** Reads more, and waits for it if it is patient; 0 when there is nothing, or a guest comes. */
  private long fetch(boolean patient) throws IOException {
    inAnswer = current != null || staging.hasRemaining();
    if (inAnswer) {
      progress.begin();
    }
    if (!patient) {
      return input.isReady() ? read() : 0;
    }
    long begin = input.look();
    if (turn.isWantedByGuests()) {
      return 0;
    }
    if (!input.isReady()) {
      connection.socket().awaitInput();
    }
    long bytes = read();
    input.waited(begin);
    return bytes;
  }

  private long read() throws IOException {
    boolean wanted = left >= SCATTER_BYTES && cursor.region() != null;
    long bytes = wanted ? fetchPayload() : fetchStaging();
    if (inAnswer) {
      progress.moved();
    }
    return bytes;
  }

  /** Reads straight to memory, and to the staging buffer what comes behind it. */
  private long fetchPayload() throws IOException {
    int views = 0;
    long space = 0;
    ahead.copy(cursor);
    while (views < MOST_VIEWS && space < GatherWriter.CHUNK_BYTES && ahead.region() != null) {
      int piece = (int) Math.min(ahead.left(), GatherWriter.CHUNK_BYTES - space);
      scatter[views++] = windows.view(ahead.region(), ahead.offset(), piece);
      ahead.advance(piece);
      space += piece;
    }
    ahead.end();
    staging.clear().limit(space < left ? 0 : stagingLimit(ring.second()));
    scatter[views] = staging;
    try {
      long bytes = input.read(scatter, views + 1);
      land(bytes - staging.position());
      return bytes;
    } finally {
      staging.flip();
      Arrays.fill(scatter, 0, views + 1, null);
      windows.recycle();
    }
  }

  private void land(long bytes) {
    long rest = bytes;
    while (rest > 0) {
      long piece = Math.min(rest, cursor.left());
      cursor.advance(piece);
      left -= piece;
      rest -= piece;
    }
  }

  private long fetchStaging() throws IOException {
    staging.compact();
    // The rest of a payload that is copied, and what is behind it, which may not have to be.
    long limit =
        current != null
            ? left + stagingLimit(ring.second())
            : stagingLimit(ring.isEmpty() ? null : ring.oldest());
    int least = staging.position() + StatusFrame.BYTES;
    staging.limit((int) Math.min(STAGING_BYTES, Math.max(limit, least)));
    try {
      return input.read(staging);
    } finally {
      staging.flip();
    }
  }

  private static int stagingLimit(Request next) {
    boolean isLong = next != null && next.isRead() && next.length() >= SCATTER_BYTES;
    return isLong ? STAGING_BEFORE_LONG : STAGING_BYTES;
  }
}

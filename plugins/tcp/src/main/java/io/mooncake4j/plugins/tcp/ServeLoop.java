package io.mooncake4j.plugins.tcp;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that serves many sessions in turn, those of peers that wait for each answer: while any
 * of them keeps it busy it need not be woken for the others. It never waits for a single peer: a
 * session that would make it wait, or whose request is long, is passed on for good.
 *
 * <p>Ends with {@link #close}, and with it the sessions that are there.
 */
final class ServeLoop {
  private static final Logger LOG = LoggerFactory.getLogger(ServeLoop.class);

  private final Selector selector;
  private final Consumer<Session> passOn;
  private final ConcurrentLinkedQueue<Session> arriving = new ConcurrentLinkedQueue<>();
  private final Set<Session> present = new HashSet<>();
  private final Thread thread;
  private volatile boolean closed;
  private volatile boolean anyClosed;

  /**
   * Starts the thread.
   *
   * @param passOn takes sessions that want threads of their own
   */
  ServeLoop(String name, Consumer<Session> passOn) throws IOException {
    this.selector = Selector.open();
    this.passOn = passOn;
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
    try {
      thread.start();
    } catch (OutOfMemoryError e) {
      Sockets.close(selector);
      throw e;
    }
  }

  /** Serves a session from now on; its channel does not block. By any thread. */
  void add(Session session) {
    arriving.add(session);
    selector.wakeup();
    if (closed) {
      endArriving();
    }
  }

  /** Some session's channel has been closed by another thread: it is to be ended. */
  void wake() {
    anyClosed = true;
    selector.wakeup();
  }

  private void run() {
    try {
      while (!closed) {
        selector.select(this::turn);
        admit();
        if (anyClosed) {
          anyClosed = false;
          endClosed();
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      LOG.error("the server's loop has failed; its connections are closed", e);
    } finally {
      closed = true;
      List.copyOf(present).forEach(Session::end);
      Sockets.close(selector);
      endArriving();
    }
  }

  private void endArriving() {
    for (Session late = arriving.poll(); late != null; late = arriving.poll()) {
      late.end();
    }
  }

  private void admit() {
    for (Session session = arriving.poll(); session != null; session = arriving.poll()) {
      try {
        SelectionKey key = session.channel().register(selector, SelectionKey.OP_READ, session);
        present.add(session);
        turn(key);
      } catch (IOException | RuntimeException e) {
        LOG.debug("a connection ended before it was served: {}", e.toString());
        session.end();
      }
    }
  }

  private void turn(SelectionKey key) {
    Session session = (Session) key.attachment();
    if (!key.isValid()) {
      return;
    }
    Session.Need need = session.serveInTurn();
    if (need == Session.Need.INPUT) {
      return;
    }
    key.cancel();
    present.remove(session);
    if (need == Session.Need.THREAD) {
      passOn.accept(session);
    } else {
      session.end();
    }
  }

  private void endClosed() {
    for (Session session : List.copyOf(present)) {
      if (!session.channel().isOpen()) {
        present.remove(session);
        session.end();
      }
    }
  }

  /** Ends the thread and its sessions. */
  void close(long nanos) {
    closed = true;
    selector.wakeup();
    Threads.join(thread, nanos);
  }
}

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

  private static final int MOST_ADMITTED = 64;

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

  /**
   * Serves a session from now on; its channel does not block. By any thread.
   *
   * @return false when the loop has ended, and somebody else has to serve the session
   */
  boolean add(Session session) {
    arriving.add(session);
    if (closed && arriving.remove(session)) {
      return false;
    }
    selector.wakeup();
    return true;
  }

  /** Some session's channel has been closed by another thread: it is to be ended. */
  void wake() {
    anyClosed = true;
    selector.wakeup();
  }

  private void run() {
    try {
      while (!closed) {
        // Left over from whatever a session called, it would make every select return at once.
        boolean interrupted = Thread.interrupted();
        if (interrupted) {
          LOG.debug("the server's loop goes on though it was interrupted");
        }
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
      for (Session late = arriving.poll(); late != null; late = arriving.poll()) {
        late.end();
      }
    }
  }

  /** Takes sessions in; not so many that the others would have to wait for long. */
  private void admit() {
    for (int i = 0; i < MOST_ADMITTED; i++) {
      Session session = arriving.poll();
      if (session == null) {
        return;
      }
      present.add(session);
      try {
        turn(session.channel().register(selector, SelectionKey.OP_READ, session));
      } catch (IOException | RuntimeException | Error e) {
        LOG.debug("a connection ended before it was served: {}", e.toString());
        end(session);
      }
    }
    selector.wakeup();
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
    if (need == Session.Need.NOTHING) {
      end(session);
    } else if (present.remove(session)) {
      passOn.accept(session);
    }
  }

  private void end(Session session) {
    if (present.remove(session)) {
      session.end();
    }
  }

  private void endClosed() {
    for (Session session : List.copyOf(present)) {
      if (!session.channel().isOpen()) {
        end(session);
      }
    }
  }

  /** Ends the thread and its sessions. */
  void close(long nanos) {
    closed = true;
    selector.wakeup();
    Threads.join(thread, nanos);
    if (thread.isAlive()) {
      LOG.warn("{} has not ended in time", thread.getName());
    }
  }
}

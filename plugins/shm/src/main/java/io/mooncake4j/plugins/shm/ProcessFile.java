package io.mooncake4j.plugins.shm;

import io.mooncake4j.plugins.shm.wire.ProcessIdentity;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process's {@code /proc/<pid>/stat}, kept open: it goes on meaning this process, and reading it
 * again costs one system call.
 *
 * <p>Safe from any thread. A random access file, because a channel would be closed by the interrupt
 * of a thread that reads it.
 */
final class ProcessFile implements AutoCloseable {
  private static final int MAX_BYTES = 1024;
  private static final int STATE = 0;
  private static final int THREADS = 17;
  private static final int START = 19;

  private final ProcessIdentity process;
  private final RandomAccessFile file;
  private final byte[] text = new byte[MAX_BYTES];
  private boolean ended;

  private ProcessFile(ProcessIdentity process, RandomAccessFile file) {
    this.process = process;
    this.file = file;
  }

  /** Opens the file of a process that is to be this very one. */
  static ProcessFile open(ProcessIdentity process) throws IOException {
    return new ProcessFile(process, new RandomAccessFile(path(process.pid()).toFile(), "r"));
  }

  /** Which process has a number now; empty when none has. */
  static Optional<ProcessIdentity> find(long pid) {
    try {
      byte[] text = Files.readAllBytes(path(pid));
      return isOver(text, text.length) ? Optional.empty() : Optional.of(identity(pid, text));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether a process has surely ended, so that nothing of it touches any memory. One that cannot
   * be looked at, by an interrupted thread or for want of a descriptor, has not if it is there.
   */
  static boolean isGone(ProcessIdentity process) {
    Path path = path(process.pid());
    try {
      byte[] text = Files.readAllBytes(path);
      return isOver(text, text.length) || !identity(process.pid(), text).equals(process);
    } catch (IOException e) {
      return Files.notExists(path);
    }
  }

  private static ProcessIdentity identity(long pid, byte[] text) {
    return new ProcessIdentity(pid, field(text, text.length, START));
  }

  private static Path path(long pid) {
    return Path.of("/proc", Long.toString(pid), "stat");
  }

  /** Whether the process lives; one that has ended never does again. */
  synchronized boolean isAlive() {
    if (!ended) {
      ended = !looksAlive();
    }
    return !ended;
  }

  private boolean looksAlive() {
    try {
      file.seek(0);
      int size = file.read(text);
      return size > 0 && !isOver(text, size) && start(size) == process.start();
    } catch (IOException e) {
      // ESRCH: it has been buried.
      return false;
    }
  }

  private long start(int size) {
    return new ProcessIdentity(process.pid(), field(text, size, START)).start();
  }

  /** Whether it has ended and waits for its parent; its threads end one by one before that. */
  private static boolean isOver(byte[] text, int size) {
    int at = at(text, size, STATE);
    boolean dead = at >= size || text[at] == 'Z' || text[at] == 'X';
    return dead && field(text, size, THREADS) <= 1;
  }

  /** A number among the fields behind the process's name, which may hold anything. */
  private static long field(byte[] text, int size, int index) {
    long number = 0;
    for (int at = at(text, size, index); at < size && Character.isDigit(text[at]); at++) {
      number = number * 10 + (text[at] - '0');
    }
    return number;
  }

  private static int at(byte[] text, int size, int index) {
    int at = size - 1;
    while (at >= 0 && text[at] != ')') {
      at--;
    }
    at += 2;
    for (int i = 0; i < index && at < size; i++) {
      while (at < size && text[at] != ' ') {
        at++;
      }
      at++;
    }
    return at;
  }

  @Override
  public synchronized void close() {
    ended = true;
    try {
      file.close();
    } catch (IOException e) {
      throw new IllegalStateException("cannot close " + this, e);
    }
  }

  @Override
  public synchronized String toString() {
    return "process "
        + process.pid()
        + " ("
        + new String(text, StandardCharsets.US_ASCII).trim()
        + ")";
  }
}

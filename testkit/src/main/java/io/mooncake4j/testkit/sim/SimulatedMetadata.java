package io.mooncake4j.testkit.sim;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The records behind the simulated metadata stores of one name, and the scripted faults of their
 * imagined server. Safe from any thread. Time is {@link System#nanoTime()}.
 */
public final class SimulatedMetadata {
  private static final Map<String, SimulatedMetadata> ALL = new ConcurrentHashMap<>();

  private final String name;
  private final TreeMap<String, Entry> entries = new TreeMap<>();
  private final List<Listener> listeners = new ArrayList<>();
  private final List<Object> leases = new ArrayList<>();
  private long versions;
  private boolean down;
  private boolean silent;
  private byte[] garbage;
  private Duration delay = Duration.ZERO;
  private int calls;

  /** A record; the lease is null for one that lasts. The array is never handed out. */
  static final class Entry {
    private final byte[] value;
    private final long version;
    private final Object lease;

    Entry(byte[] value, long version, Object lease) {
      this.value = value;
      this.version = version;
      this.lease = lease;
    }

    byte[] value() {
      return value.clone();
    }

    long version() {
      return version;
    }
  }

  /** A watch, known by its identity. */
  static final class Listener {
    private final String prefix;
    private final Consumer<String> heard;

    Listener(String prefix, Consumer<String> heard) {
      this.prefix = prefix;
      this.heard = heard;
    }
  }

  private SimulatedMetadata(String name) {
    this.name = name;
  }

  /**
   * Finds or makes the records of a name.
   *
   * @param name the part of the connection string behind {@code sim://}
   * @return the records
   */
  public static SimulatedMetadata named(String name) {
    return ALL.computeIfAbsent(name, SimulatedMetadata::new);
  }

  /**
   * Forgets a name, so that it begins anew.
   *
   * @param name the name
   */
  public static void forget(String name) {
    ALL.remove(name);
  }

  /**
   * Makes every call fail at once, as when the server's port is closed, or ends that.
   *
   * @param isDown whether the server is down
   */
  public synchronized void down(boolean isDown) {
    down = isDown;
    notifyAll();
  }

  /**
   * Lets every call wait for its timeout, as when the server does not answer, or ends that.
   *
   * @param isSilent whether the server is silent
   */
  public synchronized void silent(boolean isSilent) {
    silent = isSilent;
    notifyAll();
  }

  /**
   * Makes every call take a while.
   *
   * @param span how long; zero ends it
   */
  public synchronized void slow(Duration span) {
    delay = span;
  }

  /**
   * Makes every read return given bytes instead of the record's, or ends that.
   *
   * @param bytes what is read where there is a record; null ends it
   */
  public synchronized void garbage(byte[] bytes) {
    garbage = bytes == null ? null : bytes.clone();
  }

  /** Loses all records, as a server does that was restarted without a disk. */
  public synchronized void lose() {
    entries.clear();
  }

  /**
   * Lets all leases go with their records, as a server does that hears nothing of their holders.
   */
  public void expireLeases() {
    List<Object> all;
    synchronized (this) {
      all = List.copyOf(leases);
    }
    all.forEach(this::expire);
  }

  /**
   * Returns how often stores have called.
   *
   * @return the count
   */
  public synchronized int calls() {
    return calls;
  }

  /**
   * Returns the keys of the present records.
   *
   * @return a sorted copy
   */
  public synchronized List<String> keys() {
    return List.copyOf(entries.keySet());
  }

  /** Goes through the faults; called first by every operation, with the lock held. */
  synchronized void enter(Duration timeout) {
    calls++;
    long start = System.nanoTime();
    while (silent || System.nanoTime() - start < delay.toNanos()) {
      requireUp();
      long left = timeout.toNanos() - (System.nanoTime() - start);
      if (left <= 0) {
        throw new MooncakeException(
            ErrorCode.TIMEOUT,
            this + " did not answer within " + timeout.toMillis() + " ms; is it overloaded?");
      }
      long delayLeft = silent ? left : delay.toNanos() - (System.nanoTime() - start);
      pause(Math.min(left, Math.max(1, delayLeft)));
    }
    requireUp();
  }

  private void requireUp() {
    if (down) {
      throw new MooncakeException(
          ErrorCode.METADATA, this + " is down: connection refused; start it");
    }
  }

  private synchronized void pause(long nanos) {
    try {
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(nanos, 1_000_000));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MooncakeException(ErrorCode.METADATA, "interrupted while waiting for " + this, e);
    }
  }

  synchronized Entry find(String key) {
    Entry entry = entries.get(key);
    return entry == null || garbage == null
        ? entry
        : new Entry(garbage, entry.version, entry.lease);
  }

  synchronized Map<String, byte[]> list(String prefix) {
    Map<String, byte[]> found = new TreeMap<>();
    for (String key : entries.tailMap(prefix, true).keySet()) {
      if (!key.startsWith(prefix)) {
        break;
      }
      found.put(key, find(key).value());
    }
    return found;
  }

  void write(String key, byte[] value, Object lease) {
    synchronized (this) {
      entries.put(key, new Entry(value.clone(), ++versions, lease));
    }
    tell(key);
  }

  boolean swap(String key, long expected, long absent, byte[] value) {
    synchronized (this) {
      Entry entry = entries.get(key);
      if ((entry == null ? absent : entry.version) != expected) {
        return false;
      }
      entries.put(key, new Entry(value.clone(), ++versions, null));
    }
    tell(key);
    return true;
  }

  boolean erase(String key) {
    boolean found;
    synchronized (this) {
      found = entries.remove(key) != null;
    }
    if (found) {
      tell(key);
    }
    return found;
  }

  synchronized void grant(Object lease) {
    leases.add(lease);
  }

  synchronized boolean holds(Object lease) {
    return leases.contains(lease);
  }

  void expire(Object lease) {
    List<String> expired = new ArrayList<>();
    synchronized (this) {
      leases.remove(lease);
      entries.forEach(
          (key, entry) -> {
            if (entry.lease == lease) {
              expired.add(key);
            }
          });
    }
    expired.forEach(this::erase);
  }

  synchronized void listen(Listener listener) {
    listeners.add(listener);
  }

  synchronized void unlisten(Listener listener) {
    listeners.remove(listener);
  }

  private void tell(String key) {
    List<Listener> interested;
    synchronized (this) {
      interested = listeners.stream().filter(listener -> key.startsWith(listener.prefix)).toList();
    }
    interested.forEach(listener -> listener.heard.accept(key));
  }

  @Override
  public String toString() {
    return "simulated metadata store sim://" + name;
  }
}

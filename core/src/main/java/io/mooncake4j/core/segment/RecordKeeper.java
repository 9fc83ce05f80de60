package io.mooncake4j.core.segment;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.records.NameClaim;
import io.mooncake4j.core.records.StoreRecords;
import io.mooncake4j.spi.Metrics;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the two records of an engine in the metadata store as they should be: published when
 * something changes, written again when they are lost or replaced, withdrawn at the end.
 *
 * <p>While the store fails it is asked again after pauses that grow up to a few seconds. When
 * another live engine has the name, nothing is written until it is gone. Each such change of state
 * is one line in the log. Safe from any thread.
 */
final class RecordKeeper {
  private static final Logger LOG = LoggerFactory.getLogger(RecordKeeper.class);
  private static final long FIRST_PAUSE_MILLIS = 250;
  private static final long LONGEST_PAUSE_MILLIS = 5000;

  /**
   * When and where the work is done.
   *
   * @param checkInterval between two looks at the records; zero for none
   * @param timers for what is to be done later
   * @param blocking for what waits for the store
   * @param metrics where it is counted
   */
  record Schedule(
      Duration checkInterval,
      ScheduledExecutorService timers,
      Executor blocking,
      Metrics metrics) {}

  private final String name;
  private final StoreRecords records;
  private final NameClaim claim;
  private final LocalSegment local;
  private final Schedule schedule;
  private final Publications publications;
  private final Pace pace = new Pace();
  private final AtomicBoolean pending = new AtomicBoolean();
  private final Metrics.Counter published;
  private final Metrics.Counter failed;
  private final Metrics.Counter restored;

  /** Held while the records are worked on: one thing at a time. */
  private final ReentrantLock working = new ReentrantLock();

  // Guarded by the lock.
  private byte[] last;
  private boolean disturbed;
  private boolean withdrawn;
  private Future<?> next;

  private volatile boolean closed;
  private final AtomicInteger failures = new AtomicInteger();
  private volatile String lostTo = "";
  private volatile String obstacle = "";

  RecordKeeper(
      String name, StoreRecords records, NameClaim claim, LocalSegment local, Schedule schedule) {
    this.name = name;
    this.records = records;
    this.claim = claim;
    this.local = local;
    this.schedule = schedule;
    this.publications = new Publications(name);
    Metrics metrics = schedule.metrics();
    published = metrics.counter("engine.metadata.publications");
    failed = metrics.counter("engine.metadata.failures");
    restored = metrics.counter("engine.metadata.republications");
    metrics.gauge("engine.metadata.name-lost", () -> lostTo.isEmpty() ? 0 : 1);
  }

  /** Claims the name and publishes; leaves nothing of ours behind when it fails. */
  void start() {
    working.lock();
    try {
      if (closed) {
        throw new MooncakeException(ErrorCode.CLOSED, "engine " + name + " is closed");
      }
      claim.take();
      put();
      later(schedule.checkInterval().toMillis());
    } catch (RuntimeException e) {
      withdraw();
      throw e;
    } finally {
      working.unlock();
    }
  }

  /** Publishes soon, within two seconds if others were published just before; returns at once. */
  void publish() {
    publications.ask();
    wake();
  }

  void awaitPublication(Duration limit) {
    if (!closed && failures.get() == 0 && publications.isDue()) {
      // Somebody waits for it, so it does not wait for others.
      block(() -> tend(false));
    }
    publications.await(limit, () -> lostTo.isEmpty() ? obstacle : lostTo);
  }

  private void wake() {
    // A store that fails is asked again in its time, and everything with it.
    if (!closed && failures.get() == 0 && pending.compareAndSet(false, true)) {
      long delay = pace.askedAt(System.nanoTime());
      if (delay == 0) {
        block(() -> tend(false));
      } else {
        after(delay, () -> tend(false));
      }
    }
  }

  private void after(long nanos, Runnable job) {
    try {
      var unused = schedule.timers().schedule(() -> block(job), nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("segment {} is not looked after any more", name);
    }
  }

  private void tend(boolean thorough) {
    working.lock();
    try {
      if (!thorough) {
        // Cleared first: a change from now on needs a publication of its own.
        pending.set(false);
      }
      if (closed) {
        return;
      }
      boolean look = thorough || failures.get() > 0;
      if (look) {
        check();
      } else if (lostTo.isEmpty() && publications.isDue()) {
        put();
      }
      recovered();
      if (look) {
        later(schedule.checkInterval().toMillis());
      }
    } catch (RuntimeException | LinkageError e) {
      failed(e);
    } finally {
      working.unlock();
    }
  }

  private void put() {
    long upTo = publications.asked();
    byte[] encoded = local.encoded();
    byte[] descriptor =
        records.trailingNewline() ? encoded : Arrays.copyOf(encoded, encoded.length - 1);
    records.putDescriptor(name, descriptor);
    last = descriptor;
    published.add(1);
    pace.made(System.nanoTime());
    publications.made(upTo);
  }

  /** Looks whether the records are there and ours, and sees to it that they are. */
  private void check() {
    Optional<byte[]> address = records.address(name);
    boolean addressLost = !claim.isOurs(address);
    boolean told = disturbed || !lostTo.isEmpty();
    if (addressLost && !takenBack()) {
      return;
    }
    found();
    Optional<byte[]> descriptor = records.descriptor(name);
    boolean descriptorLost = descriptor.isEmpty() || !Arrays.equals(descriptor.get(), last);
    if (descriptorLost || publications.isDue()) {
      put();
    }
    if (addressLost || descriptorLost) {
      restored.add(1);
      if (!told) {
        LOG.info("the metadata store had lost records of {}; they are written again", name);
      }
    }
    disturbed = addressLost || descriptorLost;
  }

  /** Takes the name again; false when a live engine has it. */
  private boolean takenBack() {
    try {
      claim.takeBack();
    } catch (MooncakeException e) {
      if (e.code() != ErrorCode.NAME_TAKEN) {
        throw e;
      }
      if (lostTo.isEmpty()) {
        LOG.warn(
            "engine {} at {} has lost its name and is published no more: {}",
            name,
            claim.ownAddress(),
            e.getMessage());
      }
      lostTo = e.getMessage();
      return false;
    }
    return true;
  }

  /** The name is ours, also when the answer to taking it back was lost on its way. */
  private void found() {
    if (!lostTo.isEmpty()) {
      LOG.info("engine {} at {} has its name again", name, claim.ownAddress());
      lostTo = "";
    }
  }

  private void recovered() {
    if (failures.getAndSet(0) > 0) {
      LOG.info("the metadata store has the records of {} again", name);
      obstacle = "";
    }
    if (lostTo.isEmpty() && publications.isDue()) {
      wake();
    }
  }

  private void failed(Throwable e) {
    failed.add(1);
    if (closed) {
      return;
    }
    obstacle = e.getMessage() == null ? e.toString() : e.getMessage();
    int before = failures.getAndIncrement();
    if (before == 0) {
      LOG.warn("the records of {} cannot be kept in the metadata store: {}", name, obstacle);
    }
    long pause = FIRST_PAUSE_MILLIS << Math.min(before, 10);
    later(Math.min(pause, LONGEST_PAUSE_MILLIS));
  }

  /** Looks again after a while, and not at the time that was set before; 0 for never. */
  private void later(long millis) {
    if (next != null) {
      next.cancel(false);
      next = null;
    }
    if (millis == 0) {
      return;
    }
    try {
      next =
          schedule.timers().schedule(() -> block(() -> tend(true)), millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("segment {} is not looked after any more", name);
    }
  }

  private void block(Runnable job) {
    try {
      schedule.blocking().execute(job);
    } catch (RejectedExecutionException e) {
      // The engine is closing, and its records are withdrawn.
      LOG.debug("segment {} is not looked after any more", name);
    }
  }

  /** Withdraws the records. Returns when that has been done or has failed, by whoever began it. */
  void close() {
    closed = true;
    publications.close();
    // Waits for a publication under way, which would bring the records back.
    working.lock();
    try {
      later(0);
      withdraw();
    } finally {
      working.unlock();
    }
  }

  private void withdraw() {
    if (withdrawn) {
      return;
    }
    withdrawn = true;
    if (!claim.hasWritten()) {
      return; // A store that has failed already is not waited for again.
    }
    try {
      Optional<byte[]> address = records.address(name);
      boolean ours = claim.isOurs(address);
      // Whoever has taken the name since, because we seemed dead, keeps it.
      if (ours || (address.isEmpty() && isLast(records.descriptor(name)))) {
        // In this order: once the address is gone, the name may be another engine's.
        records.removeDescriptor(name);
        records.removeAddress(name);
      }
    } catch (RuntimeException e) {
      LOG.warn("the records of {} may stay in the metadata store: {}", name, e.getMessage());
    }
  }

  private boolean isLast(Optional<byte[]> descriptor) {
    return last != null && descriptor.isPresent() && Arrays.equals(descriptor.get(), last);
  }
}

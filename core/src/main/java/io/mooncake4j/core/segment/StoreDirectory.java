package io.mooncake4j.core.segment;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.Liveness;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.classic.ClassicDescriptor;
import io.mooncake4j.core.classic.ClassicDescriptorCodec;
import io.mooncake4j.core.classic.ClassicKeys;
import io.mooncake4j.core.classic.RpcMeta;
import io.mooncake4j.core.handshake.HandshakeClient;
import io.mooncake4j.spi.MetadataStore;
import io.mooncake4j.spi.MetadataStore.VersionedSwap;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds segments in a metadata store, under the keys that C++ Mooncake uses: one record with the
 * descriptor, one with the address of the handshake service.
 *
 * <p>A record of our own name that is there at the start is probed: when an engine answers, the
 * name is taken; else both records are deleted, so that a crashed predecessor's buffers do not come
 * back. Publications are made by the executor, several changes in one, and repeated while the store
 * does not answer. The records are looked after: those that a store has lost are written again.
 */
public final class StoreDirectory implements Directory {
  private static final Logger LOG = LoggerFactory.getLogger(StoreDirectory.class);
  private static final long REPEAT_MILLIS = 500;
  private static final long CHECK_MILLIS = 2000;

  private final MetadataStore store;
  private final ClassicKeys keys;
  private final boolean trailingNewline;
  private final Duration timeout;
  private final HandshakeClient client;
  private final LocalSegment local;
  private final String name;
  private final RpcMeta own;
  private final ScheduledExecutorService timers;
  private final Executor blocking;
  private final AtomicBoolean pending = new AtomicBoolean();
  private final Object publications = new Object();
  private long asked; // Guarded by publications, as is published.
  private long published;
  private volatile boolean closed;

  /**
   * What the directory works with.
   *
   * @param store holds the records
   * @param keys how they are called
   * @param trailingNewline whether values end with a line feed
   * @param timeout for each call
   * @param timers for what is to be tried again
   * @param blocking for publications, which wait for the store
   */
  public record Settings(
      MetadataStore store,
      ClassicKeys keys,
      boolean trailingNewline,
      Duration timeout,
      ScheduledExecutorService timers,
      Executor blocking) {}

  /**
   * Makes the directory; {@link #start()} claims the name.
   *
   * @param settings the store and how to use it
   * @param client probes an earlier owner of the name
   * @param local what is published
   * @param name the engine's name
   * @param own where its handshake service answers
   */
  public StoreDirectory(
      Settings settings, HandshakeClient client, LocalSegment local, String name, RpcMeta own) {
    this.store = settings.store();
    this.keys = settings.keys();
    this.trailingNewline = settings.trailingNewline();
    this.timeout = settings.timeout();
    this.timers = settings.timers();
    this.blocking = settings.blocking();
    this.client = client;
    this.local = local;
    this.name = name;
    this.own = own;
  }

  /**
   * Claims the name and publishes.
   *
   * @throws MooncakeException with {@link ErrorCode#NAME_TAKEN} when a live engine has the name,
   *     {@link ErrorCode#METADATA} or {@link ErrorCode#TIMEOUT} when the store does not answer
   */
  public void start() {
    try {
      claimAndPublish();
    } catch (MooncakeException e) {
      throw e;
    } catch (RuntimeException e) {
      throw broken(e);
    }
    later(this::check, CHECK_MILLIS);
  }

  private void claimAndPublish() {
    try {
      if (!claim()) {
        throw new MooncakeException(
            ErrorCode.NAME_TAKEN,
            "another engine took the name " + name + " at the same moment; choose another name");
      }
      store.put(keys.segment(name), descriptor(), timeout);
    } catch (RuntimeException e) {
      withdraw();
      throw e;
    }
  }

  private static MooncakeException broken(RuntimeException why) {
    return new MooncakeException(
        ErrorCode.METADATA, "the metadata store's plugin has a defect, it threw " + why, why);
  }

  private Optional<byte[]> read(String key) {
    try {
      return store.get(key, timeout);
    } catch (MooncakeException e) {
      throw e;
    } catch (RuntimeException e) {
      throw broken(e);
    }
  }

  /** Takes the name from nobody or from a dead engine; false when another took it meanwhile. */
  private boolean claim() {
    String rpcKey = keys.rpcMeta(name);
    byte[] record = own.encode(trailingNewline);
    Optional<VersionedSwap> swap = versionedSwap();
    if (swap.isPresent()) {
      VersionedSwap.Versioned earlier = swap.get().getVersioned(rpcKey, timeout);
      earlier.value().ifPresent(this::refuseIfAlive);
      store.remove(keys.segment(name), timeout);
      return swap.get().swap(rpcKey, earlier.version(), record, timeout);
    }
    store.get(rpcKey, timeout).ifPresent(this::refuseIfAlive);
    store.remove(rpcKey, timeout);
    store.remove(keys.segment(name), timeout);
    store.put(rpcKey, record, timeout);
    // The store cannot compare, so look who came last.
    return isOurs(store.get(rpcKey, timeout));
  }

  private Optional<VersionedSwap> versionedSwap() {
    try {
      return Optional.of(store.require(VersionedSwap.class));
    } catch (MooncakeException e) {
      if (e.code() != ErrorCode.NOT_IMPLEMENTED) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private boolean isOurs(Optional<byte[]> record) {
    return record.filter(it -> Arrays.equals(it, own.encode(trailingNewline))).isPresent();
  }

  private void refuseIfAlive(byte[] record) {
    RpcMeta earlier;
    try {
      earlier = RpcMeta.decode(name, record);
    } catch (MooncakeException e) {
      LOG.warn("the earlier record of {} is replaced: {}", name, e.getMessage());
      return;
    }
    if (!earlier.equals(own) && isAlive(earlier)) {
      throw new MooncakeException(
          ErrorCode.NAME_TAKEN,
          "an engine at "
              + earlier.host()
              + ":"
              + earlier.port()
              + " has the name "
              + name
              + "; stop it or choose another name");
    }
  }

  private boolean isAlive(RpcMeta earlier) {
    try {
      return client.probe(earlier.host(), earlier.port()) == Liveness.ALIVE;
    } catch (MooncakeException e) {
      if (e.code() != ErrorCode.DNS) {
        throw e;
      }
      // Hosts that come and go with their processes lose their names with them.
      LOG.warn("the earlier engine {} counts as gone: {}", name, e.getMessage());
      return false;
    }
  }

  private byte[] descriptor() {
    byte[] encoded = local.encoded();
    return trailingNewline ? encoded : Arrays.copyOf(encoded, encoded.length - 1);
  }

  @Override
  public Found find(String segment) {
    byte[] record =
        read(keys.segment(segment))
            .orElseThrow(
                () ->
                    new MooncakeException(
                        ErrorCode.METADATA,
                        "the metadata store has no segment "
                            + segment
                            + " (key "
                            + keys.segment(segment)
                            + ")"));
    ClassicDescriptor descriptor = ClassicDescriptorCodec.decode(segment, record);
    String owner = descriptor.name().isEmpty() ? segment : descriptor.name();
    return new Found(descriptor, address(owner).orElse(Endpoint.NONE));
  }

  @Override
  public Endpoint locate(String segment) {
    return address(segment)
        .orElseThrow(
            () ->
                new MooncakeException(
                    ErrorCode.METADATA,
                    "the metadata store does not know where engine " + segment + " answers"));
  }

  private Optional<Endpoint> address(String segment) {
    return read(keys.rpcMeta(segment))
        .map(record -> RpcMeta.decode(segment, record))
        .map(meta -> new Endpoint(meta.host(), meta.port()));
  }

  @Override
  public void publish() {
    local.changed();
    synchronized (publications) {
      asked++;
    }
    if (!closed && pending.compareAndSet(false, true)) {
      enqueue();
    }
  }

  private void enqueue() {
    block(this::publishNow);
  }

  private void block(Runnable job) {
    try {
      blocking.execute(job);
    } catch (RejectedExecutionException e) {
      // The engine is closing, and its records are withdrawn.
      LOG.debug("segment {} is not looked after any more", name);
    }
  }

  private void later(Runnable job, long millis) {
    try {
      var unused = timers.schedule(() -> block(job), millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("segment {} is not looked after any more", name);
    }
  }

  /** Writes again what a store has lost, such as one that was restarted without a disk. */
  private synchronized void check() {
    if (closed) {
      return;
    }
    try {
      String rpcKey = keys.rpcMeta(name);
      if (store.get(rpcKey, timeout).isEmpty()) {
        LOG.info("the metadata store has lost engine {}; its records are written again", name);
        store.put(rpcKey, own.encode(trailingNewline), timeout);
        store.put(keys.segment(name), descriptor(), timeout);
      }
    } catch (RuntimeException e) {
      LOG.debug("the records of {} cannot be checked", name, e);
    }
    later(this::check, CHECK_MILLIS);
  }

  private synchronized void publishNow() {
    // Cleared first: a change from now on needs a publication of its own.
    pending.set(false);
    if (closed) {
      return;
    }
    long upTo;
    synchronized (publications) {
      upTo = asked;
    }
    try {
      store.put(keys.segment(name), descriptor(), timeout);
      synchronized (publications) {
        published = Math.max(published, upTo);
        publications.notifyAll();
      }
    } catch (RuntimeException e) {
      LOG.warn("cannot publish segment {}, trying again: {}", name, e.toString());
      repeat();
    }
  }

  private void repeat() {
    if (pending.compareAndSet(false, true)) {
      later(this::publishNow, REPEAT_MILLIS);
    }
  }

  @Override
  public void awaitPublication(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      synchronized (publications) {
        long wanted = asked;
        while (published < wanted && !closed) {
          publications.wait(millisUntil(deadline));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MooncakeException(ErrorCode.CANCELED, "interrupted while waiting to publish", e);
    }
    if (closed) {
      throw new MooncakeException(ErrorCode.CLOSED, "engine " + name + " is closed");
    }
  }

  private long millisUntil(long deadline) {
    long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    if (millis <= 0) {
      throw new MooncakeException(
          ErrorCode.TIMEOUT,
          "the metadata store has not taken the record of " + name + "; it is still tried");
    }
    return millis;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    synchronized (publications) {
      publications.notifyAll();
    }
    withdraw();
  }

  // Waits for a publication under way, which would bring the records back.
  private synchronized void withdraw() {
    try {
      // Whoever has taken the name since, because we seemed dead, keeps it.
      if (isOurs(store.get(keys.rpcMeta(name), timeout))) {
        store.remove(keys.rpcMeta(name), timeout);
        store.remove(keys.segment(name), timeout);
      }
    } catch (RuntimeException e) {
      LOG.warn("the records of {} stay in the metadata store: {}", name, e.toString());
    }
  }
}

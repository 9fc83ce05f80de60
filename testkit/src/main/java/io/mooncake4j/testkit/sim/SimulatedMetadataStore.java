package io.mooncake4j.testkit.sim;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.MetadataStore;
import io.mooncake4j.spi.MetadataStore.Leases;
import io.mooncake4j.spi.MetadataStore.PrefixListing;
import io.mooncake4j.spi.MetadataStore.VersionedSwap;
import io.mooncake4j.spi.MetadataStore.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/** One connection to simulated metadata, with every capability. Safe from any thread. */
final class SimulatedMetadataStore
    implements MetadataStore, PrefixListing, VersionedSwap, Leases, Watch {
  private final SimulatedMetadata records;
  private final List<SimulatedLease> leases = new ArrayList<>();
  private final List<AutoCloseable> watches = new ArrayList<>();
  private ExecutorService listening;
  private boolean closed;

  SimulatedMetadataStore(SimulatedMetadata records) {
    this.records = records;
  }

  private void enter(Duration timeout) {
    synchronized (this) {
      if (closed) {
        throw new MooncakeException(
            ErrorCode.CLOSED, "this connection to " + records + " is closed");
      }
    }
    records.enter(timeout);
  }

  @Override
  public Optional<byte[]> get(String key, Duration timeout) {
    return getVersioned(key, timeout).value();
  }

  @Override
  public void put(String key, byte[] value, Duration timeout) {
    enter(timeout);
    records.write(key, value, null);
  }

  @Override
  public boolean remove(String key, Duration timeout) {
    enter(timeout);
    return records.erase(key);
  }

  @Override
  public <C extends Capability> C require(Class<C> capability) {
    if (!capability.isInstance(this)) {
      throw new MooncakeException(
          ErrorCode.NOT_IMPLEMENTED,
          SimMetadataProvider.NAME + " does not offer " + capability.getSimpleName());
    }
    return capability.cast(this);
  }

  @Override
  public Map<String, byte[]> list(String prefix, Duration timeout) {
    enter(timeout);
    return records.list(prefix);
  }

  @Override
  public Versioned getVersioned(String key, Duration timeout) {
    enter(timeout);
    SimulatedMetadata.Entry entry = records.find(key);
    return entry == null
        ? new Versioned(Optional.empty(), ABSENT)
        : new Versioned(Optional.of(entry.value()), entry.version());
  }

  @Override
  public boolean swap(String key, long expectedVersion, byte[] value, Duration timeout) {
    enter(timeout);
    return records.swap(key, expectedVersion, ABSENT, value);
  }

  @Override
  public Lease grant(Duration timeToLive, Duration timeout) {
    enter(timeout);
    SimulatedLease lease = new SimulatedLease();
    records.grant(lease);
    synchronized (this) {
      leases.add(lease);
    }
    return lease;
  }

  @Override
  public AutoCloseable watch(String prefix, Consumer<String> listener) {
    ExecutorService executor;
    synchronized (this) {
      if (closed) {
        throw new MooncakeException(
            ErrorCode.CLOSED, "this connection to " + records + " is closed");
      }
      if (listening == null) {
        listening = Executors.newSingleThreadExecutor(task -> new Thread(task, "sim-metadata"));
      }
      executor = listening;
    }
    SimulatedMetadata.Listener watch =
        new SimulatedMetadata.Listener(prefix, key -> deliver(executor, listener, key));
    records.listen(watch);
    AutoCloseable ending = () -> records.unlisten(watch);
    synchronized (this) {
      watches.add(ending);
    }
    return ending;
  }

  private static void deliver(Executor executor, Consumer<String> listener, String key) {
    try {
      executor.execute(() -> listener.accept(key));
    } catch (RejectedExecutionException e) {
      // The store was closed while the change was on its way: nobody listens any more.
    }
  }

  @Override
  public void close() {
    List<SimulatedLease> ending;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      ending = List.copyOf(leases);
    }
    ending.forEach(SimulatedLease::close);
    endWatches();
  }

  private synchronized void endWatches() {
    for (AutoCloseable watch : watches) {
      try {
        watch.close();
      } catch (Exception e) {
        throw new MooncakeException(ErrorCode.INTERNAL, "a watch cannot be ended: " + e, e);
      }
    }
    if (listening != null) {
      listening.shutdown();
    }
  }

  /** Alive until closed: the imagined client of this process never misses a renewal. */
  private final class SimulatedLease implements Lease {
    @Override
    public void put(String key, byte[] value, Duration timeout) {
      enter(timeout);
      if (!isAlive()) {
        throw new MooncakeException(ErrorCode.METADATA, "the lease has ended; take a new one");
      }
      records.write(key, value, this);
    }

    @Override
    public boolean isAlive() {
      return records.holds(this);
    }

    @Override
    public void close() {
      records.expire(this);
    }
  }
}

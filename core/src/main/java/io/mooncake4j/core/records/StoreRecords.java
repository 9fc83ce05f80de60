package io.mooncake4j.core.records;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.classic.ClassicKeys;
import io.mooncake4j.core.classic.RpcMeta;
import io.mooncake4j.spi.MetadataStore;
import io.mooncake4j.spi.MetadataStore.PrefixListing;
import io.mooncake4j.spi.MetadataStore.VersionedSwap;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * The two records of each name in a metadata store: the descriptor of its segment, and the address
 * of its engine's handshake service.
 *
 * <p>Owns the store. Safe from any thread. Every call ends within the store's timeout and fails as
 * {@link MetadataStore} says; what a defective plugin throws becomes {@link ErrorCode#METADATA}.
 */
public final class StoreRecords implements AutoCloseable {
  private final MetadataStore store;
  private final ClassicKeys keys;
  private final boolean trailingNewline;
  private final Duration timeout;
  private final LongAdder calls = new LongAdder();
  private final LongAdder failedCalls = new LongAdder();

  /**
   * Wraps a store.
   *
   * @param store holds the records; closed with this object
   * @param keys how they are called
   * @param trailingNewline whether values end with a line feed
   * @param timeout for each call
   */
  public StoreRecords(
      MetadataStore store, ClassicKeys keys, boolean trailingNewline, Duration timeout) {
    this.store = store;
    this.keys = keys;
    this.trailingNewline = trailingNewline;
    this.timeout = timeout;
  }

  /**
   * Returns how often the store was asked for something.
   *
   * @return calls so far, failed ones included
   */
  public long calls() {
    return calls.sum();
  }

  /**
   * Returns how often it did not answer, or refused.
   *
   * @return calls so far
   */
  public long failedCalls() {
    return failedCalls.sum();
  }

  /**
   * Returns how the records are called.
   *
   * @return the keys of the cluster
   */
  public ClassicKeys keys() {
    return keys;
  }

  /**
   * Says how the store wants its values.
   *
   * @return whether they end with a line feed
   */
  public boolean trailingNewline() {
    return trailingNewline;
  }

  /**
   * Reads where a name's engine answers.
   *
   * @param name the name
   * @return the record's bytes, not parsed yet
   */
  public Optional<byte[]> address(String name) {
    return call(() -> store.get(keys.rpcMeta(name), timeout));
  }

  /**
   * Reads what a name has published.
   *
   * @param name the name
   * @return the record's bytes, not parsed yet
   */
  public Optional<byte[]> descriptor(String name) {
    return call(() -> store.get(keys.segment(name), timeout));
  }

  /**
   * Writes where a name's engine answers.
   *
   * @param name the name
   * @param address the address
   */
  public void putAddress(String name, RpcMeta address) {
    put(keys.rpcMeta(name), address.encode(trailingNewline));
  }

  /**
   * Writes what a name publishes.
   *
   * @param name the name
   * @param descriptor JSON, with or without a line feed as the store wants it
   */
  public void putDescriptor(String name, byte[] descriptor) {
    put(keys.segment(name), descriptor);
  }

  private void put(String key, byte[] value) {
    call(
        () -> {
          store.put(key, value, timeout);
          return true;
        });
  }

  /**
   * Removes where a name's engine answers.
   *
   * @param name the name
   * @return whether there was such a record
   */
  public boolean removeAddress(String name) {
    return call(() -> store.remove(keys.rpcMeta(name), timeout));
  }

  /**
   * Removes what a name has published.
   *
   * @param name the name
   * @return whether there was such a record
   */
  public boolean removeDescriptor(String name) {
    return call(() -> store.remove(keys.segment(name), timeout));
  }

  /**
   * Reads all records of the cluster.
   *
   * @return key to bytes, sorted by key
   * @throws MooncakeException with {@link ErrorCode#NOT_IMPLEMENTED} when the store cannot list
   */
  public Map<String, byte[]> list() {
    return call(() -> store.require(PrefixListing.class).list(keys.prefix(), timeout));
  }

  /** Reads an address so that {@link #replace} can tell whether it has changed since. */
  Earlier earlier(String name) {
    Optional<VersionedSwap> swap = versionedSwap();
    return swap.isEmpty()
        ? new Earlier(address(name), null)
        : call(
            () -> {
              VersionedSwap.Versioned read = swap.get().getVersioned(keys.rpcMeta(name), timeout);
              return new Earlier(read.value(), read.version());
            });
  }

  /**
   * An address as it was read.
   *
   * @param value the record's bytes
   * @param version null where the store keeps none
   */
  record Earlier(Optional<byte[]> value, Long version) {
    boolean isVersioned() {
      return version != null;
    }
  }

  /** Replaces a versioned address; false when it has changed since it was read. */
  boolean replace(String name, Earlier earlier, RpcMeta address) {
    return call(
        () ->
            store
                .require(VersionedSwap.class)
                .swap(
                    keys.rpcMeta(name),
                    earlier.version(),
                    address.encode(trailingNewline),
                    timeout));
  }

  private Optional<VersionedSwap> versionedSwap() {
    try {
      return Optional.of(guarded(() -> store.require(VersionedSwap.class)));
    } catch (MooncakeException e) {
      if (e.code() != ErrorCode.NOT_IMPLEMENTED) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private <T> T call(Supplier<T> call) {
    calls.increment();
    try {
      return guarded(call);
    } catch (MooncakeException e) {
      failedCalls.increment();
      throw e;
    }
  }

  private static <T> T guarded(Supplier<T> call) {
    try {
      return call.get();
    } catch (MooncakeException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new MooncakeException(
          ErrorCode.METADATA, "the metadata store's plugin has a defect, it threw " + e, e);
    }
  }

  /** Closes the store. */
  @Override
  public void close() {
    store.close();
  }
}

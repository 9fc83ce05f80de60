package io.mooncake4j.spi;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A place where engines find each other's records by key.
 *
 * <p>All methods may be called from any thread; a slow call does not delay others. Every call ends
 * within its timeout, with {@link io.mooncake4j.api.ErrorCode#TIMEOUT} or {@link
 * io.mooncake4j.api.ErrorCode#METADATA} when the server does not answer or refuses; the store
 * recovers by itself when the server returns.
 */
public interface MetadataStore extends AutoCloseable {
  /**
   * Reads a record.
   *
   * @param key its key
   * @param timeout positive
   * @return the bytes, or empty when there is none
   */
  Optional<byte[]> get(String key, Duration timeout);

  /**
   * Writes a record, replacing an older one.
   *
   * @param key its key
   * @param value the bytes; not kept
   * @param timeout positive
   * @throws io.mooncake4j.api.MooncakeException with {@link io.mooncake4j.api.ErrorCode#METADATA}
   *     when the server refuses, as C++ Mooncake's do when the key contains {@code rpc_meta} and
   *     there is a different record
   */
  void put(String key, byte[] value, Duration timeout);

  /**
   * Removes a record.
   *
   * @param key its key
   * @param timeout positive
   * @return whether there was one
   */
  boolean remove(String key, Duration timeout);

  /**
   * Asks for something beyond get, put and remove.
   *
   * @param capability an interface nested in this one
   * @param <C> the interface
   * @return the capability
   * @throws io.mooncake4j.api.MooncakeException with {@link
   *     io.mooncake4j.api.ErrorCode#NOT_IMPLEMENTED}, naming store and capability, when the store
   *     does not offer it
   */
  <C extends Capability> C require(Class<C> capability);

  /** Disconnects. Closing twice does nothing. */
  @Override
  void close();

  /** Something a store may offer beyond get, put and remove. */
  interface Capability {}

  /** Lists records by the beginning of their keys. */
  interface PrefixListing extends Capability {
    /**
     * Lists records.
     *
     * @param prefix what the keys begin with
     * @param timeout positive
     * @return key to bytes, sorted by key
     * @throws io.mooncake4j.api.MooncakeException with {@link
     *     io.mooncake4j.api.ErrorCode#NOT_IMPLEMENTED} when this server, unlike others of its kind,
     *     cannot list
     */
    Map<String, byte[]> list(String prefix, Duration timeout);
  }

  /** Replaces a record only when it has not changed since it was read. */
  interface VersionedSwap extends Capability {
    /** The version of a record that does not exist. */
    long ABSENT = 0;

    /**
     * Reads a record with its version.
     *
     * @param key its key
     * @param timeout positive
     * @return the bytes, if any, and the version ({@link #ABSENT} when there are none)
     */
    Versioned getVersioned(String key, Duration timeout);

    /**
     * Writes a record if its version is the expected one.
     *
     * @param key its key
     * @param expectedVersion from {@link #getVersioned}, or {@link #ABSENT}
     * @param value the bytes
     * @param timeout positive
     * @return whether it was written
     */
    boolean swap(String key, long expectedVersion, byte[] value, Duration timeout);

    /**
     * A record and its version.
     *
     * @param value the bytes, or empty when there is no record
     * @param version grows with every change
     */
    record Versioned(Optional<byte[]> value, long version) {}
  }

  /** Ties records to the life of their writer. */
  interface Leases extends Capability {
    /**
     * Takes a lease and keeps it alive until it is closed.
     *
     * @param timeToLive how long records outlive their writer
     * @param timeout positive
     * @return the lease, owned by the caller
     */
    Lease grant(Duration timeToLive, Duration timeout);
  }

  /** A lease: records put through it vanish when it is closed or no longer kept alive. */
  interface Lease extends AutoCloseable {
    /**
     * Writes a record that lives as long as the lease.
     *
     * @param key its key
     * @param value the bytes
     * @param timeout positive
     */
    void put(String key, byte[] value, Duration timeout);

    /**
     * Says whether the lease still holds.
     *
     * @return false once the store has let it go
     */
    boolean isAlive();

    @Override
    void close();
  }

  /** Tells of changes. */
  interface Watch extends Capability {
    /**
     * Watches records by the beginning of their keys.
     *
     * @param prefix what the keys begin with
     * @param listener called, on a thread of the store, with the key of each record that changed
     * @return closing it ends the watch
     */
    AutoCloseable watch(String prefix, Consumer<String> listener);
  }
}

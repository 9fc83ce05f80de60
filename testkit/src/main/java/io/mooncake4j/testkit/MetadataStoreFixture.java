package io.mooncake4j.testkit;

import io.mooncake4j.config.Options;
import io.mooncake4j.spi.MetadataStore;
import io.mooncake4j.spi.MetadataStoreProvider;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What {@link MetadataStoreContract} has to know about a metadata store: how to connect, and how to
 * take its server down. Made anew for each test; used by one thread.
 */
public abstract class MetadataStoreFixture implements AutoCloseable {
  /** For subclasses. */
  protected MetadataStoreFixture() {}

  /**
   * Returns the provider under test.
   *
   * @return the provider
   */
  public abstract MetadataStoreProvider provider();

  /**
   * Returns a connection string for a running server.
   *
   * @return all stores made of it see the same records
   */
  public abstract String connection();

  /**
   * Returns the provider's options.
   *
   * @return key to text, none by default
   */
  public Map<String, String> options() {
    return Map.of();
  }

  /**
   * Returns connection strings that are not valid.
   *
   * @return strings that {@code create} must refuse; a scheme without a host by default
   */
  public String[] invalidConnections() {
    return provider().describe().schemes().stream()
        .map(scheme -> scheme + "://")
        .toArray(String[]::new);
  }

  /**
   * Takes the server down until the result is closed.
   *
   * @return closing it brings the server back; empty when the fixture cannot
   */
  public Optional<Outage> takeDown() {
    return Optional.empty();
  }

  /**
   * Makes the server accept calls but not answer until the result is closed.
   *
   * @return closing it lets the server answer; empty when the fixture cannot
   */
  public Optional<Outage> silence() {
    return Optional.empty();
  }

  /**
   * Returns how long the store may take to be of use again after an outage.
   *
   * @return ten seconds by default
   */
  public Duration recovery() {
    return Duration.ofSeconds(10);
  }

  /**
   * Says whether a thread of this process belongs to the server, not to the store.
   *
   * @param thread a thread
   * @return false by default, for servers in processes of their own
   */
  public boolean isThreadOfTheServer(Thread thread) {
    return false;
  }

  /**
   * Connects.
   *
   * @return a store, owned by the caller
   */
  public final MetadataStore connect() {
    return provider().create(connection(), effectiveOptions());
  }

  final Options effectiveOptions() {
    return TestOptions.of(provider().describe().options(), options());
  }

  /** Frees what the fixture has made. */
  @Override
  public void close() {}

  /** A server that does not do its work. */
  @FunctionalInterface
  public interface Outage extends AutoCloseable {
    /** Ends the outage. */
    @Override
    void close();
  }
}

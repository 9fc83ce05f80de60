package io.mooncake4j.core.engine;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.config.Options;
import io.mooncake4j.spi.Availability;
import io.mooncake4j.spi.MetadataStore;
import io.mooncake4j.spi.MetadataStoreDescription;
import io.mooncake4j.spi.MetadataStoreProvider;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A metadata store {@code defective://<name>} without capabilities, whose calls throw while a test
 * says so.
 */
public final class DefectiveStoreProvider implements MetadataStoreProvider {
  static final Map<String, byte[]> RECORDS = new ConcurrentHashMap<>();

  static volatile boolean throwing;

  /** Whether writes are without effect. */
  static volatile boolean forgetful;

  /** Runs in the middle of each write with its key; may change records, or throw instead. */
  static volatile Consumer<String> onPut = key -> {};

  /** Every read finds this unless it is null. */
  static volatile byte[] garbage;

  /** Reads so far. */
  static final AtomicInteger READS = new AtomicInteger();

  /** For the service loader. */
  public DefectiveStoreProvider() {}

  @Override
  public String name() {
    return "defective-store";
  }

  @Override
  public Availability availability() {
    return Availability.yes();
  }

  @Override
  public MetadataStoreDescription describe() {
    return new MetadataStoreDescription(
        "0.1.0", "Throws, for tests.", Set.of("defective"), false, true, Set.of(), List.of());
  }

  @Override
  public MetadataStore create(String connection, Options options) {
    return new Defective();
  }

  private static final class Defective implements MetadataStore {
    private static void enter() {
      if (throwing) {
        throw new IllegalStateException("defect in the store");
      }
    }

    @Override
    public Optional<byte[]> get(String key, Duration timeout) {
      READS.incrementAndGet();
      enter();
      return Optional.ofNullable(garbage == null ? RECORDS.get(key) : garbage);
    }

    @Override
    public void put(String key, byte[] value, Duration timeout) {
      enter();
      onPut.accept(key);
      if (!forgetful) {
        RECORDS.put(key, value);
      }
    }

    @Override
    public boolean remove(String key, Duration timeout) {
      enter();
      return RECORDS.remove(key) != null;
    }

    @Override
    public <C extends Capability> C require(Class<C> capability) {
      enter();
      throw new MooncakeException(ErrorCode.NOT_IMPLEMENTED, "no " + capability);
    }

    @Override
    public void close() {
      enter();
    }
  }
}

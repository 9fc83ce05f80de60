package io.mooncake4j.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mooncake4j.api.Location;
import io.mooncake4j.api.Registration;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.core.memory.Region;
import io.mooncake4j.core.memory.RegionTable;
import io.mooncake4j.spi.MetadataStore;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.sim.SimMetadataProvider;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongUnaryOperator;

/**
 * Measures what regions and peers cost one engine, with a metadata store of the testkit, and fails
 * when a limit is missed: heap for each region and each peer, the time of a look-up, and how many
 * publications ten thousand registrations cause.
 */
public final class ScaleCheck {
  private static final int REGIONS = 10_000;
  private static final int PEERS = 1_000;
  private static final int BLOCK = 8192;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final String STORE = "sim://scale";
  private static final String MODEL = "model.example";
  private static final int LOOKUPS = 2_000_000;

  private static final double MOST_BYTES_PER_REGION = 2_048;
  private static final double MOST_BYTES_PER_PEER = 16_384;

  /** What is linear grows at most so much for each more. */
  private static final double MOST_GROWTH = 1.5;

  private static final double MOST_PUBLICATIONS = 20;

  /** From 100 to 10,000 regions a binary search takes twice the steps, and misses the cache. */
  private static final double MOST_LOOKUP_GROWTH = 8;

  private static final int CALM_LOOKS = 4;
  private static final int MOST_LOOKS = 60;
  private static final long CALM_BYTES = 2_048;

  private boolean passed = true;

  private ScaleCheck() {}

  /**
   * Runs it.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    ScaleCheck check = new ScaleCheck();
    check.registrations();
    check.peers();
    check.lookups();
    System.exit(check.passed ? 0 : 1);
  }

  private void report(String what, double value, double limit) {
    // Nothing costs less than nothing: a negative number is a measurement gone wrong.
    boolean good = value > 0 && value <= limit;
    passed &= good;
    System.out.printf("%s %s: %.1f, at most %.1f%n", good ? "PASS" : "FAIL", what, value, limit);
  }

  private static TransferEngine engine(String name) {
    return TransferEngine.builder()
        .ignoreEnvironment()
        .name(name)
        .metadata(STORE)
        .option("mooncake.network.bind-address", "127.0.0.1")
        .option("mooncake.network.advertised-address", "127.0.0.1")
        .option("mooncake.transports", "tcp,local")
        .build();
  }

  private void registrations() {
    try (TransferEngine engine = engine("regions.example");
        TestMemory memory = TestMemory.allocate((long) REGIONS * BLOCK)) {
      engine.register(Registration.of(memory.address(), 1, Location.ANY, memory));
      engine.awaitPublication(TIMEOUT);
      long empty = heap();
      register(engine, memory, 1, REGIONS / 10);
      double few = (double) (heap() - empty) / (REGIONS / 10);
      long start = System.nanoTime();
      register(engine, memory, REGIONS / 10, REGIONS);
      engine.awaitPublication(TIMEOUT);
      System.out.printf(
          "     %d registrations one by one: %d ms%n",
          REGIONS * 9 / 10, (System.nanoTime() - start) / 1_000_000);
      double many = (double) (heap() - empty) / REGIONS;
      System.out.printf("     heap bytes per region at %d: %.0f%n", REGIONS / 10, few);
      report("heap bytes per region at " + REGIONS, many, MOST_BYTES_PER_REGION);
      report("the same against that at " + REGIONS / 10, many / few, MOST_GROWTH);
    }
    publications();
  }

  private static void register(TransferEngine engine, TestMemory memory, int from, int to) {
    for (int i = from; i < to; i++) {
      long address = memory.address() + (long) i * BLOCK;
      engine.register(Registration.of(address, BLOCK / 2, Location.ANY, memory));
    }
  }

  private void publications() {
    try (TransferEngine engine = engine("publications.example");
        TestMemory memory = TestMemory.allocate((long) REGIONS * BLOCK)) {
      long before = engine.metrics().value("engine.metadata.publications");
      register(engine, memory, 0, REGIONS);
      engine.awaitPublication(TIMEOUT);
      report(
          "publications for " + REGIONS + " registrations",
          (double) (engine.metrics().value("engine.metadata.publications") - before),
          MOST_PUBLICATIONS);
    }
  }

  /** Peers are copies of a real engine's records, which is closed before they are opened. */
  private void peers() {
    try (MetadataStore store = new SimMetadataProvider().create(STORE, null)) {
      publishPeers(store);
      try (TransferEngine engine = engine("initiator.example")) {
        engine.openSegment("peer-0." + MODEL);
        long empty = heap();
        open(engine, 1, PEERS / 10);
        double few = (double) (heap() - empty) / (PEERS / 10);
        open(engine, PEERS / 10, PEERS);
        double many = (double) (heap() - empty) / PEERS;
        System.out.printf("     heap bytes per peer at %d: %.0f%n", PEERS / 10, few);
        report("heap bytes per peer at " + PEERS, many, MOST_BYTES_PER_PEER);
        report("the same against that at " + PEERS / 10, many / few, MOST_GROWTH);
      }
    }
  }

  private static void open(TransferEngine engine, int from, int to) {
    for (int i = from; i < to; i++) {
      engine.openSegment("peer-" + i + "." + MODEL);
    }
  }

  private static void publishPeers(MetadataStore store) {
    String descriptor;
    String address;
    try (TransferEngine model = engine(MODEL)) {
      for (int i = 0; i < 4; i++) {
        model.allocate(BLOCK);
      }
      model.awaitPublication(TIMEOUT);
      descriptor = read(store, "mooncake/ram/" + MODEL);
      address = read(store, "mooncake/rpc_meta/" + MODEL);
    }
    for (int i = 0; i < PEERS; i++) {
      String name = "peer-" + i + "." + MODEL;
      put(store, "mooncake/ram/" + name, descriptor.replace(MODEL, name));
      put(store, "mooncake/rpc_meta/" + name, address);
    }
  }

  private static String read(MetadataStore store, String key) {
    return new String(store.get(key, TIMEOUT).orElseThrow(), UTF_8);
  }

  private static void put(MetadataStore store, String key, String value) {
    store.put(key, value.getBytes(UTF_8), TIMEOUT);
  }

  private void lookups() {
    double least = 0;
    for (int count : new int[] {100, 1_000, 10_000}) {
      double nanos = lookup(count);
      least = least == 0 ? nanos : least;
      System.out.printf("     look-up of a region among %d: %.0f ns%n", count, nanos);
      if (count == REGIONS) {
        report("look-up among " + count + " against among 100", nanos / least, MOST_LOOKUP_GROWTH);
      }
    }
  }

  private double lookup(int count) {
    RegionTable table = new RegionTable();
    List<Region> regions = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      regions.add(
          Region.device(
              i, (long) i * BLOCK, BLOCK / 2, new Location("cuda:0"), true, this, region -> {}));
    }
    table.add(regions);
    Random random = new Random(42);
    long[] addresses =
        random.ints(1 << 16, 1, count + 1).mapToLong(i -> (long) i * BLOCK).toArray();
    LongUnaryOperator run =
        times -> {
          long found = 0;
          for (int i = 0; i < times; i++) {
            var region = table.acquire(addresses[i & 0xffff], 64);
            found += region.length();
            region.release();
          }
          return found;
        };
    double best = Double.MAX_VALUE;
    for (int round = 0; round < 5; round++) {
      long start = System.nanoTime();
      if (run.applyAsLong(LOOKUPS) == 0) {
        throw new IllegalStateException("nothing was found");
      }
      best = Math.min(best, (double) (System.nanoTime() - start) / LOOKUPS);
    }
    return best;
  }

  /**
   * The bytes in use after collection, once they fall no more: what was closed ends in its time.
   */
  private static long heap() {
    long least = Long.MAX_VALUE;
    for (int calm = 0, looks = 0; calm < CALM_LOOKS && looks < MOST_LOOKS; looks++) {
      System.gc();
      long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      calm = used > least - CALM_BYTES ? calm + 1 : 0;
      least = Math.min(least, used);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
    return least;
  }
}

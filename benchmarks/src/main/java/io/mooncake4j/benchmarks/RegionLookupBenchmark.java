package io.mooncake4j.benchmarks;

import io.mooncake4j.api.Location;
import io.mooncake4j.core.memory.Region;
import io.mooncake4j.core.memory.RegionTable;
import io.mooncake4j.core.segment.EntryTable;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.RemoteEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it takes to find the region, or a peer's entry, in which an address lies, by how many there
 * are.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class RegionLookupBenchmark {
  private static final int ADDRESSES = 1 << 16;
  private static final long STEP = 1 << 20;

  /** How many regions there are. */
  @Param({"100", "1000", "10000"})
  public int regions;

  private final long[] addresses = new long[ADDRESSES];
  private final RegionTable table = new RegionTable();
  private EntryTable entries;
  private int next;

  /** Fills the tables. */
  @Setup
  public void fill() {
    List<Region> all = new ArrayList<>();
    List<RemoteEntry> published = new ArrayList<>();
    for (int i = 1; i <= regions; i++) {
      all.add(
          Region.device(i, i * STEP, STEP / 2, new Location("cuda:0"), true, this, region -> {}));
      published.add(new RemoteEntry("cpu:0", i * STEP, STEP / 2, Attributes.emptyMap()));
    }
    table.add(all);
    entries = new EntryTable(published);
    Random random = new Random(42);
    for (int i = 0; i < ADDRESSES; i++) {
      addresses[i] = (1 + random.nextInt(regions)) * STEP + random.nextInt((int) STEP / 4);
    }
  }

  private long address() {
    return addresses[next++ & (ADDRESSES - 1)];
  }

  /**
   * Finds a region of the engine, as a server does for each request, and lets it go.
   *
   * @return the region
   */
  @Benchmark
  public LocalRegion region() {
    LocalRegion region = table.acquire(address(), 4096);
    region.release();
    return region;
  }

  /**
   * Finds a peer's entry, as an initiator does for each request.
   *
   * @return the entry
   */
  @Benchmark
  public RemoteEntry entry() {
    return entries.at(address());
  }
}

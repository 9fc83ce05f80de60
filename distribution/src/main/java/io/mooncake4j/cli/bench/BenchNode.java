package io.mooncake4j.cli.bench;

import io.mooncake4j.api.Allocation;
import io.mooncake4j.api.EngineBuilder;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.Location;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.cli.metrics.MetricsEndpoint;
import io.mooncake4j.cli.setup.EngineArguments;
import io.mooncake4j.ffi.Numa;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** Either side of a run: an engine as the flags ask for it, and its buffers. */
final class BenchNode implements AutoCloseable {
  /** The transport that C++ takes when there is no RDMA. */
  private static final String FALLBACK = "tcp";

  /** A store that has not taken the record by then is not going to. */
  private static final Duration PUBLICATION = Duration.ofSeconds(60);

  /** Closing withdraws the records; a store that hangs must not keep the process. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final TransferEngine engine;
  private final List<MemoryRegion> buffers;
  private final MetricsEndpoint metrics;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Takes the engine and what shows its metrics, which may be null. */
  private BenchNode(TransferEngine engine, List<MemoryRegion> buffers, MetricsEndpoint metrics) {
    this.engine = engine;
    this.buffers = buffers;
    this.metrics = metrics;
  }

  /**
   * Starts an engine and allocates a buffer on each NUMA node.
   *
   * @param arguments say what the engine is to be
   * @param flags say more
   * @param plan says how large the buffers are at least
   * @param console is told about what is not as asked for
   * @return the node
   */
  static BenchNode start(
      EngineArguments arguments, BenchFlags flags, BenchPlan plan, Console console) {
    if (plan.reach() > flags.bufferSize()) {
      console.warn(Console.Origin.BENCH_BUFFER, "buffer_size is raised to " + plan.reach());
    }
    TransferEngine engine = engine(arguments, flags, console);
    try {
      List<MemoryRegion> buffers = allocate(engine, Math.max(flags.bufferSize(), plan.reach()));
      return new BenchNode(engine, buffers, flags.metrics().serve(engine));
    } catch (RuntimeException | Error e) {
      engine.close();
      throw e;
    }
  }

  private static TransferEngine engine(
      EngineArguments arguments, BenchFlags flags, Console console) {
    try {
      return build(arguments, flags, flags.protocol());
    } catch (MooncakeException e) {
      boolean absent = e.code() == ErrorCode.OPTION || e.code() == ErrorCode.PLUGIN;
      if (!flags.mayFallBack() || !absent) {
        throw e;
      }
      TransferEngine engine = build(arguments, flags, FALLBACK);
      console.warn(
          Console.Origin.LISTENING,
          "protocol "
              + flags.protocol()
              + " cannot be had, using "
              + FALLBACK
              + ": "
              + e.getMessage());
      return engine;
    }
  }

  private static TransferEngine build(
      EngineArguments arguments, BenchFlags flags, String transport) {
    EngineBuilder builder = arguments.builder();
    if (flags.metadataServer() != null) {
      builder.metadata(flags.metadataServer());
    }
    if (flags.localServerName() != null) {
      builder.name(flags.localServerName());
    }
    if (transport != null) {
      builder.option("mooncake.transports", transport);
    }
    flags.applyDevices(builder, transport);
    return builder.build();
  }

  private static List<MemoryRegion> allocate(TransferEngine engine, long length) {
    List<MemoryRegion> regions = new ArrayList<>();
    for (int node : Numa.availableNodes()) {
      regions.add(engine.allocate(Allocation.of(length).at(Location.cpu(node))));
    }
    if (regions.isEmpty()) {
      regions.add(engine.allocate(length));
    }
    return regions;
  }

  /** Returns the engine. */
  TransferEngine engine() {
    return engine;
  }

  /** Returns the buffers, one for each NUMA node. */
  List<MemoryRegion> buffers() {
    return buffers;
  }

  /**
   * Serves until the process is told to end, and withdraws the engine then.
   *
   * @param console is told where the engine listens once peers can find the buffers
   */
  @SuppressWarnings("try") // The signal is waited for, not used.
  void serve(Console console) {
    CountDownLatch end = new CountDownLatch(1);
    Runnable told =
        () -> {
          end.countDown();
          close();
        };
    try (EndOnSignal signal = new EndOnSignal(told, PATIENCE, () -> {})) {
      engine.awaitPublication(PUBLICATION);
      console.result(Console.Origin.LISTENING, listening());
      end.await();
    } catch (MooncakeException e) {
      if (end.getCount() > 0) {
        throw e;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The words of C++ Mooncake's engine, so that one script can wait for either. */
  private String listening() {
    // Only in P2P mode the name that peers open is the address itself.
    boolean p2p = engine.name().equals(engine.address());
    String method = p2p ? "P2P handshake" : "new RPC mapping";
    return "Transfer Engine RPC using " + method + ", listening on " + engine.address();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      if (metrics != null) {
        metrics.close();
      }
      engine.close();
    }
  }
}

package io.mooncake4j.cli.bench;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.testkit.sim.Fault;
import io.mooncake4j.testkit.sim.Faults;
import io.mooncake4j.testkit.sim.SimVirtualProvider;
import io.mooncake4j.testkit.sim.SimulatedCopy;
import io.mooncake4j.testkit.sim.SimulatedNetwork;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two engines in one process over a simulated transport with scripted faults; prints what the
 * programs' parts say of it. {@link DataIntegrityTest} runs it with the simulation on the class
 * path, where no other test wants it.
 */
final class IntegrityScenarios implements AutoCloseable {
  static final int THREADS = 3;
  static final int BLOCK = 1000;
  static final int BATCH = 4;

  private static final String NETWORK = "bench-integrity";

  private final BenchPlan plan = plan(Duration.ofMillis(200));
  private final TransferEngine target = newEngine();
  private final TransferEngine engine = newEngine();
  private final List<MemoryRegion> locals;

  private IntegrityScenarios() {
    target.allocate(plan.reach());
    target.allocate(plan.reach());
    locals = List.of(engine.allocate(plan.reach()), engine.allocate(plan.reach()));
  }

  public static void main(String[] words) {
    try (IntegrityScenarios scenarios = new IntegrityScenarios()) {
      scenarios.runAll();
    }
    System.exit(0);
  }

  private static BenchPlan plan(Duration duration) {
    return new BenchPlan(OpCode.READ, BLOCK, BATCH, THREADS, duration);
  }

  private static TransferEngine newEngine() {
    return TransferEngine.builder()
        .ignoreEnvironment()
        .name("127.0.0.1")
        .option("mooncake.network.bind-address", "127.0.0.1")
        .option("mooncake.transports", SimVirtualProvider.NAME)
        .option(SimVirtualProvider.NETWORK.key(), NETWORK)
        .build();
  }

  private static Faults faults() {
    return SimulatedNetwork.named(NETWORK).faults();
  }

  private BenchInitiator initiator(BenchPlan what) {
    return new BenchInitiator(engine, locals, what, target.name());
  }

  private BenchReport validate(BenchPlan what) {
    return initiator(what).run((slot, stop) -> new ValidateWorker(slot, stop, 5));
  }

  private static void tell(String scenario, BenchReport report) {
    String failure = report.failure() == null ? "passed" : report.failure().getMessage();
    tell(scenario, "batches=" + report.batches() + " errors=" + report.errors() + " " + failure);
  }

  private static void tell(String scenario, String text) {
    System.out.println(scenario + ": " + text);
    faults().clear();
  }

  private void tellVerification(String scenario, long seed) {
    try {
      tell(scenario, "compared " + new BenchVerifier(initiator(plan).slots(), seed).run());
    } catch (MooncakeException e) {
      tell(scenario, e.getMessage());
    }
  }

  private void runAll() {
    tell("validate", validate(plan));

    faults().next(SimulatedCopy.writes(), 1, Fault.flip(321));
    tell("validate a wrong write", validate(plan));

    AtomicInteger seen = new AtomicInteger();
    // Beyond the first rounds, which are always checked. Reads alone: two wrongs would make a
    // right.
    faults()
        .every(
            SimulatedCopy.reads().and(copy -> seen.incrementAndGet() > 2 * THREADS * BATCH),
            Fault.flip(0));
    long start = System.nanoTime();
    tell("validate a late fault", validate(plan(Duration.ofSeconds(40))));
    tell("seconds of a late fault", "" + Duration.ofNanos(System.nanoTime() - start).toSeconds());

    tellVerification("verify", 1);
    faults().next(SimulatedCopy.reads(), 1, Fault.flip(17));
    tellVerification("verify a wrong read", 1);
    faults().every(SimulatedCopy.writes(), Fault.flip(BLOCK - 1));
    tellVerification("verify wrong writes", 2);

    faults().every(SimulatedCopy.reads(), Fault.fail(ErrorCode.MALFORMED, false));
    tell("bench with failures", initiator(plan).run(TransferWorker::new));

    List<BenchSlot> slots = initiator(plan).slots();
    tell(
        "buffers",
        slots.get(0).remote().equals(slots.get(2).remote())
            + " "
            + slots.get(0).remote().equals(slots.get(1).remote())
            + " "
            + (slots.get(2).local() == locals.get(0)));
  }

  @Override
  public void close() {
    engine.close();
    target.close();
  }
}

package io.mooncake4j.cli.bench;

import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.cli.bench.Console.Origin;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/** What an initiator does around its run: ends it on a signal, verifies, reports. */
final class InitiatorRun {
  /** How long a batch in flight may take when the user wants the program to end. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final BenchFlags flags;
  private final Console console;
  private final String program;
  private final Origin origin;

  /**
   * Makes a run.
   *
   * @param flags say what to do
   * @param console takes the report
   * @param program its name in reports
   * @param origin of its lines in C++
   */
  InitiatorRun(BenchFlags flags, Console console, String program, Origin origin) {
    this.flags = flags;
    this.console = console;
    this.program = program;
    this.origin = origin;
  }

  /** What is done after the timed part; returns how many bytes are right. */
  interface Afterwards {
    /**
     * Verifies.
     *
     * @param initiator what has run
     * @return bytes
     */
    long verify(BenchInitiator initiator);
  }

  /**
   * Runs.
   *
   * @param node this side
   * @param plan what to do
   * @param worker makes the workers
   * @param afterwards verifies, or null
   * @param endOfWorker what to say of a worker without a failure
   * @throws MooncakeException what failed, after the report
   */
  @SuppressWarnings("try") // The signal is waited for, not used.
  void run(
      BenchNode node,
      BenchPlan plan,
      BenchInitiator.WorkerOf worker,
      Afterwards afterwards,
      String endOfWorker) {
    AtomicReference<BenchInitiator> running = new AtomicReference<>();
    try (EndOnSignal signal = new EndOnSignal(() -> end(node, running), PATIENCE, this::late)) {
      BenchInitiator initiator =
          new BenchInitiator(node.engine(), node.buffers(), plan, flags.segment());
      running.set(initiator);
      BenchReport report = initiator.run(worker);
      if (afterwards != null && report.failure() == null && !report.interrupted()) {
        report = verified(report, initiator, afterwards);
      }
      tell(report, plan.threads(), endOfWorker);
      node.close();
      if (report.failure() != null) {
        throw report.failure();
      }
    }
  }

  private static void end(BenchNode node, AtomicReference<BenchInitiator> running) {
    BenchInitiator initiator = running.get();
    if (initiator == null) {
      node.close(); // It still looks for its peer.
    } else {
      initiator.interrupt();
    }
  }

  private void tell(BenchReport report, int threads, String endOfWorker) {
    if (report.interrupted()) {
      console.warn(origin, "interrupted; the report is of the time until then");
    }
    if (report.failure() == null) {
      tellWorkers(threads, endOfWorker);
    }
    write(report);
  }

  private void late() {
    console.warn(
        origin, "interrupted; no report: the work took longer than " + PATIENCE.toSeconds() + " s");
  }

  private static BenchReport verified(
      BenchReport report, BenchInitiator initiator, Afterwards afterwards) {
    try {
      return report.verified(afterwards.verify(initiator), null);
    } catch (MooncakeException e) {
      return report.verified(-1, e);
    }
  }

  private void tellWorkers(int threads, String endOfWorker) {
    boolean always =
        origin == Origin.VALIDATOR && flags.report().format() != ReportFlags.Format.JSON;
    Origin worker = origin == Origin.VALIDATOR ? origin : Origin.BENCH_WORKER;
    for (int t = 0; t < threads; t++) {
      String text = "Worker " + t + " stopped!" + endOfWorker;
      if (always) {
        console.result(worker, text);
      } else {
        console.trace(worker, text);
      }
    }
  }

  private void write(BenchReport report) {
    ReportFlags how = flags.report();
    switch (how.format()) {
      case JSON -> console.print(ReportWriter.json(program, report));
      case TEXT -> console.print(ReportWriter.text(report, how.unit(), how.precision()));
      case CLASSIC -> {
        if (report.verifiedBytes() >= 0) {
          console.result(origin, ReportWriter.verified(report));
        }
        console.result(origin, ReportWriter.line(report, how.unit(), how.precision()));
      }
    }
  }
}

package io.mooncake4j.cli.metadata;

import io.mooncake4j.core.records.ClusterRecords;
import io.mooncake4j.core.records.NamedRecords;
import io.mooncake4j.core.records.OwnerProbe.State;
import io.mooncake4j.core.records.OwnerProbe.Verdict;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mooncake metadata prune}: removes what dead engines have left. */
@Command(
    name = "prune",
    description = {
      "Remove both records of each name whose engine is dead: nobody listens at its address, or"
          + " another engine does.",
      "",
      "What is alive or unknown is never removed, nor are segments that no engine owns, such as"
          + " files. An address that cannot be read proves nothing. Each engine is asked again right before its records are removed.",
      "Exits with 1 when a name that was given is kept."
    })
final class PruneCommand implements Callable<Integer> {
  @Mixin private final StoreChoice store;

  @Spec private CommandSpec spec;

  @Option(names = "--dry-run", description = "Tell what would be removed, and remove nothing.")
  private boolean dryRun;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..*",
      description = "Names to look at; all names of the cluster when none is given.")
  private List<String> names = List.of();

  private int removed;
  private int kept;

  PruneCommand(StoreChoice store) {
    this.store = store;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (ClusterRecords records = store.open()) {
      for (String name : names.isEmpty() ? dead(records) : names) {
        prune(records, name, out);
      }
    }
    out.println((dryRun ? "would remove " : "removed ") + removed + ", kept " + kept);
    return names.isEmpty() || kept == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  /** Asks all at once, because most that are not there take their time not to answer. */
  private List<String> dead(ClusterRecords records) {
    List<NamedRecords> owned =
        records.list().stream().filter(named -> !named.isWithoutOwner()).toList();
    List<String> dead = new ArrayList<>();
    for (Map.Entry<String, Verdict> judged :
        records.judge(owned, ListCommand.PROBE_LIMIT).entrySet()) {
      if (judged.getValue().state() == State.DEAD) {
        dead.add(judged.getKey());
      } else {
        kept++;
      }
    }
    return dead;
  }

  private void prune(ClusterRecords records, String name, PrintWriter out) {
    Verdict verdict = records.prune(name, dryRun);
    String state;
    if (verdict.state() == State.DEAD) {
      removed++;
      state = dryRun ? "would be removed: dead" : "removed: dead";
    } else {
      kept++;
      state = "kept: " + verdict.state().name().toLowerCase(Locale.ROOT);
    }
    out.println(TextTable.printable(name + " " + state + ", " + verdict.words()));
  }
}

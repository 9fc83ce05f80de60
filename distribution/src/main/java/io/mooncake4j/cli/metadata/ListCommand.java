package io.mooncake4j.cli.metadata;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mooncake4j.cli.setup.ByteCount;
import io.mooncake4j.core.classic.JsonAttributes;
import io.mooncake4j.core.records.ClusterRecords;
import io.mooncake4j.core.records.NamedRecords;
import io.mooncake4j.core.records.OwnerProbe.Verdict;
import io.mooncake4j.spi.Attributes;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mooncake metadata list}: every segment in the store, and whether its engine lives. */
@Command(
    name = "list",
    description = {
      "List the segments of the cluster: what each offers, where its engine answers, and whether it"
          + " does.",
      "",
      "alive: the engine answers, or at least accepts connections. dead: nobody does, or another engine by now. unknown: it cannot be"
          + " told, such as behind a firewall, for an address that cannot be read, or for segments"
          + " that no engine owns.",
      "",
      "Long names are cut in the table; --json has them whole."
    })
final class ListCommand implements Callable<Integer> {
  /** How long all engines together have to answer. */
  static final Duration PROBE_LIMIT = Duration.ofSeconds(10);

  @Mixin private final StoreChoice store;

  @Spec private CommandSpec spec;

  @Option(names = "--no-probe", description = "Do not ask the engines.")
  private boolean silent;

  @Option(names = "--json", description = "Print one JSON array.")
  private boolean json;

  ListCommand(StoreChoice store) {
    this.store = store;
  }

  @Override
  public Integer call() {
    List<SegmentRow> rows;
    try (ClusterRecords records = store.open()) {
      List<NamedRecords> all = records.list();
      Map<String, Verdict> verdicts = silent ? Map.of() : records.judge(all, PROBE_LIMIT);
      rows = all.stream().map(it -> SegmentRow.of(it, verdicts.get(it.name()))).toList();
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Attributes array = Attributes.of(rows.stream().map(SegmentRow::json).toList());
      out.println(new String(JsonAttributes.write(array, false), UTF_8));
    } else {
      print(out, rows);
    }
    return CommandLine.ExitCode.OK;
  }

  private static void print(PrintWriter out, List<SegmentRow> rows) {
    TextTable table =
        new TextTable("NAME", "PROTOCOL", "BUFFERS", "BYTES", "ADDRESS", "STATE", "NOTES");
    for (SegmentRow row : rows) {
      table.add(
          row.name(),
          row.protocol(),
          Long.toString(row.buffers()),
          ByteCount.text(row.bytes()),
          row.address(),
          row.state(),
          String.join("; ", row.notes()));
    }
    table.print(out);
  }
}

package io.mooncake4j.cli.metadata;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.classic.ClassicDescriptor;
import io.mooncake4j.core.records.ClusterRecords;
import io.mooncake4j.core.records.NamedRecords;
import io.mooncake4j.core.records.OwnerProbe.Verdict;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mooncake metadata show}: the records of one name. */
@Command(
    name = "show",
    description = {
      "Show both records of a name and their keys, whether its engine lives, and what is not as it"
          + " should be."
    })
final class ShowCommand implements Callable<Integer> {
  @Mixin private final StoreChoice store;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "NAME", description = "The segment's name.")
  private String name;

  ShowCommand(StoreChoice store) {
    this.store = store;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (ClusterRecords records = store.open()) {
      NamedRecords named = records.find(name);
      if (!named.exist()) {
        throw new MooncakeException(
            ErrorCode.METADATA,
            "the metadata store has neither "
                + named.descriptorKey()
                + " nor "
                + named.addressKey());
      }
      print(out, "descriptor", named.descriptorKey(), named.descriptor());
      print(out, "address", named.addressKey(), named.address());
      Verdict verdict = records.judge(named);
      out.println(
          "state: " + verdict.state().name().toLowerCase(Locale.ROOT) + ", " + verdict.words());
      for (String difference : differences(named, records.ownDescriptor(named))) {
        out.println("differs: " + TextTable.printable(difference));
      }
    }
    return CommandLine.ExitCode.OK;
  }

  private static void print(PrintWriter out, String what, String key, Optional<byte[]> record) {
    out.println(what + " " + TextTable.printable(key) + (record.isEmpty() ? ": none" : ":"));
    record.ifPresent(it -> out.println(PrettyJson.of(it)));
  }

  private static List<String> differences(NamedRecords named, Optional<ClassicDescriptor> own) {
    List<String> differences = new ArrayList<>(named.defects());
    Optional<ClassicDescriptor> stored = named.readDescriptor();
    if (own.isEmpty() || stored.isEmpty() || own.equals(stored)) {
      return differences;
    }
    differences.add(
        "the engine there tells another descriptor than the store holds: name "
            + own.get().name()
            + ", "
            + own.get().buffers().size()
            + " buffers instead of "
            + stored.get().buffers().size());
    return differences;
  }
}

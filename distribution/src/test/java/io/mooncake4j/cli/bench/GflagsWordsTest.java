package io.mooncake4j.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.cli.setup.EngineArguments;
import io.mooncake4j.cli.setup.Installation;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class GflagsWordsTest {
  @CommandLine.Command(name = "mooncake")
  private static final class Root {}

  private final CommandLine root =
      new CommandLine(new Root())
          .addSubcommand(new BenchCommand(new EngineArguments(new Installation(null))));

  @ParameterizedTest
  @CsvSource({
    "bench --block_size=1, bench --block_size=1",
    "bench --block_size 1, bench --block_size 1",
    "bench -block_size=1, bench --block_size=1",
    "bench -block_size 1, bench --block_size 1",
    "bench --block-size=1, bench --block_size=1",
    "bench -block-size=-1, bench --block_size=-1",
    "bench -json, bench --json",
    "-Da=b bench -threads=1, -Da=b bench --threads=1",
    "bench -unknown=1, bench -unknown=1",
    "bench -Da=b, bench -Da=b",
    "bench - a, bench - a",
    "probe -block_size=1, probe -block_size=1"
  })
  void takesFlagsAsGflagsDoes(String words, String expected) {
    assertThat(GflagsWords.normalize(List.of(words.split(" ", -1)), root))
        .containsExactly(expected.split(" ", -1));
  }
}

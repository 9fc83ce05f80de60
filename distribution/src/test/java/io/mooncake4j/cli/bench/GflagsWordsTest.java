package io.mooncake4j.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.cli.setup.EngineArguments;
import io.mooncake4j.cli.setup.Installation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class GflagsWordsTest {
  @CommandLine.Command(name = "mooncake")
  private static final class Root {}

  private final CommandLine root = root();

  private static CommandLine root() {
    CommandLine root = new CommandLine(new Root());
    root.addSubcommand("probe", new CommandLine(new Root()));
    BenchPrograms.addTo(root, new EngineArguments(new Installation(null)));
    return root;
  }

  private List<String> normalize(String... words) {
    Map<String, String> variables =
        Map.of("FLAGS_threads", "3", "FLAGS_json", "", "FLAGS_fromenv", "fromenv", "threads", "9");
    return GflagsWords.normalize(List.of(words), root, variables);
  }

  @ParameterizedTest
  @CsvSource({
    "bench --block_size=1, bench --block_size=1",
    "bench --block_size 1, bench --block_size=1",
    "bench -block_size=1, bench --block_size=1",
    "bench -block_size 1, bench --block_size=1",
    "bench --segment_id -x, bench --segment_id=-x",
    "bench --block-size=1, bench --block_size=1",
    "bench -block-size=-1, bench --block_size=-1",
    "bench -json, bench --json=true",
    "bench --nojson, bench --json=false",
    "bench --noauto-discovery a, bench --auto_discovery=false a",
    "bench -auto_discovery=YES, bench --auto_discovery=true",
    "bench --auto_discovery=F, bench --auto_discovery=false",
    "bench --logtostderr --v 2 -minloglevel=1, bench --logtostderr=true --v=2 --minloglevel=1",
    "bench -helpfull, bench --help",
    "-Da=b bench -threads=1, -Da=b bench --threads=1",
    "validate -threads 1, validate --threads=1",
    "transfer_engine_bench -threads 1, transfer_engine_bench --threads=1",
    "transfer_engine_validator -threads 1, transfer_engine_validator --threads=1",
    "bench -helpxml, bench --help",
    "bench --threads=1 --fromenv=threads --v=1, bench --threads=1 --threads=3 --v=1",
    "bench -fromenv threads, bench --threads=3",
    "bench --tryfromenv=block_size, bench",
    "bench --undefok=foo --foo=1 -nofoo --bar, bench --bar",
    "bench --foo --undefok foo --threads=1, bench --threads=1",
    "bench --undefok=threads --threads=1, bench --threads=1",
    "bench --max_log_size 100 -logbufsecs=1, bench --max_log_size=100 --logbufsecs=1",
    "bench -nosymbolize_stacktrace, bench --symbolize_stacktrace=false",
    "bench -unknown=1, bench -unknown=1",
    "bench --nonsense, bench --nonsense",
    "bench -Da=b, bench -Da=b",
    "bench - a, bench - a",
    "probe bench -block_size=1, probe bench -block_size=1",
    "probe -block_size=1, probe -block_size=1"
  })
  void takesFlagsAsGflagsDoes(String words, String expected) {
    assertThat(normalize(words.split(" ", -1))).containsExactly(expected.split(" ", -1));
  }

  @Test
  void takesFlagsFromFilesInTheirPlace(@TempDir Path folder) throws Exception {
    Path inner = Files.writeString(folder.resolve("inner"), "-nojson\r\n\n  --threads=4  \n");
    Path outer =
        Files.writeString(folder.resolve("outer"), "# mine\n--mode=target\n--flagfile=" + inner);

    assertThat(normalize("bench", "-threads=1", "--flagfile", "" + outer))
        .containsExactly("bench", "--threads=1", "--mode=target", "--json=false", "--threads=4");
    assertThat(normalize("bench", "--flagfile=")).containsExactly("bench");
  }

  @Test
  void refusesVariablesThatAreNotThere() {
    assertThatThrownBy(() -> normalize("bench", "--fromenv=threads,block_size"))
        .isInstanceOf(ParameterException.class)
        .hasMessage("--fromenv=block_size: there is no environment variable FLAGS_block_size");
    assertThatThrownBy(() -> normalize("bench", "--fromenv=fromenv"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("nested more than 8 deep");
    assertThatThrownBy(() -> normalize("bench", "--fromenv=json"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("--json= is neither true nor false");
  }

  @Test
  void refusesFilesThatAreNone(@TempDir Path folder) throws Exception {
    Path loop = folder.resolve("loop");
    Files.writeString(loop, "--flagfile=" + loop);
    Path large = Files.writeString(folder.resolve("large"), "#".repeat((1 << 16) + 1));
    Path text = Files.writeString(folder.resolve("text"), "--threads=1\ntransfer_*\n");
    Path many = folder.resolve("many");
    Files.writeString(many, ("--flagfile=" + folder.resolve("more") + "\n").repeat(300));
    Files.writeString(folder.resolve("more"), "--json\n".repeat(5_000));

    assertRefused(loop, "nested more than 8 deep");
    assertRefused(large, "is longer than 65536 bytes");
    assertRefused(text, "line 2 is no flag");
    assertRefused(many, "more than 10000 words");
    assertRefused(folder, "is no file that can be read");
  }

  private void assertRefused(Path file, String words) {
    assertThatThrownBy(() -> normalize("bench", "--flagfile=" + file))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining(words);
  }
}

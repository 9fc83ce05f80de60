package io.mooncake4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.mooncake4j.cli.setup.Installation;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the command line makes of its words before an engine starts. */
class MooncakeTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... words) {
    return Mooncake.run(
        new Installation(null),
        List.of(words),
        new PrintWriter(out, true),
        new PrintWriter(err, true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo", "bench", "metadata", "plugins", "probe", "doctor", "topology"})
  void everyCommandHasHelpWithExitCodesAndAVersion(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out.toString())
        .contains("Usage: mooncake " + command, "--define", "--config", "--plugins", "--verbose")
        .contains("Exit codes:", "0   success", "1   failure", "2   wrong usage");
    assertThat(run(command, "--version")).isZero();
    assertThat(out.toString()).contains("mooncake4j ", "Java ");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void helpListsTheCommandsButNotTheDemosSecondProcess() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString())
        .contains("demo", "bench", "metadata", "plugins", "probe", "doctor", "topology");
    assertThat(out.toString()).doesNotContain("demo-target");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "\"\"                                  | Unmatched argument",
        "nonsense                              | Unmatched argument",
        "bench --nonsense                      | Unknown option: '--nonsense'",
        "demo --nonsense=5                     | Unknown option: '--nonsense=5'",
        "probe                                 | Missing required parameter: 'NAME'",
        "probe a b                             | Unmatched argument at index 2: 'b'",
        "probe a -Dkey                         | should be in KEY=VALUE format but was key",
        "demo --memory=5                       | --memory=5 is less than 1048576",
        "demo --memory=huge                    | is not a number of bytes",
        "bench                                 | Missing --segment_id",
        "bench --mode=both                     | expected one of [INITIATOR, TARGET]",
        "bench --segment_id=a --operation=copy | expected one of [READ, WRITE]",
        "bench --segment_id=a --threads=0      | --threads=0 is less than 1",
        "bench --segment_id=a --threads=x      | is not a whole number",
        "bench --segment_id=a --block_size=0   | --block_size=0 is less than 1",
        "bench --segment_id=a --duration=0     | --duration=0 is less than 1",
        "bench --segment_id=a --batch_size=-1  | --batch_size=-1 is less than 1",
        "bench --segment_id=a --buffer_size=0  | --buffer_size=0 is less than 1",
        "bench --segment_id=a --report_unit=gb | (case counts)",
        "bench --segment_id=a --report_precision=31 | is not in 0 to 30",
        "bench --segment_id=a --block_size=8388607t --threads=9 | is more than 2^63 bytes",
        "bench --mode=target --segment_id=a    | --segment_id contradicts --mode=target",
        "bench --mode=target --operation=read  | --operation contradicts --mode=target",
        "bench --mode=target --duration=5      | --duration contradicts --mode=target",
        "bench --mode=target --json            | --json contradicts --mode=target",
        "bench --mode=target --report_format=json | --report_format=json contradicts --mode=target",
        "bench --mode=target --fromenv=mode    | there is no environment variable FLAGS_mode",
        "transfer_engine_validator --threads=0 | mooncake transfer_engine_validator --help",
        "bench --segment_id=a --remote_server_name=b | --segment_id=a contradicts",
        "bench --mode=target --verify          | --verify contradicts --mode=target",
        "bench --segment_id=a --threads=5000   | --threads=5000 is more than 4096",
        "bench --segment_id=a --threads=4096 --batch_size=4096 | is more than 4194304 requests",
        "bench --segment_id=a --threads        | --threads is missing its value",
        "bench --segment_id=a --threads=0x10 --duration=0x | is not a whole number",
        "bench --segment_id=a --block_size=0xffffffffffffffff | is 2^63 bytes or more",
        "bench --segment_id=a --json --report_format=classic | --json contradicts",
        "bench --segment_id=a --report_format=xml | expected one of [TEXT, CLASSIC, JSON]",
        "bench --segment_id=a --auto_discovery=maybe | is neither true nor false",
        "bench --segment_id=a --auto_discovery false | Unmatched argument at index 3: 'false'",
        "bench --segment_id=a --nomode         | Unknown option: '--nomode'",
        "bench --segment_id=a --backend=tent   | --backend=tent is not in this program",
        "bench --segment_id=a --use_vram       | --use_vram=true",
        "bench --segment_id=a --use_vram=false --gpu_id=-1 | --gpu_id=-1 needs",
        "bench --segment_id=a --device_name=a,,b | has an empty name",
        "bench --segment_id=a --nic_priority_matrix=/nonexistent | it is not there",
        "bench --segment_id=a --flagfile=/nonexistent | is no file that can be read",
        "bench --segment_id=a --logtostderr=perhaps | is neither true nor false",
        "validate                              | Missing --segment_id",
        "validate --segment_id=a --operation=read | Unknown option: '--operation=read'",
        "validate --segment_id=a --backend=classic | Unknown option: '--backend=classic'",
        "validate --mode=target --duration=5   | --duration contradicts --mode=target",
        "bench --segment_id=a --protocol=tcp -Dmooncake.transports=shm | --protocol=tcp contradicts -D"
            + " mooncake.transports=shm",
        "bench --segment_id=a --metadata_server=P2PHANDSHAKE -Dmooncake.metadata=http://h/m |"
            + " --metadata_server=P2PHANDSHAKE contradicts -D mooncake.metadata=http://h/m",
        "bench --segment_id=a --local_server_name=b -Dmooncake.name=c | --local_server_name=b"
            + " contradicts -D mooncake.name=c",
        "bench --segment_id=a --device_name=b -Dmooncake.topology.devices=c | --device_name=b"
            + " contradicts",
        "-Dmooncake.name=c validate --mode=target --local_server_name=b | --local_server_name=b"
            + " contradicts -D mooncake.name=c",
        "metadata list --metadata_server=http://h/m -Dmooncake.metadata=http://i/m |"
            + " --metadata_server=http://h/m contradicts -D mooncake.metadata=http://i/m",
        "metadata-server -DUSE_ETCD=ON         | -D USE_ETCD=ON is for commands that run an engine",
        "-Dmooncake.foo=1 metadata-server      | -D mooncake.foo=1 is for commands that run an engine",
        "metadata-server --config a            | --config=a is for commands that run an engine",
        "metadata-server --plugins a           | --plugins=a is for commands that run an engine",
        "metadata-server --max-value-bytes=2m --max-total-bytes=1m | --max-value-bytes=2097152"
            + " contradicts --max-total-bytes=1048576",
        "transfer_engine_bench --threads=0     | --threads=0 is less than 1",
      })
  void wrongUsageIsOneLineAndExitCodeTwo(String words, String message) {
    assertThat(run(words.split(" +", -1))).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString())
        .startsWith("mooncake: INVALID_ARGUMENT: ")
        .contains(message)
        .contains("--help\"");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void messagesNameWhatTheUserWrote() {
    assertThat(run("bench", "--segment_id=a", "-DUSE_ETCD=ON", "-DUSE_CUDA=1")).isEqualTo(1);
    assertThat(err.toString())
        .contains(
            "mooncake.plugins.required=metadata-etcd (command line, USE_CUDA=ON, USE_ETCD=ON)");
    err.getBuffer().setLength(0);
    assertThat(run("bench", "--segment_id=a", "-Dmooncake.network.port.min=80")).isEqualTo(2);
    assertThat(err.toString()).contains("mooncake.network.port.min=80 (command line)");
  }

  @Test
  void noCommandIsWrongUsage() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString())
        .isEqualToIgnoringNewLines(
            "mooncake: INVALID_ARGUMENT: Missing command; see \"mooncake --help\"");
  }

  @Test
  void missingFilesAreNamed(@TempDir Path folder) throws Exception {
    Path empty = Files.createFile(folder.resolve("empty"));
    String missing = folder.resolve("missing").toString();

    assertFails("demo --file " + missing, "--file=" + missing + " does not exist");
    assertFails("demo --file " + empty, "--file=" + empty + " is empty");
    assertFails("demo --file " + folder, "--file=" + folder + " is not a regular file");
    assertFails("demo", "name a file with --file");
    assertFails("probe a:1 --config " + missing, "--config=" + missing + " cannot be read");
    assertFails("probe a:1 --plugins " + missing, "--plugins=" + missing + " is no folder");
    assertFails("plugins --plugins " + missing, "--plugins=" + missing + " is no folder");
  }

  @Test
  void doctorAnswersInJsonAndExitsWithOneWhenAnEngineCouldNotStart() throws Exception {
    String[] good = {
      "doctor",
      "--json",
      "-Dmooncake.network.bind-address=127.0.0.1",
      "-Dmooncake.network.advertised-address=127.0.0.1"
    };
    assertThat(run(good)).as(out.toString()).isZero();
    assertThat(new ObjectMapper().readTree(out.toString()).path("canStart").booleanValue())
        .isTrue();
    out.getBuffer().setLength(0);
    assertThat(run("-DUSE_TCP=ON", "doctor", "-DUSE_TCP=OFF")).isEqualTo(1);
    assertThat(out.toString()).contains("ERROR build option: USE_TCP is given both ON and OFF");
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "probe a:1 -DUSE_FOO=ON                | 2 | OPTION: USE_FOO is no option of C++ Mooncake",
        "probe a:1 -DUSE_CUDA=ON               | 1 | PLUGIN: mooncake.plugins.required=cuda (",
        "probe a:1 -D USE_CUDA=1               | 1 | PLUGIN: mooncake.plugins.required=cuda (",
        "-DUSE_CUDA=ON probe a:1 -DUSE_HTTP=NO | 1 | PLUGIN: mooncake.plugins.required=cuda (",
        "-DUSE_CUDA=ON probe a:1 -DUSE_CUDA=NO | 2 | OPTION: USE_CUDA is given both ON and OFF",
        "bench -DUSE_CUDA=ON --segment_id=a:1  | 1 | PLUGIN: mooncake.plugins.required=cuda (",
        "bench -DWITH_STORE=ON --segment_id=a  | 1 | NOT_IMPLEMENTED: WITH_STORE=ON is refused",
        "plugins -DUSE_CUDA=perhaps            | 2 | OPTION: USE_CUDA=perhaps is neither ON nor",
      })
  void buildOptionsOfCxxBecomeProperties(String words, int exit, String message) {
    assertThat(run(words.split(" +", -1))).isEqualTo(exit);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).startsWith("mooncake: " + message);
  }

  private void assertFails(String words, String message) {
    err.getBuffer().setLength(0);
    assertThat(run(words.split(" ", -1))).isEqualTo(1);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).startsWith("mooncake: INVALID_ARGUMENT: ").contains(message);
  }

  @Test
  void verboseShowsTheStackTraceBehindTheLine() {
    assertThat(run("--verbose", "demo", "--file", "/nonexistent")).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("mooncake: INVALID_ARGUMENT: ")
        .contains("io.mooncake4j.api.MooncakeException", "at io.mooncake4j.cli");
  }
}

package io.mooncake4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.spi.Availability;
import io.mooncake4j.spi.Command;
import io.mooncake4j.spi.Provider;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Commands of providers get their words untouched. */
class ProviderCommandsTest {
  private final StringWriter out = new StringWriter();
  private final List<List<String>> calls = new ArrayList<>();
  private final CommandLine root = new CommandLine(new Root());

  @CommandLine.Command(name = "mooncake")
  private static final class Root implements Runnable {
    @CommandLine.Option(names = "--config", scope = CommandLine.ScopeType.INHERIT)
    private String config;

    @Override
    public void run() {
      assertThat(config).isNull();
    }
  }

  @CommandLine.Command(name = "bench")
  private static final class Bench implements Callable<Integer> {
    @Override
    public Integer call() {
      return 40;
    }
  }

  private final class Connect implements Command {
    @Override
    public String name() {
      return "connect";
    }

    @Override
    public String usage() {
      return "[--fast] ADDRESS\n\nConnects, 100% of the time.";
    }

    @Override
    public int run(List<String> arguments, PrintWriter printer, PrintWriter err) {
      calls.add(arguments);
      printer.println("connected");
      return 7;
    }
  }

  private Provider provider(String name) {
    return new Provider() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Availability availability() {
        return Availability.no("nothing here");
      }

      @Override
      public List<Command> commands() {
        return List.of(new Connect());
      }
    };
  }

  private int run(String provider, String... words) {
    root.addSubcommand(new Bench());
    List<String> marked =
        new ProviderCommands(List.of(provider(provider)), null).mount(root, List.of(words));
    root.setOut(new PrintWriter(out, true));
    return root.execute(marked.toArray(String[]::new));
  }

  @Test
  void passesWhatFollowsTheWordAsItIs() {
    assertThat(run("disks", "disks", "connect", "--config", "x", "--", "-h", "a b")).isEqualTo(7);
    assertThat(calls).containsExactly(List.of("--config", "x", "--", "-h", "a b"));
    assertThat(out.toString()).contains("connected");
  }

  @Test
  void takesNoWordsAtAll() {
    assertThat(run("disks", "disks", "connect")).isEqualTo(7);
    assertThat(calls).containsExactly(List.of());
  }

  @Test
  void showsTheUsageOfTheCommand() {
    assertThat(run("disks", "disks", "connect", "--help")).isZero();
    assertThat(out.toString()).contains("[--fast] ADDRESS", "Connects, 100% of the time.");
    assertThat(calls).isEmpty();
  }

  @Test
  void cannotReplaceACommandOfTheEngine() {
    assertThat(run("bench", "bench")).isEqualTo(40);
    assertThat(calls).isEmpty();
  }
}

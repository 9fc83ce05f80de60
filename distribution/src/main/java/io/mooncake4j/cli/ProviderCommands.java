package io.mooncake4j.cli;

import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.cli.setup.EngineArguments;
import io.mooncake4j.cli.setup.Installation;
import io.mooncake4j.core.plugin.PluginCatalog;
import io.mooncake4j.spi.Command;
import io.mooncake4j.spi.Provider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Mounts the commands of providers as {@code mooncake <provider> <command>}.
 *
 * <p>What follows the command's word is the provider's own: it is passed on as it is, but for
 * {@code --help} right behind the word. Closing unloads the plugins again.
 */
final class ProviderCommands implements AutoCloseable {
  private final PluginCatalog plugins;
  private final Map<String, List<Command>> commands = new TreeMap<>();

  /**
   * Collects commands.
   *
   * @param providers the installed providers; several of one name share a word
   * @param plugins what the providers come from
   */
  ProviderCommands(List<? extends Provider> providers, PluginCatalog plugins) {
    this.plugins = plugins;
    for (Provider provider : providers) {
      List<Command> own = provider.commands();
      if (!own.isEmpty()) {
        commands.computeIfAbsent(provider.name(), name -> new ArrayList<>()).addAll(own);
      }
    }
  }

  /**
   * Loads the plugins if a command line needs them: when its command is none of the engine's own.
   *
   * @param words what the user typed
   * @param own the engine's own commands
   * @param installation where the program is installed
   * @return the providers' commands, to be closed
   * @throws MooncakeException when a command is asked for and the plugins cannot be looked for
   */
  static ProviderCommands neededBy(List<String> words, Set<String> own, Installation installation) {
    EngineArguments arguments = new EngineArguments(installation);
    CommandLine front = new CommandLine(arguments);
    front.setStopAtPositional(true).setUnmatchedArgumentsAllowed(true);
    try {
      front.parseArgs(words.toArray(String[]::new));
    } catch (ParameterException e) {
      return new ProviderCommands(List.of(), null); // The whole parse will tell the user.
    }
    List<String> rest = front.getUnmatchedArguments();
    String command = rest.isEmpty() ? "" : rest.get(0);
    if (own.contains(command)) {
      return new ProviderCommands(List.of(), null);
    }
    try {
      PluginCatalog catalog = InstalledPlugins.load(arguments);
      return new ProviderCommands(InstalledPlugins.providers(catalog), catalog);
    } catch (MooncakeException e) {
      if (command.isEmpty() || command.startsWith("-")) {
        return new ProviderCommands(List.of(), null); // Help has to come even then.
      }
      throw e;
    }
  }

  /**
   * Adds the commands to a command line.
   *
   * @param line the root
   * @param words what the user typed
   * @return the words, marked so that the root leaves a command's own words alone
   */
  List<String> mount(CommandLine line, List<String> words) {
    List<String> marked = words;
    for (Map.Entry<String, List<Command>> entry : commands.entrySet()) {
      String provider = entry.getKey();
      if (line.getSubcommands().containsKey(provider)) {
        continue; // The engine's own commands cannot be replaced by a plugin.
      }
      CommandLine parent = described(new Group(), "Commands of the provider " + provider + ".");
      line.addSubcommand(provider, parent);
      for (Command command : entry.getValue()) {
        if (!parent.getSubcommands().containsKey(command.name())) {
          parent.addSubcommand(
              command.name(), described(new Leaf(command), command.usage().split("\\R", -1)));
          marked = mark(marked, provider, command.name());
        }
      }
    }
    return marked;
  }

  @picocli.CommandLine.Command(mixinStandardHelpOptions = true)
  private static final class Group implements Runnable {
    @Spec private CommandSpec spec;

    @Override
    public void run() {
      throw new ParameterException(spec.commandLine(), "Missing command");
    }
  }

  @picocli.CommandLine.Command(mixinStandardHelpOptions = true)
  private static final class Leaf implements Callable<Integer> {
    private final Command command;

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "ARGUMENT", description = "As told above.")
    private List<String> words = List.of();

    Leaf(Command command) {
      this.command = command;
    }

    @Override
    public Integer call() {
      return command.run(words, spec.commandLine().getOut(), spec.commandLine().getErr());
    }
  }

  private static CommandLine described(Object command, String... description) {
    CommandLine line = new CommandLine(command);
    line.getCommandSpec().usageMessage().description(escape(description));
    return line;
  }

  /** The usage texts of picocli are formats. */
  private static String[] escape(String... lines) {
    String[] escaped = new String[lines.length];
    for (int i = 0; i < lines.length; i++) {
      escaped[i] = lines[i].replace("%", "%%");
    }
    return escaped;
  }

  private static List<String> mark(List<String> words, String provider, String command) {
    for (int i = 0; i + 1 < words.size(); i++) {
      if (words.get(i).equals(provider) && words.get(i + 1).equals(command)) {
        boolean help = i + 2 < words.size() && List.of("-h", "--help").contains(words.get(i + 2));
        if (help) {
          return words;
        }
        List<String> marked = new ArrayList<>(words.subList(0, i + 2));
        marked.add("--");
        marked.addAll(words.subList(i + 2, words.size()));
        return marked;
      }
    }
    return words;
  }

  @Override
  public void close() {
    if (plugins != null) {
      plugins.close();
    }
  }
}

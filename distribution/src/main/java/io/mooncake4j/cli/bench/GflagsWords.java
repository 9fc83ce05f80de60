package io.mooncake4j.cli.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Lets the bench programs take flags as gflags does, which C++ Mooncake's programs use: one dash or
 * two; dashes or underscores in the name; the value behind {@code =} or as the next word; {@code
 * --flag} and {@code --noflag} for booleans and many words for their values; {@code --flagfile},
 * {@code --fromenv}, {@code --tryfromenv} and {@code --undefok}.
 */
public final class GflagsWords {
  private static final Set<String> TRUE = Set.of("true", "t", "1", "yes", "y");
  private static final Set<String> FALSE = Set.of("false", "f", "0", "no", "n");
  private static final Set<String> HELP =
      Set.of("--helpfull", "--helpshort", "--helppackage", "--helpon", "--helpmatch", "--helpxml");
  private static final Set<String> RECURSIVE =
      Set.of("--flagfile", "--fromenv", "--tryfromenv", "--undefok");
  private static final String VARIABLE_PREFIX = "FLAGS_";
  private static final int MOST_NESTED = 8;
  private static final int MOST_WORDS = 10_000;

  private final CommandLine program;
  private final Map<String, OptionSpec> known;
  private final Map<String, String> variables;
  private final Set<String> undefinedAllowed = new HashSet<>();
  private final List<String> result = new ArrayList<>();

  private GflagsWords(CommandLine program, Map<String, String> variables) {
    this.program = program;
    this.variables = variables;
    this.known = program.getCommandSpec().optionsMap();
  }

  /**
   * Rewrites the flags behind the name of a bench program to the form that is declared.
   *
   * @param words a command line
   * @param root the command that has the programs below it
   * @param variables the environment, in which {@code --fromenv} looks
   * @return the command line with {@code --name=value} for every known flag
   * @throws ParameterException when a boolean's value is none, a file of flags cannot be taken, or
   *     a variable that is asked for is not there
   */
  public static List<String> normalize(
      List<String> words, CommandLine root, Map<String, String> variables) {
    int at = 0;
    while (at < words.size() && !root.getSubcommands().containsKey(words.get(at))) {
      at++;
    }
    if (at == words.size() || !BenchPrograms.NAMES.contains(words.get(at))) {
      return words;
    }
    GflagsWords flags = new GflagsWords(root.getSubcommands().get(words.get(at)), variables);
    flags.result.addAll(words.subList(0, at + 1));
    flags.addAll(words.subList(at + 1, words.size()), 0);
    flags.result.removeIf(flags::isAllowedUndefined);
    return flags.result;
  }

  private void addAll(List<String> words, int nested) {
    for (int i = 0; i < words.size(); i++) {
      if (result.size() > MOST_WORDS) {
        throw refuse("the files of flags have more than " + MOST_WORDS + " words");
      }
      Flag flag = words.get(i).startsWith("-") ? parse(words.get(i)) : null;
      if (flag == null) {
        result.add(words.get(i));
        continue;
      }
      String value = flag.value();
      if (value == null && flag.takesValue()) {
        if (i + 1 == words.size()) {
          throw refuse(flag.name() + " is missing its value");
        }
        value = words.get(++i);
      }
      switch (flag.name()) {
        case "--flagfile" -> addFiles(value, nested);
        case "--fromenv" -> addVariables(value, true, nested);
        case "--tryfromenv" -> addVariables(value, false, nested);
        case "--undefok" -> undefinedAllowed.addAll(names(value));
        default -> result.add(value == null ? flag.name() : flag.name() + "=" + value);
      }
    }
  }

  private static List<String> names(String list) {
    return Arrays.stream(list.split(",", -1)).filter(name -> !name.isEmpty()).toList();
  }

  private static String nameOf(String word) {
    return word.replaceFirst("=.*", "").replaceFirst("^--?", "").replace('-', '_');
  }

  /** Whether a word is an unknown flag that {@code --undefok} names. */
  private boolean isAllowedUndefined(String word) {
    return word.startsWith("-")
        && !known.containsKey("--" + nameOf(word))
        && (undefinedAllowed.contains(nameOf(word))
            || undefinedAllowed.contains(nameOf(word).replaceFirst("^no", "")));
  }

  private void addVariables(String names, boolean required, int nested) {
    if (nested == MOST_NESTED) {
      throw refuse("--fromenv=" + names + " is nested more than " + MOST_NESTED + " deep");
    }
    for (String name : names(names)) {
      String value = variables.get(VARIABLE_PREFIX + name);
      if (value != null) {
        addAll(List.of("--" + name + "=" + value), nested + 1);
      } else if (required) {
        throw refuse(
            "--fromenv=" + name + ": there is no environment variable " + VARIABLE_PREFIX + name);
      }
    }
  }

  /** A known flag as it is declared; {@code value} is null when the word has none. */
  private record Flag(String name, String value, boolean takesValue) {}

  /** Returns the flag that a word names, or null. */
  private Flag parse(String word) {
    int equals = word.indexOf('=');
    String value = equals < 0 ? null : word.substring(equals + 1);
    String name = "--" + nameOf(word);
    if (HELP.contains(name)) {
      return new Flag("--help", null, false);
    }
    if (RECURSIVE.contains(name)) {
      return new Flag(name, value, true);
    }
    OptionSpec option = known.get(name);
    if (option != null) {
      return isBoolean(option)
          ? new Flag(name, value == null ? "true" : truth(name, value), false)
          : new Flag(name, value, option.arity().min() > 0);
    }
    if (!name.startsWith("--no")) {
      return null;
    }
    String negated = "--" + name.substring("--no".length());
    option = known.get(negated);
    return option != null && isBoolean(option) && value == null
        ? new Flag(negated, "false", false)
        : null;
  }

  /** Whether it is a boolean of ours, and not one that picocli mounts on every command. */
  private static boolean isBoolean(OptionSpec option) {
    boolean type = option.type() == boolean.class || option.type() == Boolean.class;
    return type && option.arity().min() == 1;
  }

  private String truth(String name, String value) {
    String word = value.toLowerCase(Locale.ROOT);
    if (TRUE.contains(word)) {
      return "true";
    }
    if (FALSE.contains(word)) {
      return "false";
    }
    throw refuse(name + "=" + value + " is neither true nor false");
  }

  private void addFiles(String names, int nested) {
    if (nested == MOST_NESTED) {
      throw refuse("--flagfile=" + names + " is nested more than " + MOST_NESTED + " deep");
    }
    for (String name : names(names)) { // None, as in gflags, whose default is no file.
      try {
        addAll(FlagFile.read(Path.of(name)), nested + 1);
      } catch (IllegalArgumentException e) {
        throw refuse("--flagfile=" + name + " " + e.getMessage());
      }
    }
  }

  private ParameterException refuse(String message) {
    return new ParameterException(program, message);
  }
}

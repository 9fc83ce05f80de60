package io.mooncake4j.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;

/**
 * Lets {@code bench} take flags as C++ Mooncake's tools do, with one dash or two and with dashes or
 * underscores in the name.
 */
public final class GflagsWords {
  private GflagsWords() {}

  /**
   * Rewrites the flags behind the word {@code bench} to the form that is declared.
   *
   * @param words a command line
   * @param root the command that has {@code bench} below it
   * @return the command line with two dashes and underscores in front of known names
   */
  public static List<String> normalize(List<String> words, CommandLine root) {
    int bench = words.indexOf("bench");
    if (bench < 0) {
      return words;
    }
    Set<String> known = root.getSubcommands().get("bench").getCommandSpec().optionsMap().keySet();
    List<String> result = new ArrayList<>(words.subList(0, bench + 1));
    for (String word : words.subList(bench + 1, words.size())) {
      result.add(normalize(word, known));
    }
    return result;
  }

  private static String normalize(String word, Set<String> known) {
    if (!word.startsWith("-") || known.contains(word)) {
      return word;
    }
    int equals = word.indexOf('=');
    String name = equals < 0 ? word : word.substring(0, equals);
    String value = equals < 0 ? "" : word.substring(equals);
    String bare = name.replaceFirst("^--?", "");
    String declared = "--" + bare.replace('-', '_');
    return known.contains(declared) ? declared + value : word;
  }
}

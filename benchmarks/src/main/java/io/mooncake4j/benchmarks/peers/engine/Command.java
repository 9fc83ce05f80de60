package io.mooncake4j.benchmarks.peers.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One line of the driver: words in a fixed order, then options as {@code key=value}.
 *
 * @param words the words without {@code =}, the command's name first
 * @param options the others
 */
record Command(List<String> words, Map<String, String> options) {
  /** Splits a line at blanks. */
  static Command parse(String line) {
    List<String> all = List.of(line.strip().split("\\s+"));
    Map<String, String> options = new LinkedHashMap<>();
    for (String word : all) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        options.put(word.substring(0, equals), word.substring(equals + 1));
      }
    }
    return new Command(all.stream().filter(word -> word.indexOf('=') <= 0).toList(), options);
  }

  /** Returns the command's name. */
  String name() {
    return words.get(0);
  }

  /** Returns a word, or says that it is missing. */
  String word(int index) {
    if (index >= words.size()) {
      throw new IllegalArgumentException(name() + " needs more than " + (index - 1) + " words");
    }
    return words.get(index);
  }

  /** Returns a word as a number of 1 or more. */
  long number(int index) {
    long number = Long.parseLong(word(index));
    if (number < 1) {
      throw new IllegalArgumentException(number + " is less than 1");
    }
    return number;
  }

  /** Returns a word as a number of things. */
  int count(int index) {
    return Math.toIntExact(number(index));
  }

  /** Returns a word that is a time in seconds, as nanoseconds. */
  long nanos(int index) {
    return (long) (Double.parseDouble(word(index)) * 1e9);
  }

  /** Returns an option, or null. */
  String option(String key) {
    return options.get(key);
  }

  /** Returns an option as a number, or 0. */
  long numberOption(String key) {
    return Long.parseLong(options.getOrDefault(key, "0"));
  }
}

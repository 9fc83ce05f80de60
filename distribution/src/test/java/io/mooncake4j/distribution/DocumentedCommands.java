package io.mooncake4j.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The commands of a document: what stands in its fenced blocks of the language {@code sh}.
 *
 * <p>A comment {@code <!-- test: WORD ARGUMENT -->} on the line before a block says how it is to be
 * tested: {@code until TEXT} starts it in the background and waits for the text in its output, in
 * which {@code {X}} stands for what later commands call X; {@code exit N} expects another exit code
 * than 0; {@code elsewhere SCRIPT} names the script that runs it instead.
 */
final class DocumentedCommands {
  private static final Pattern DIRECTIVE =
      Pattern.compile("<!-- test: (until|exit|elsewhere) (.+) -->");
  private static final Pattern OURS = Pattern.compile("^(\\$ )?(bin/|script/|mooncake |mvn )");

  private DocumentedCommands() {}

  /** How a command is to be tested. */
  record Directive(String word, String argument) {}

  /** One command, with continuation lines joined, and where it stands. */
  record Documented(String place, String command, Optional<Directive> directive) {}

  /** Lines that look like commands of ours in blocks that no test runs. */
  static List<String> untested(Path document) throws IOException {
    List<String> found = new ArrayList<>();
    String language = null;
    for (String line : Files.readAllLines(document)) {
      if (line.startsWith("```")) {
        language = language == null ? line.substring(3) : null;
      } else if ("".equals(language) && OURS.matcher(line).find()) {
        found.add(document.getFileName() + ": " + line);
      }
    }
    return found;
  }

  static List<Documented> in(Path document) throws IOException {
    List<Documented> found = new ArrayList<>();
    List<String> lines = Files.readAllLines(document);
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).equals("```sh")) {
        Optional<Directive> directive = directive(i == 0 ? "" : lines.get(i - 1));
        i = block(document, lines, i + 1, directive, found);
      }
    }
    return found;
  }

  private static Optional<Directive> directive(String line) {
    Matcher matcher = DIRECTIVE.matcher(line.strip());
    return matcher.matches()
        ? Optional.of(new Directive(matcher.group(1), matcher.group(2)))
        : Optional.empty();
  }

  private static int block(
      Path document,
      List<String> lines,
      int from,
      Optional<Directive> directive,
      List<Documented> found) {
    StringBuilder command = new StringBuilder();
    int i = from;
    for (; !lines.get(i).equals("```"); i++) {
      String line = lines.get(i).replaceFirst("(^|\\s+)# .*$", "");
      command.append(line);
      if (line.endsWith("\\")) {
        command.setLength(command.length() - 1);
      } else if (!command.toString().isBlank()) {
        String place = document.getFileName() + ":" + (i + 1);
        found.add(new Documented(place, command.toString().strip(), directive));
        command.setLength(0);
      }
    }
    return i;
  }
}

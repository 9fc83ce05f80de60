package io.mooncake4j.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.distribution.DocumentedCommands.Directive;
import io.mooncake4j.distribution.DocumentedCommands.Documented;
import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs every command of the documentation, document by document, in the unpacked archive. The
 * documents' two machines are this one, and their ports are free ones.
 */
class DocumentedCommandsIT {
  private static final Path ROOT =
      Path.of(System.getProperty("basedir", ".")).resolve("..").normalize();
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Pattern EXAMPLE = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

  private static final Pattern NAMED = Pattern.compile("\\{([^}]+)\\}");

  @TempDir private Path folder;

  private final Map<String, String> replacements = new LinkedHashMap<>();
  private final Deque<Process> background = new ArrayDeque<>();
  private int commands;

  static Stream<Path> documents() throws IOException {
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      List<Path> pages = docs.filter(file -> file.toString().endsWith(".md")).sorted().toList();
      return Stream.concat(
              Stream.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md")), pages.stream())
          .filter(DocumentedCommandsIT::hasCommands);
    }
  }

  @Test
  void noCommandHidesInABlockThatIsNotRun() throws Exception {
    List<String> untested = new ArrayList<>();
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      for (Path page : docs.filter(file -> file.toString().endsWith(".md")).toList()) {
        untested.addAll(DocumentedCommands.untested(page));
      }
    }
    for (String page : List.of("README.md", "CONTRIBUTING.md", "SECURITY.md")) {
      untested.addAll(DocumentedCommands.untested(ROOT.resolve(page)));
    }

    assertThat(untested).isEmpty();
  }

  private static boolean hasCommands(Path document) {
    try {
      return !DocumentedCommands.in(document).isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyCommandOfADocumentDoesWhatItIsThereFor(Path document) throws Exception {
    UnpackedArchive archive = UnpackedArchive.below(folder);
    writeExample(archive.home());
    replacements.put("192.0.2.10", "127.0.0.1");
    replacements.put("192.0.2.11", "127.0.0.1");
    List<Integer> ports = FreePorts.several(2);
    replacements.put("8080", ports.get(0).toString());
    replacements.put("9400", ports.get(1).toString());
    try {
      for (Documented documented : DocumentedCommands.in(document)) {
        run(documented, archive.home());
      }
    } finally {
      background.forEach(DocumentedCommandsIT::end);
    }
  }

  private static void writeExample(Path home) throws IOException {
    Matcher block = EXAMPLE.matcher(Files.readString(ROOT.resolve("README.md")));
    assertThat(block.find()).as("a java block in README.md").isTrue();
    Files.writeString(home.resolve("Hello.java"), block.group(1));
  }

  private void run(Documented documented, Path home) throws Exception {
    String word = documented.directive().map(Directive::word).orElse("");
    String argument = documented.directive().map(Directive::argument).orElse("0");
    switch (word) {
      case "elsewhere" -> requireScript(documented, argument);
      case "until" -> startAndAwait(documented, home, argument);
      default -> runToItsEnd(documented, home, Integer.parseInt(argument));
    }
  }

  /** The command is that script, or the script (or what lies in its folder .d) runs its program. */
  private static void requireScript(Documented documented, String script) throws IOException {
    Path file = ROOT.resolve(script);
    assertThat(file).as(documented.place()).isExecutable();
    String program =
        Stream.of(documented.command().split("\\s+", -1))
            .filter(word -> !word.contains("="))
            .findFirst()
            .orElseThrow();
    boolean runs = program.equals(script) || Files.readString(file).contains(program);
    Path parts = Path.of(file + ".d");
    if (!runs && Files.isDirectory(parts)) {
      try (Stream<Path> files = Files.list(parts)) {
        for (Path part : files.filter(it -> it.toString().endsWith(".py")).toList()) {
          runs |= Files.readString(part).contains(program);
        }
      }
    }
    assertThat(runs).as("%s: %s runs %s", documented.place(), script, program).isTrue();
  }

  private void runToItsEnd(Documented documented, Path home, int expected) throws Exception {
    Process process = start(documented, home);
    try {
      assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .as("%s ends: %s", documented.place(), documented.command())
          .isTrue();
      assertThat(process.exitValue())
          .as("%s: %s%n%s", documented.place(), documented.command(), output())
          .isEqualTo(expected);
    } finally {
      end(process);
    }
  }

  private void startAndAwait(Documented documented, Path home, String text) throws Exception {
    Pattern pattern = pattern(text);
    Process process = start(documented, home);
    background.push(process);
    Path output = lastOutput();
    Await.until(
        () -> !process.isAlive() || pattern.matcher(Files.readString(output)).find(),
        PATIENCE,
        documented.place() + " prints " + pattern);
    Matcher matcher = pattern.matcher(Files.readString(output));
    assertThat(matcher.find())
        .as("%s: %s%n%s", documented.place(), documented.command(), Files.readString(output))
        .isTrue();
    remember(text, matcher);
  }

  /** In the text, {X} is what the program prints where the document has X. */
  private Pattern pattern(String text) {
    StringBuilder regex = new StringBuilder();
    Matcher names = NAMED.matcher(text);
    int end = 0;
    while (names.find()) {
      regex.append(Pattern.quote(replaced(text.substring(end, names.start())))).append("(\\S+)");
      end = names.end();
    }
    regex.append(Pattern.quote(replaced(text.substring(end))));
    return Pattern.compile(regex.toString());
  }

  private void remember(String text, Matcher matcher) {
    Matcher names = NAMED.matcher(text);
    for (int i = 1; names.find(); i++) {
      replacements.put(names.group(1), matcher.group(i));
    }
  }

  private Process start(Documented documented, Path home) throws IOException {
    commands++;
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", "-c", replaced(documented.command()))
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(lastOutput().toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("MOONCAKE"));
    return builder.start();
  }

  private Path lastOutput() {
    return folder.resolve("output-" + commands + ".txt");
  }

  private String output() throws IOException {
    return Files.readString(lastOutput());
  }

  /** The longest first: what was printed replaces an address before the address is replaced. */
  private String replaced(String command) {
    String[] text = {command};
    replacements.entrySet().stream()
        .sorted((a, b) -> b.getKey().length() - a.getKey().length())
        .forEach(entry -> text[0] = text[0].replace(entry.getKey(), entry.getValue()));
    return text[0];
  }

  private static void end(Process process) {
    List<ProcessHandle> below = process.descendants().toList();
    below.forEach(ProcessHandle::destroy);
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        below.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package io.mooncake4j.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.cli.MooncakeProcess;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example in README.md compiles without a warning and does what it says. */
class ReadmeExampleTest {
  private static final Pattern BLOCK = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
  private static final Pattern CLASS = Pattern.compile("public class (\\w+)");

  @TempDir private Path folder;

  @Test
  void compilesAndMovesItsTextToAnotherProcessAndBack() throws Exception {
    String name = compile();
    byte[] expected = "Hello from Java".getBytes(StandardCharsets.UTF_8);
    try (TransferEngine target = loopbackEngine();
        MemoryRegion memory = target.allocate(4096)) {
      List<String> command = new ArrayList<>(MooncakeProcess.java());
      int classPath = command.size() - 1;
      command.set(classPath, folder + ":" + command.get(classPath));
      command.addAll(List.of(name, target.name()));

      try (MooncakeProcess example = MooncakeProcess.run(folder, command)) {
        assertThat(example.exitCode()).as(example.toString()).isZero();
        assertThat(example.output()).isEqualTo("Hello from Java");
      }
      byte[] received = new byte[expected.length];
      memory.window(0, received.length).get(received);
      assertThat(received).isEqualTo(expected);
    }
  }

  private static TransferEngine loopbackEngine() {
    return TransferEngine.builder()
        .name("127.0.0.1")
        .option("mooncake.network.bind-address", "127.0.0.1")
        .build();
  }

  private String compile() throws Exception {
    Matcher block = BLOCK.matcher(Documents.read("README.md"));
    assertThat(block.find()).as("a java block in README.md").isTrue();
    String source = block.group(1);
    Matcher name = CLASS.matcher(source);
    assertThat(name.find()).isTrue();
    assertThat(source.lines().filter(line -> !line.isBlank() && !line.startsWith("import ")))
        .as("the example is short")
        .hasSizeLessThanOrEqualTo(20);
    Path file = folder.resolve(name.group(1) + ".java");
    Files.writeString(file, source);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (var files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      List<String> flags =
          List.of(
              "--release",
              "17",
              "-Xlint:all,-processing,-classfile,-path",
              "-Werror",
              "-proc:none",
              "-cp",
              System.getProperty("java.class.path"),
              "-d",
              folder.toString());
      boolean compiled =
          compiler
              .getTask(messages, files, null, flags, null, files.getJavaFileObjects(file))
              .call();
      assertThat(compiled).as(messages.toString()).isTrue();
    }
    return name.group(1);
  }
}

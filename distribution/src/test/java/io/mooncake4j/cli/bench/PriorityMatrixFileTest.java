package io.mooncake4j.cli.bench;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PriorityMatrixFileTest {
  @TempDir private Path folder;

  private Path file(String text) throws Exception {
    return Files.writeString(folder.resolve("matrix.json"), text);
  }

  @Test
  void takesTheFormOfCpp() throws Exception {
    Path file = file("{\"cpu:0\": [[\"mlx5_0\"], [\"mlx5_1\", \"mlx5_2\"]], \"cuda:0\": [[], []]}");

    assertThatCode(() -> PriorityMatrixFile.check(file)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{bad                    | is no JSON",
        "[]                      | is no JSON object",
        "{\"cpu:0\": []}         | has under \"cpu:0\" no pair",
        "{\"cpu:0\": [[], 1]}    | has under \"cpu:0\" no pair",
        "{\"cpu:0\": [[1], []]}  | has under \"cpu:0\" no pair",
        "{\"a\": [[],[]]} x      | is no JSON",
      })
  void refusesOtherForms(String text, String words) throws Exception {
    Path file = file(text);

    assertThatThrownBy(() -> PriorityMatrixFile.check(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(words);
  }

  @Test
  void refusesAnEmptyAndAHugeFile() throws Exception {
    Path empty = file("");
    assertThatThrownBy(() -> PriorityMatrixFile.check(empty)).hasMessageContaining("is no JSON");
    Path huge = file(" ".repeat((1 << 20) + 1));
    assertThatThrownBy(() -> PriorityMatrixFile.check(huge)).hasMessageContaining("longer than");
  }
}

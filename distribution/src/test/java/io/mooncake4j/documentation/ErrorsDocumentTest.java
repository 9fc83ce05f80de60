package io.mooncake4j.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** docs/errors.md tells the truth about every error code. */
class ErrorsDocumentTest {
  private final List<String> rows =
      Documents.read("docs/errors.md").lines().filter(line -> line.startsWith("| `")).toList();

  @ParameterizedTest
  @EnumSource
  void everyCodeHasItsNumbersRemedyMeaningAndAdvice(ErrorCode code) {
    List<String> found = rows.stream().filter(row -> row.startsWith("| `" + code + "` |")).toList();

    assertThat(found).as("rows of %s in docs/errors.md", code).hasSize(1);
    String[] cells = found.get(0).split(" *\\| *", -1);
    assertThat(cells).hasSize(7);
    assertThat(cells[2]).isEqualTo(numbers(code));
    assertThat(cells[3]).isEqualTo("`" + code.remedy() + "`");
    assertThat(cells[4]).endsWith(".");
    assertThat(cells[5]).endsWith(".");
  }

  private static String numbers(ErrorCode code) {
    boolean none = code.number() == 0 && code.statusNumber() == 0;
    return none ? "-" : code.number() + ", " + code.statusNumber();
  }

  @Test
  void everyRemedyIsExplained() {
    for (ErrorCode.Remedy remedy : ErrorCode.Remedy.values()) {
      assertThat(rows).anyMatch(row -> row.startsWith("| `" + remedy + "` |"));
    }
  }

  @Test
  void noRowIsLeftOver() {
    int expected = ErrorCode.values().length + ErrorCode.Remedy.values().length;
    assertThat(rows).as(Arrays.toString(ErrorCode.values())).hasSize(expected);
  }
}

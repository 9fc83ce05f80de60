package io.mooncake4j.metadata.server.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.metadata.server.records.FaultyFile.Operation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk that fails: what is not on disk has not happened, and all is well once it works again. */
@Timeout(60)
class DiskFaultTest {
  private final FaultyFile disk = new FaultyFile();
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("metadata.log");
  }

  private Records open() {
    return Records.keptIn(RecordLimits.DEFAULT, file, false, disk);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static Stream<Set<Operation>> faults() {
    return Stream.of(
        EnumSet.of(Operation.WRITE),
        EnumSet.of(Operation.SYNC),
        EnumSet.of(Operation.WRITE, Operation.TRUNCATE),
        EnumSet.of(Operation.SYNC, Operation.TRUNCATE),
        EnumSet.allOf(Operation.class));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void refusesChangesWhileTheDiskFailsAndGoesOnAfterwards(Set<Operation> faults) {
    try (Records records = open()) {
      records.put("a", bytes("1"));
      records.put("b", bytes("1"));
      disk.fail(faults.toArray(Operation[]::new));
      for (int i = 0; i < 3; i++) {
        assertThat(records.put("a", bytes("2")))
            .isEqualTo(new Result(Outcome.NOT_PERSISTED, "No space left on device"));
        assertThat(records.put("c", bytes("1")).outcome()).isEqualTo(Outcome.NOT_PERSISTED);
        assertThat(records.remove("b").outcome()).isEqualTo(Outcome.NOT_PERSISTED);
      }
      assertThat(records.failures()).isEqualTo(9);
      assertThat(records.get("a")).isEqualTo(bytes("1"));
      assertThat(records.get("b")).isEqualTo(bytes("1"));
      assertThat(records.get("c")).isNull();
      assertThat(records.entries()).isEqualTo(2);
      assertThat(records.remove("none").outcome()).isEqualTo(Outcome.MISSING);
      disk.fail();
      assertThat(records.put("c", bytes("3")).outcome()).isEqualTo(Outcome.UPDATED);
    }
    try (Records records = open()) {
      assertThat(records.entries()).isEqualTo(3);
      assertThat(records.get("a")).isEqualTo(bytes("1"));
      assertThat(records.get("b")).isEqualTo(bytes("1"));
      assertThat(records.get("c")).isEqualTo(bytes("3"));
    }
  }

  @Test
  void aFileThatCannotBeTidiedUpIsStillWrittenTo() {
    try (Records records = open()) {
      for (int i = 0; i < 200; i++) {
        records.put("big", bytes((i % 2 == 0 ? "y" : "x").repeat(10_000)));
        disk.fail(i < 150 ? new Operation[] {Operation.OPEN} : new Operation[0]);
        assertThat(records.get("big")).startsWith((byte) (i % 2 == 0 ? 'y' : 'x'));
      }
      assertThat(records.failures()).isZero();
      assertThat(records.fileBytes()).isLessThan(1 << 20);
    }
  }

  @Test
  void saysAtTheStartThatTheDiskIsFull() {
    disk.fail(Operation.WRITE);
    assertThatThrownBy(this::open)
        .isInstanceOf(MooncakeException.class)
        .hasMessageContaining("metadata.log cannot be used (No space left on device)");
    disk.fail();
    open().close();
  }

  /** A server that dies after a fault may bring back what it refused, never lose what it took. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void losesNothingAcknowledgedWhateverFails(long seed) {
    Random random = new Random(seed);
    Map<String, String> taken = new HashMap<>();
    Map<String, Set<String>> refused = new HashMap<>();
    for (int life = 0; life < 10; life++) {
      try (Records records = open()) {
        for (int key = 0; key < 5; key++) {
          String name = "key" + key;
          String value = text(records.get(name));
          if (refused.getOrDefault(name, Set.of()).contains(String.valueOf(value))) {
            taken.put(name, value);
          }
          assertThat(value).as("%s in life %d", name, life).isEqualTo(taken.get(name));
        }
        refused.clear();
        changeAtRandom(records, random, taken, refused);
        disk.fail();
      }
    }
  }

  private void changeAtRandom(
      Records records, Random random, Map<String, String> taken, Map<String, Set<String>> refused) {
    for (int change = 0; change < 20; change++) {
      disk.fail(random.nextInt(3) > 0 ? new Operation[0] : pick(random, Operation.values()));
      String name = "key" + random.nextInt(5);
      String value = random.nextInt(4) == 0 ? null : "value" + random.nextInt();
      Result result = value == null ? records.remove(name) : records.put(name, bytes(value));
      if (result.outcome() == Outcome.NOT_PERSISTED) {
        refused.computeIfAbsent(name, any -> new HashSet<>()).add(String.valueOf(value));
      } else if (result.outcome() != Outcome.MISSING) {
        taken.put(name, value);
        // What was written before and refused is overwritten now.
        refused.clear();
      }
    }
  }

  private static String text(byte[] value) {
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }

  private static Operation[] pick(Random random, Operation[] from) {
    return Stream.of(from).filter(each -> random.nextBoolean()).toArray(Operation[]::new);
  }
}

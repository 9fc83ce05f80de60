package io.mooncake4j.metadata.server.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.MooncakeException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Records in memory: who wins, what is full, what is listed. */
@Timeout(60)
class RecordsTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void oneOfManyClaimsOfANameWins() throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(16);
    try (Records records = Records.inMemory(RecordLimits.DEFAULT)) {
      for (int round = 0; round < 50; round++) {
        String key = "mooncake/rpc_meta/" + round;
        List<Callable<Outcome>> claims = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
          byte[] value = bytes("owner " + i);
          claims.add(() -> records.put(key, value).outcome());
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Future<Outcome> each : clients.invokeAll(claims)) {
          outcomes.add(each.get());
        }
        assertThat(outcomes).containsOnlyOnce(Outcome.UPDATED).contains(Outcome.DUPLICATE);
        int winner = outcomes.indexOf(Outcome.UPDATED);
        assertThat(records.get(key)).isEqualTo(bytes("owner " + winner));
      }
    } finally {
      clients.shutdownNow();
      assertThat(clients.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void countsWhatItKeeps() {
    try (Records records = Records.inMemory(RecordLimits.DEFAULT)) {
      records.put("abc", bytes("12345"));
      records.put("d", bytes(""));
      assertThat(records.entries()).isEqualTo(2);
      assertThat(records.bytes()).isEqualTo(9);
      records.put("abc", bytes("1"));
      assertThat(records.bytes()).isEqualTo(5);
      records.remove("abc");
      records.remove("abc");
      assertThat(records.entries()).isEqualTo(1);
      assertThat(records.bytes()).isEqualTo(1);
    }
  }

  @Test
  void refusesOneRecordTooMany() {
    try (Records records = Records.inMemory(new RecordLimits(10, 2, 100))) {
      records.put("a", bytes("1"));
      records.put("b", bytes("1"));
      assertThat(records.put("c", bytes("1")))
          .isEqualTo(new Result(Outcome.FULL, "at most 2 records are kept"));
      assertThat(records.put("a", bytes("2")).outcome()).isEqualTo(Outcome.UPDATED);
      records.remove("b");
      assertThat(records.put("c", bytes("1")).outcome()).isEqualTo(Outcome.UPDATED);
    }
  }

  @Test
  void refusesTooManyBytes() {
    try (Records records = Records.inMemory(new RecordLimits(10, 100, 10))) {
      assertThat(records.put("a", new byte[9]).outcome()).isEqualTo(Outcome.UPDATED);
      assertThat(records.put("b", new byte[0]))
          .isEqualTo(new Result(Outcome.FULL, "at most 10 bytes are kept"));
      assertThat(records.put("a", new byte[10]).outcome()).isEqualTo(Outcome.FULL);
      assertThat(records.get("a")).hasSize(9);
      assertThat(records.put("a", new byte[8]).outcome()).isEqualTo(Outcome.UPDATED);
      assertThat(records.put("b", new byte[0]).outcome()).isEqualTo(Outcome.UPDATED);
    }
  }

  @Test
  void listsKeysInTheOrderOfTheirBytes() {
    try (Records records = Records.inMemory(RecordLimits.DEFAULT)) {
      for (String key : List.of("m/b", "m/a", "m/\u00ff", "m/", "m", "n", "l", "m/a\n", "m/\0")) {
        records.put(key, bytes(""));
      }
      assertThat(records.list("m/", "", 100, 1000))
          .containsExactly("m/", "m/\0", "m/a", "m/a\n", "m/b", "m/\u00ff");
      assertThat(records.list("m/", "m/a", 2, 1000)).containsExactly("m/a\n", "m/b");
      assertThat(records.list("m/", "m/\u00ff", 2, 1000)).isEmpty();
      assertThat(records.list("m/", "a", 1, 1000)).containsExactly("m/");
      assertThat(records.list("m/", "z", 1, 1000)).isEmpty();
      assertThat(records.list("", "", 100, 1000)).hasSize(9);
      assertThat(records.list("", "", 100, 5)).containsExactly("l", "m", "m/");
      assertThat(records.list("", "", 100, 0)).containsExactly("l");
      assertThat(records.list("none", "", 100, 1000)).isEmpty();
    }
  }

  @Test
  void refusesLimitsThatAllowNothing() {
    assertThatThrownBy(() -> new RecordLimits(1, 0, 1))
        .isInstanceOf(MooncakeException.class)
        .hasMessageContaining("entries 0");
  }
}

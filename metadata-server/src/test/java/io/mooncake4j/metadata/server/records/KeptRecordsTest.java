package io.mooncake4j.metadata.server.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Records in a file: what comes back, from a whole file and from others. */
@Timeout(60)
class KeptRecordsTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("metadata.log");
  }

  private Records open() {
    return Records.keptIn(RecordLimits.DEFAULT, file, false);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private void expectRecords(String... keysAndValues) {
    try (Records records = open()) {
      assertThat(records.entries()).isEqualTo(keysAndValues.length / 2);
      for (int i = 0; i < keysAndValues.length; i += 2) {
        assertThat(records.get(keysAndValues[i])).isEqualTo(bytes(keysAndValues[i + 1]));
      }
    }
  }

  private void refuses(ErrorCode code, String... words) {
    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(
            MooncakeException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e).hasMessageContainingAll(words);
            });
  }

  /** Three changes, each a write of its own; returns where the frames begin and the last ends. */
  private List<Long> threeWrites() {
    try (Records records = open()) {
      long first = records.fileBytes();
      records.put("a", bytes("one"));
      long second = records.fileBytes();
      records.put("b", bytes("two"));
      long third = records.fileBytes();
      records.put("c", bytes("three"));
      return List.of(first, second, third, records.fileBytes());
    }
  }

  @Test
  void bringsBackWhatWasAcknowledged() {
    String hostile = "k\0\n\r\"\\/../\u00ff\u0080 %00";
    try (Records records = open()) {
      records.put("a", bytes("1"));
      records.put("a", bytes("2"));
      records.put("gone", bytes("x"));
      records.put(hostile, bytes("\0\n"));
      records.put("empty", bytes(""));
      records.remove("gone");
    }
    expectRecords("a", "2", hostile, "\0\n", "empty", "");
    expectRecords("a", "2", hostile, "\0\n", "empty", "");
  }

  @Test
  void aNameOfADeadOwnerStaysItsOwn() {
    try (Records records = open()) {
      records.put("mooncake/rpc_meta/n", bytes("1"));
    }
    try (Records records = open()) {
      assertThat(records.put("mooncake/rpc_meta/n", bytes("2")).outcome())
          .isEqualTo(Outcome.DUPLICATE);
      assertThat(records.put("mooncake/rpc_meta/n", bytes("1")).outcome())
          .isEqualTo(Outcome.UNCHANGED);
    }
  }

  @Test
  void cutsOffATornEndWhereverItIsTorn() throws Exception {
    List<Long> places = threeWrites();
    byte[] whole = Files.readAllBytes(file);
    for (long length = places.get(2); length < places.get(3); length++) {
      Files.write(file, Arrays.copyOf(whole, (int) length));
      expectRecords("a", "one", "b", "two");
      assertThat(Files.size(file)).isEqualTo(places.get(2));
    }
    try (Records records = open()) {
      records.put("c", bytes("again"));
    }
    expectRecords("a", "one", "b", "two", "c", "again");
  }

  @Test
  void cutsOffZerosAndGarbageBehindTheEnd() throws Exception {
    threeWrites();
    byte[] whole = Files.readAllBytes(file);
    for (byte garbage : new byte[] {0, -1, 'M'}) {
      byte[] longer = Arrays.copyOf(whole, whole.length + 200_000);
      Arrays.fill(longer, whole.length, longer.length, garbage);
      Files.write(file, longer);
      expectRecords("a", "one", "b", "two", "c", "three");
      assertThat(Files.size(file)).isEqualTo(whole.length);
    }
  }

  @Test
  void refusesAFileWithADamagedMiddleAndLeavesItAlone() throws Exception {
    List<Long> places = threeWrites();
    byte[] whole = Files.readAllBytes(file);
    for (int place = places.get(1).intValue(); place < places.get(2); place++) {
      byte[] damaged = whole.clone();
      damaged[place] ^= 0x10;
      Files.write(file, damaged);
      refuses(
          ErrorCode.MALFORMED,
          file.toRealPath() + " is damaged behind byte " + places.get(1),
          "1 writes before and 1 behind are whole, with 2 records",
          "Move it away");
      assertThat(Files.readAllBytes(file)).isEqualTo(damaged);
    }
  }

  @Test
  void goesOnWithTheWholePartsWhenToldTo() throws Exception {
    List<Long> places = threeWrites();
    byte[] damaged = Files.readAllBytes(file);
    damaged[places.get(1).intValue() + 20] ^= 1;
    Files.write(file, damaged);
    Records.keptIn(RecordLimits.DEFAULT, file, true).close();
    expectRecords("a", "one", "c", "three");
    assertThat(Files.readAllBytes(folder.resolve("metadata.log.damaged"))).isEqualTo(damaged);
  }

  @Test
  void aValueThatLooksLikeAFrameIsNotTakenForOne() throws Exception {
    List<Long> places = threeWrites();
    byte[] whole = Files.readAllBytes(file);
    byte[] frames = Arrays.copyOfRange(whole, places.get(0).intValue(), whole.length);
    try (Records records = open()) {
      records.put("hostile", frames);
    }
    byte[] more = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(more, more.length - 1));
    expectRecords("a", "one", "b", "two", "c", "three");
  }

  @Test
  void refusesWhatIsNoMetadataFile() throws Exception {
    for (String text : List.of("x", "mooncake.name = a file of somebody's own\n")) {
      Files.writeString(file, text);
      Path neighbour = Files.writeString(folder.resolve("metadata.log.new"), "its owner's");
      refuses(ErrorCode.MALFORMED, file.toRealPath() + " is no metadata file");
      assertThat(Files.readString(file)).isEqualTo(text);
      try (var names = Files.list(folder)) {
        assertThat(names).as("nothing is done beside it").containsOnly(file, neighbour);
      }
    }
    Files.delete(file);
    Files.createDirectory(file);
    refuses(ErrorCode.INVALID_ARGUMENT, "metadata.log is no regular file");
  }

  @Test
  void refusesPlacesThatKeepNothing() {
    file = Path.of("/dev/full");
    refuses(ErrorCode.INVALID_ARGUMENT, "/dev/full is no regular file");
    file = folder.resolve("none/metadata.log");
    refuses(ErrorCode.METADATA, "NoSuchFile", "give a file in a folder that exists");
  }

  @Test
  void takesAnEmptyFileForANewOne() throws Exception {
    Files.createFile(file);
    threeWrites();
    expectRecords("a", "one", "b", "two", "c", "three");
  }

  @Test
  void twoServersDoNotShareAFile() throws Exception {
    try (Records records = open()) {
      records.put("a", bytes("1"));
      refuses(ErrorCode.METADATA, file.toRealPath() + " is used by another server");
      Path link = folder.resolve("link");
      Files.createSymbolicLink(link, file);
      assertThatThrownBy(() -> Records.keptIn(RecordLimits.DEFAULT, link, false))
          .hasMessageContaining("is used by another server");
      assertThat(records.put("b", bytes("2")).outcome()).isEqualTo(Outcome.UPDATED);
    }
    expectRecords("a", "1", "b", "2");
  }

  @Test
  void aFileBehindALinkStaysBehindIt() throws Exception {
    Path link = folder.resolve("link");
    Files.createSymbolicLink(link, file);
    threeWrites();
    try (Records records = Records.keptIn(RecordLimits.DEFAULT, link, false)) {
      overwrite(records, 400);
    }
    assertThat(link).isSymbolicLink();
    expectRecords("a", "one", "b", "two", "c", "three", "big", "x".repeat(10_000));
  }

  private static void overwrite(Records records, int times) {
    for (int i = 0; i < times; i++) {
      records.put("big", bytes((i % 2 == 0 ? "y" : "x").repeat(10_000)));
    }
  }

  @Test
  void isTidiedUpWhenMostOfItIsOutdated() throws IOException {
    threeWrites();
    try (Records records = open()) {
      overwrite(records, 1000);
      assertThat(records.fileBytes()).isEqualTo(Files.size(file)).isLessThan(2 << 20);
    }
    expectRecords("a", "one", "b", "two", "c", "three", "big", "x".repeat(10_000));
    try (var names = Files.list(folder)) {
      assertThat(names.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("metadata.log", "metadata.log.lock");
    }
  }

  @Test
  void whatADyingServerWasTidyingUpIsNotMissed() throws Exception {
    threeWrites();
    Files.writeString(folder.resolve("metadata.log.new"), "half of a new version");
    expectRecords("a", "one", "b", "two", "c", "three");
    assertThat(folder.resolve("metadata.log.new")).doesNotExist();
  }

  @Test
  void keepsMoreThanIsAllowedWhenTheFileHasIt() {
    threeWrites();
    try (Records records = Records.keptIn(new RecordLimits(10, 1, 100), file, false)) {
      assertThat(records.entries()).isEqualTo(3);
      assertThat(records.put("d", bytes("")).outcome()).isEqualTo(Outcome.FULL);
      assertThat(records.put("a", bytes("new")).outcome()).isEqualTo(Outcome.UPDATED);
    }
  }
}

package io.mooncake4j.metadata.server.records;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that changes are appended to, and that is written anew when most of it is outdated. What
 * cannot be brought to disk is taken back from the file; when that fails too, the file is written
 * anew before anything else goes into it.
 */
final class FileJournal implements Journal {
  private static final Logger log = LoggerFactory.getLogger(FileJournal.class);
  private static final SecureRandom random = new SecureRandom();

  /** A file below this size is not worth tidying up. */
  private static final long SMALL_BYTES = 1 << 20;

  /** The file is tidied up when it is this many times larger than what is in it. */
  private static final int WASTE = 4;

  private static final int REWRITTEN_FRAME_BYTES = 1 << 20;
  private static final int RECORD_OVERHEAD_BYTES = 24;

  /** A journal and what was in it. */
  record Opened(FileJournal journal, Map<String, byte[]> records) {}

  private final OwnedFile place;
  private final LogFile.Opener opener;
  private LogFile file;
  private long salt;
  private long length;

  /** True while nobody can tell what is on disk; then the file is written anew first. */
  private boolean unsure;

  private long tidyAt = SMALL_BYTES;

  private FileJournal(OwnedFile place, LogFile.Opener opener) {
    this.place = place;
    this.opener = opener;
  }

  static Opened open(Path wanted, boolean salvage, LogFile.Opener opener) {
    OwnedFile place = OwnedFile.take(wanted);
    FileJournal journal = new FileJournal(place, opener);
    try {
      return new Opened(journal, journal.start(salvage));
    } catch (IOException e) {
      journal.close();
      throw OwnedFile.unusable(place.path(), e);
    } catch (RuntimeException | Error e) {
      journal.close();
      throw e;
    }
  }

  private Map<String, byte[]> start(boolean salvage) throws IOException {
    Path path = place.path();
    Files.deleteIfExists(place.next());
    if (!Files.exists(path) || Files.size(path) == 0) {
      rewrite(Map.of());
      return Map.of();
    }
    LogReader.Content content = LogReader.read(path);
    if (content == null) {
      throw OwnedFile.foreign(path);
    }
    if (content.framesBehind() > 0) {
      salvage(content, salvage);
    } else {
      file = opener.open(path);
      salt = content.salt();
      length = content.wholeBytes();
      cutTornEnd(content);
    }
    log.info("{} keeps {} records", path, content.records().size());
    return content.records();
  }

  private void cutTornEnd(LogReader.Content content) throws IOException {
    long torn = content.size() - length;
    if (torn > 0) {
      log.warn(
          "{} ends with {} bytes of a change that was being written when the server died, and that"
              + " was not acknowledged; they are cut off",
          place.path(),
          torn);
      file.truncate(length);
      file.sync();
    }
  }

  private void salvage(LogReader.Content content, boolean wanted) throws IOException {
    String damage =
        place.path()
            + " is damaged behind byte "
            + content.wholeBytes()
            + ": "
            + content.frames()
            + " writes before and "
            + content.framesBehind()
            + " behind are whole, with "
            + content.records().size()
            + " records";
    if (!wanted) {
      throw new MooncakeException(
          ErrorCode.MALFORMED,
          damage
              + ". Move it away to begin without records (running nodes publish theirs again), or"
              + " start with salvaging to go on with what is whole");
    }
    log.warn("{}; a copy of it is in {}, and the server goes on with them", damage, place.copy());
    rewrite(content.records());
  }

  @Override
  public void append(List<Change> changes, Map<String, byte[]> before) throws IOException {
    if (unsure) {
      rewrite(before);
    }
    byte[] frame = Frames.frame(changes, salt, length);
    unsure = true;
    try {
      file.write(length, frame);
    } catch (IOException e) {
      takeBack(e);
      throw e;
    }
    // When this fails, nobody can tell what of the file is on disk, earlier changes included.
    file.sync();
    length += frame.length;
    unsure = false;
  }

  private void takeBack(IOException cause) {
    try {
      file.truncate(length);
      file.sync();
      unsure = false;
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  @Override
  public void tidy(Map<String, byte[]> records, long recordBytes) {
    if (length < tidyAt) {
      return;
    }
    long wholly = recordBytes + (long) RECORD_OVERHEAD_BYTES * records.size();
    if (length < WASTE * wholly) {
      tidyAt = WASTE * wholly;
      return;
    }
    try {
      rewrite(records);
      tidyAt = SMALL_BYTES;
    } catch (IOException e) {
      tidyAt = length + length / 4;
      log.warn(
          "{} is {} bytes long for {} bytes of records and cannot be written anew: {}",
          place.path(),
          length,
          recordBytes,
          e.toString());
    }
  }

  /** Writes the file anew with these records in it, all of which are on disk in the old one. */
  private void rewrite(Map<String, byte[]> records) throws IOException {
    long newSalt = random.nextLong();
    LogFile next = opener.open(place.next());
    try {
      next.truncate(0);
      next.write(0, Frames.fileHead(newSalt));
      long end = writeAll(next, records, newSalt);
      next.sync();
      place.replace();
      closeFile();
      file = next;
      salt = newSalt;
      length = end;
    } finally {
      if (file != next) {
        next.close();
        Files.deleteIfExists(place.next());
      }
    }
    unsure = true;
    place.syncFolder();
    unsure = false;
  }

  private static long writeAll(LogFile to, Map<String, byte[]> records, long salt)
      throws IOException {
    long end = Frames.FILE_HEAD_BYTES;
    List<Change> part = new ArrayList<>();
    long weight = 0;
    for (Map.Entry<String, byte[]> entry : records.entrySet()) {
      part.add(Change.put(entry.getKey(), entry.getValue()));
      weight += Batch.sizeOf(entry.getKey(), entry.getValue());
      if (weight >= REWRITTEN_FRAME_BYTES) {
        end = writeFrame(to, part, salt, end);
        part.clear();
        weight = 0;
      }
    }
    return part.isEmpty() ? end : writeFrame(to, part, salt, end);
  }

  private static long writeFrame(LogFile to, List<Change> part, long salt, long end)
      throws IOException {
    byte[] frame = Frames.frame(part, salt, end);
    to.write(end, frame);
    return end + frame.length;
  }

  @Override
  public long size() {
    return length;
  }

  @Override
  public void close() {
    closeFile();
    place.close();
  }

  private void closeFile() {
    if (file == null) {
      return;
    }
    try {
      file.close();
    } catch (IOException e) {
      // Nothing was waiting in it: each write ended with a sync.
      log.warn("{} did not close in order: {}", place.path(), e.toString());
    }
  }
}

package io.mooncake4j.metadata.server.records;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Metadata records in memory and, if wanted, in a file.
 *
 * <p>A change is acknowledged, and seen by readers, once it is on disk. Changes that wait for the
 * disk at one time go there together. Reading never waits. Safe from any thread; owned by who
 * opened it.
 */
public final class Records implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Records.class);

  /** A batch takes no more changes once it weighs this much. */
  private static final long BATCH_BYTES = 8L << 20;

  private final RecordLimits limits;
  private final Journal journal;
  private final ConcurrentNavigableMap<String, byte[]> records = new ConcurrentSkipListMap<>();
  private final Queue<Change> waiting = new ConcurrentLinkedQueue<>();
  private final Object writing = new Object();
  private final AtomicLong failures = new AtomicLong();
  private volatile long entries;
  private volatile long bytes;
  private volatile long fileBytes;
  private boolean failing;

  private Records(RecordLimits limits, Journal journal, Map<String, byte[]> kept) {
    this.limits = limits;
    this.journal = journal;
    records.putAll(kept);
    entries = records.size();
    bytes = kept.entrySet().stream().mapToLong(e -> Batch.sizeOf(e.getKey(), e.getValue())).sum();
    fileBytes = journal.size();
  }

  /**
   * Makes records that live as long as the process.
   *
   * @param limits how much may be kept
   * @return none so far
   */
  public static Records inMemory(RecordLimits limits) {
    return new Records(limits, Journal.NONE, Map.of());
  }

  /**
   * Opens records that a file keeps.
   *
   * @param limits how much may be kept; what the file holds beyond them is kept all the same
   * @param file is made where there is none
   * @param salvage true to go on with the whole parts of a damaged file
   * @return the records in the file
   * @throws io.mooncake4j.api.MooncakeException when the file cannot be used, is used by another
   *     server, is no such file, or is damaged and is not to be salvaged
   */
  public static Records keptIn(RecordLimits limits, Path file, boolean salvage) {
    return keptIn(limits, file, salvage, LogFile::open);
  }

  static Records keptIn(RecordLimits limits, Path file, boolean salvage, LogFile.Opener opener) {
    FileJournal.Opened opened = FileJournal.open(file, salvage, opener);
    return new Records(limits, opened.journal(), opened.records());
  }

  /**
   * Returns a value.
   *
   * @param key of the record
   * @return the bytes, not to be written to, or null for none
   */
  public byte[] get(String key) {
    return records.get(key);
  }

  /**
   * Stores a value. A key with {@code rpc_meta} in it belongs to who stored it first.
   *
   * @param key of the record, not longer than allowed
   * @param value the bytes, owned by the records from now on
   * @return what became of it
   */
  public Result put(String key, byte[] value) {
    return change(Change.put(key, value));
  }

  /**
   * Removes a record.
   *
   * @param key of the record
   * @return what became of it
   */
  public Result remove(String key) {
    return change(Change.remove(key));
  }

  private Result change(Change change) {
    waiting.add(change);
    synchronized (writing) {
      while (!change.done()) {
        commit();
      }
      return change.result();
    }
  }

  private void commit() {
    Batch batch = new Batch(records, limits, entries, bytes);
    for (Change next = waiting.poll(); next != null; next = waiting.poll()) {
      batch.add(next);
      if (batch.weight() > BATCH_BYTES) {
        break;
      }
    }
    if (batch.effective().isEmpty()) {
      return;
    }
    try {
      journal.append(batch.effective(), records);
    } catch (IOException | RuntimeException | Error e) {
      failed(batch, e);
      return;
    }
    for (Change change : batch.effective()) {
      if (change.value() == null) {
        records.remove(change.key());
      } else {
        records.put(change.key(), change.value());
      }
    }
    entries = batch.entries();
    bytes = batch.bytes();
    journal.tidy(records, bytes);
    fileBytes = journal.size();
    if (failing) {
      failing = false;
      log.info("Metadata is brought to disk again");
    }
  }

  private void failed(Batch batch, Throwable e) {
    failures.incrementAndGet();
    batch.fail(String.valueOf(e.getMessage()));
    if (!failing) {
      failing = true;
      log.warn(
          "Metadata cannot be brought to disk, and changes are refused until it can: {}",
          e.toString());
    }
  }

  /**
   * Lists keys in the order of their bytes.
   *
   * @param prefix of the keys; empty for all
   * @param after lists only what comes behind it; empty to begin
   * @param most keys at once
   * @param mostBytes of the keys together; one key is listed whatever its length
   * @return keys; empty when there are no more
   */
  public List<String> list(String prefix, String after, int most, int mostBytes) {
    NavigableMap<String, byte[]> from =
        prefix.compareTo(after) > 0
            ? records.tailMap(prefix, true)
            : records.tailMap(after, after.isEmpty());
    List<String> keys = new ArrayList<>();
    int length = 0;
    for (String key : from.keySet()) {
      length += key.length();
      boolean enough = keys.size() == most || (length > mostBytes && !keys.isEmpty());
      if (enough || !key.startsWith(prefix)) {
        break;
      }
      keys.add(key);
    }
    return keys;
  }

  /**
   * Returns how many records there are.
   *
   * @return the count
   */
  public long entries() {
    return entries;
  }

  /**
   * Returns how much is kept.
   *
   * @return bytes of all keys and values
   */
  public long bytes() {
    return bytes;
  }

  /**
   * Returns how large the file is.
   *
   * @return bytes; 0 without one
   */
  public long fileBytes() {
    return fileBytes;
  }

  /**
   * Returns how often the disk refused.
   *
   * @return refused batches of changes since the start
   */
  public long failures() {
    return failures.get();
  }

  /** Closes the file. What was acknowledged is in it. */
  @Override
  public void close() {
    synchronized (writing) {
      journal.close();
    }
  }
}

package io.mooncake4j.metadata.server.records;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Changes that go to disk together: each is judged by the records as those before it leave them.
 */
final class Batch {
  /** A key with this in it is a name that somebody owns. */
  private static final String OWNED = "rpc_meta";

  private final Map<String, byte[]> records;
  private final RecordLimits limits;

  /** What the changes leave of the keys that they touch; null for a record that goes. */
  private final Map<String, byte[]> touched = new HashMap<>();

  private final List<Change> effective = new ArrayList<>();
  private final List<Change> atStake = new ArrayList<>();
  private long entries;
  private long bytes;
  private long weight;

  Batch(Map<String, byte[]> records, RecordLimits limits, long entries, long bytes) {
    this.records = records;
    this.limits = limits;
    this.entries = entries;
    this.bytes = bytes;
  }

  void add(Change change) {
    byte[] value = change.value();
    boolean afterOthers = touched.containsKey(change.key());
    byte[] old = afterOthers ? touched.get(change.key()) : records.get(change.key());
    weight += value == null ? 1 : value.length;
    if (value == null) {
      change.end(old == null ? Outcome.MISSING : Outcome.DELETED, "");
    } else {
      judgePut(change, old);
    }
    boolean changes =
        change.outcome() == Outcome.DELETED
            || (change.outcome() == Outcome.UPDATED && !Arrays.equals(old, value));
    if (changes) {
      entries += entriesAdded(old, value);
      bytes += bytesAdded(change, old);
      touched.put(change.key(), value);
      effective.add(change);
    }
    if (changes || afterOthers) {
      atStake.add(change);
    }
  }

  private void judgePut(Change change, byte[] old) {
    if (old != null && change.key().contains(OWNED)) {
      boolean same = Arrays.equals(old, change.value());
      change.end(same ? Outcome.UNCHANGED : Outcome.DUPLICATE, "");
    } else if (old == null && entries >= limits.entries()) {
      change.end(Outcome.FULL, "at most " + limits.entries() + " records are kept");
    } else if (bytes + bytesAdded(change, old) > limits.totalBytes()) {
      change.end(Outcome.FULL, "at most " + limits.totalBytes() + " bytes are kept");
    } else {
      change.end(Outcome.UPDATED, "");
    }
  }

  private static int entriesAdded(byte[] old, byte[] value) {
    return (value == null ? 0 : 1) - (old == null ? 0 : 1);
  }

  private static long bytesAdded(Change change, byte[] old) {
    return sizeOf(change.key(), change.value()) - sizeOf(change.key(), old);
  }

  /** Bytes that a record counts for; 0 for none. */
  static long sizeOf(String key, byte[] value) {
    return value == null ? 0 : (long) key.length() + value.length;
  }

  /** Those that change something, in their order. */
  List<Change> effective() {
    return effective;
  }

  /** Takes back what rests on changes that are not on disk. */
  void fail(String reason) {
    atStake.forEach(change -> change.end(Outcome.NOT_PERSISTED, reason));
  }

  long entries() {
    return entries;
  }

  long bytes() {
    return bytes;
  }

  /** Bytes of the values in it, more or less. */
  long weight() {
    return weight;
  }
}

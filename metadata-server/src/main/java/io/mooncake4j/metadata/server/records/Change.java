package io.mooncake4j.metadata.server.records;

/** One wish to change a record, and what became of it. Guarded by the lock of {@link Records}. */
final class Change {
  private final String key;
  private final byte[] value;
  private Outcome outcome;
  private String reason = "";

  private Change(String key, byte[] value) {
    this.key = key;
    this.value = value;
  }

  static Change put(String key, byte[] value) {
    return new Change(key, value);
  }

  static Change remove(String key) {
    return new Change(key, null);
  }

  String key() {
    return key;
  }

  /** The new value, or null for a removal; not copied. */
  byte[] value() {
    return value;
  }

  boolean done() {
    return outcome != null;
  }

  Outcome outcome() {
    return outcome;
  }

  void end(Outcome what, String why) {
    outcome = what;
    reason = why;
  }

  Result result() {
    return new Result(outcome, reason);
  }
}

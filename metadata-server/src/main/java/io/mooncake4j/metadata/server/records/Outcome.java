package io.mooncake4j.metadata.server.records;

/** What became of a change. */
public enum Outcome {
  /** The value is stored. */
  UPDATED,
  /** A name was claimed again by its owner: it stands as it stood. */
  UNCHANGED,
  /** A name is claimed by another owner: refused. */
  DUPLICATE,
  /** The record is gone. */
  DELETED,
  /** There was no such record. */
  MISSING,
  /** It would be one record, or some bytes, too many: refused. */
  FULL,
  /** It could not be brought to disk, so it did not happen. */
  NOT_PERSISTED
}

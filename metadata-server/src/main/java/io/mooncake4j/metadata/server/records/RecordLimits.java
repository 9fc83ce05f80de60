package io.mooncake4j.metadata.server.records;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;

/**
 * How much may be kept. Immutable.
 *
 * @param keyBytes longest key
 * @param entries most records
 * @param totalBytes of all keys and values together
 */
public record RecordLimits(int keyBytes, int entries, long totalBytes) {
  /** Limits that suit a cluster of some thousand nodes. */
  public static final RecordLimits DEFAULT = new RecordLimits(4096, 100_000, 256L << 20);

  /**
   * Checks the limits.
   *
   * @throws MooncakeException with {@link ErrorCode#INVALID_ARGUMENT} naming the one that is wrong
   */
  public RecordLimits {
    if (keyBytes < 1 || entries < 1 || totalBytes < 1) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT,
          "limits of the records are keyBytes "
              + keyBytes
              + ", entries "
              + entries
              + ", totalBytes "
              + totalBytes
              + "; give 1 or more each");
    }
  }
}

package io.mooncake4j.spi;

/**
 * What a transport cannot exceed.
 *
 * @param maxRegionBytes the longest region it can register
 * @param alignment bytes to which remote and local addresses and lengths of slices must be aligned;
 *     1 for any
 */
public record TransportLimits(long maxRegionBytes, int alignment) {
  /** No limits. */
  public static final TransportLimits NONE = new TransportLimits(Long.MAX_VALUE, 1);

  /** Checks that both are positive. */
  public TransportLimits {
    if (maxRegionBytes <= 0 || alignment <= 0) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }
}

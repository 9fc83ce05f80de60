package io.mooncake4j.spi;

/** The version of this service provider interface, against which Plugin-Requires is checked. */
public final class SpiVersion {
  /** Semantic version; plugins state a range such as {@code >=0.1.0 & <0.2.0}. */
  public static final String CURRENT = "0.1.0";

  private SpiVersion() {}
}

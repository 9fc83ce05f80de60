package io.mooncake4j.core.violation;

/** Breaks a rule on purpose: core that names a provider. */
public final class NamesProvider {
  private NamesProvider() {}

  public static boolean isPreferred(String protocol) {
    return protocol.equalsIgnoreCase("TCP");
  }
}

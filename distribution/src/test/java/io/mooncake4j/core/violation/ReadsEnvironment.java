package io.mooncake4j.core.violation;

/** Breaks two rules on purpose: reads the environment, and prints. */
public final class ReadsEnvironment {
  private ReadsEnvironment() {}

  public static void print() {
    System.out.println(System.getenv("MC_FORCE_TCP"));
  }
}

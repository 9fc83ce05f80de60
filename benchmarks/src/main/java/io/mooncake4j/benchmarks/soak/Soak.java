package io.mooncake4j.benchmarks.soak;

import io.mooncake4j.testkit.ChildJvm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Random traffic with random disconnects for a while; fails when a byte is lost or invented, a
 * request does not end, or a process that stays has more of anything than before.
 *
 * <p>Arguments: {@code --seconds N}, {@code --seed N}, {@code --transports NAMES} (default: all
 * that are installed), {@code --largest BYTES} of a request. Exit code 1 when anything is wrong.
 */
public final class Soak {
  private static final Duration CALL = Duration.ofSeconds(100);
  private static final int PERCENT_OF_WARM_UP = 15;

  /** How much more memory of no file a process may have after the first half, and the second. */
  private static final int SETTLING_MIB = 96;

  private static final int SETTLED_MIB = 32;

  /** A shorter run ends before the runtime has compiled all of it and its heaps have settled. */
  private static final long LONG_SECONDS = 300;

  private long seconds = 600;
  private long seed = System.nanoTime() & 0xFFFF_FFFFL;
  private String transports = "-";
  private int largest = 64 << 20;

  private Soak(String... arguments) {
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      switch (arguments[i]) {
        case "--seconds" -> seconds = Long.parseLong(arguments[i + 1]);
        case "--seed" -> seed = Long.parseLong(arguments[i + 1]);
        case "--transports" -> transports = arguments[i + 1];
        case "--largest" -> largest = Integer.parseInt(arguments[i + 1]);
        default -> throw new IllegalArgumentException("no such option: " + arguments[i]);
      }
    }
  }

  /**
   * Runs it.
   *
   * @param arguments options and their values
   */
  public static void main(String[] arguments) {
    System.exit(run(arguments).isEmpty() ? 0 : 1);
  }

  /**
   * Runs it and prints what happens.
   *
   * @param arguments options and their values
   * @return what is wrong, in words; empty when all is well
   */
  static List<String> run(String... arguments) {
    Soak soak = new Soak(arguments);
    System.out.println(
        "soak: " + soak.seconds + " s, --seed " + soak.seed + " repeats what is random");
    List<String> wrong = soak.run();
    wrong.forEach(words -> System.out.println("soak: WRONG: " + words));
    System.out.println(
        "soak: "
            + (wrong.isEmpty() ? "PASS: nothing lost, nothing leaked" : "FAIL")
            + ", seed "
            + soak.seed);
    return wrong;
  }

  private List<String> run() {
    Supplier<ChildJvm> spawn =
        () ->
            ChildJvm.start(
                    List.of(
                        "-Xms192m",
                        "-Xmx192m",
                        "-XX:+AlwaysPreTouch",
                        "-XX:MaxDirectMemorySize=3g"),
                    Node.class)
                .awaitReady(CALL);
    List<String> wrong = new ArrayList<>();
    try (ChildJvm one = spawn.get();
        ChildJvm other = spawn.get()) {
      List<ChildJvm> staying = List.of(one, other);
      long warmUp = Math.min(60, Math.max(5, seconds * PERCENT_OF_WARM_UP / 100));
      // What is made once and kept, such as compiled code, is there before anything is counted.
      wrong.addAll(phase(seed - 1, warmUp, staying, spawn));
      remember("before", staying);
      // What still settles in the first half, such as the C library's heap, does not in the second.
      for (int half = 0; half < 2 && wrong.isEmpty(); half++) {
        wrong.addAll(phase(seed + half, seconds / 2, staying, spawn));
        wrong.addAll(
            grown(half > 0 && seconds >= LONG_SECONDS ? SETTLED_MIB : SETTLING_MIB, staying));
        remember(half == 0 ? "halfway" : "after", staying);
      }
    }
    return wrong;
  }

  private static void remember(String when, List<ChildJvm> staying) {
    staying.forEach(
        child -> System.out.println("soak: " + when + ": " + child.call("remember", CALL)));
  }

  private static List<String> grown(int mebibytes, List<ChildJvm> staying) {
    List<String> wrong = new ArrayList<>();
    for (ChildJvm child : staying) {
      String grown = child.call("grown " + mebibytes, CALL);
      if (!grown.isEmpty()) {
        wrong.add("leaked by " + child + ": " + grown);
      }
    }
    return wrong;
  }

  private List<String> phase(
      long phaseSeed, long span, List<ChildJvm> staying, Supplier<ChildJvm> spawn) {
    try (Phase phase = new Phase(phaseSeed, transports, largest, staying, spawn)) {
      phase.run(Duration.ofSeconds(span), Duration.ofSeconds(30));
      List<String> wrong = List.copyOf(phase.verify());
      System.out.println("soak: " + phase.counts());
      return wrong;
    }
  }
}

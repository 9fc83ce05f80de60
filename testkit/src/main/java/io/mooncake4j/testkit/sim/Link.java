package io.mooncake4j.testkit.sim;

import java.util.concurrent.CompletableFuture;

/** The way to a peer, which may take a while to be found. Immutable but for its completion. */
final class Link {
  private final long generation;
  private final CompletableFuture<Way> way = new CompletableFuture<>();

  /**
   * A way that was found.
   *
   * @param node the far side
   * @param epoch the far side's epoch for which the way holds
   */
  record Way(SimulatedNode node, long epoch) {
    boolean holds() {
      return node.isOpen() && node.epoch() == epoch;
    }
  }

  Link(long generation) {
    this.generation = generation;
  }

  CompletableFuture<Way> way() {
    return way;
  }

  /** Whether a new slice may use it: it is being looked for, or it holds. */
  boolean usable(long presentGeneration) {
    if (generation != presentGeneration) {
      return false;
    }
    if (!way.isDone()) {
      return true;
    }
    return !way.isCompletedExceptionally() && way.join().holds();
  }
}

package io.mooncake4j.benchmarks.peers;

/**
 * The shape of the work of one run.
 *
 * @param write true: blocks go to the server; false: they come from it
 * @param blockBytes bytes of one block
 * @param batch blocks that are under way at once in each thread
 * @param threads threads of the initiator
 */
public record PeerShape(boolean write, int blockBytes, int batch, int threads) {
  /** The most memory that one side may need; larger shapes are refused before anything is made. */
  private static final long MAX_BYTES = 2L << 30;

  private static final int MAX_BATCH = 4096;
  private static final int MAX_THREADS = 256;

  /**
   * Checks it.
   *
   * @throws IllegalArgumentException when a number is out of bounds
   */
  public PeerShape {
    if (blockBytes < 1 || batch < 1 || batch > MAX_BATCH || threads < 1 || threads > MAX_THREADS) {
      throw new IllegalArgumentException(
          "blocks of %d bytes, batch %d, %d threads: at least 1 each, batch at most %d, threads at most %d"
              .formatted(blockBytes, batch, threads, MAX_BATCH, MAX_THREADS));
    }
    if ((long) blockBytes * batch * threads > MAX_BYTES) {
      throw new IllegalArgumentException(
          "%d threads with %d blocks of %d bytes need more than the %d bytes allowed: use fewer or smaller blocks"
              .formatted(threads, batch, blockBytes, MAX_BYTES));
    }
  }

  /** Bytes that one thread moves in one batch. */
  public long batchBytes() {
    return (long) blockBytes * batch;
  }

  /** Bytes under way in all threads: each thread has blocks of its own. */
  public long totalBytes() {
    return batchBytes() * threads;
  }
}

package io.mooncake4j.plugins.tcp;

import io.mooncake4j.spi.Metrics.Counter;
import io.mooncake4j.spi.Slice;

/** The slices of a request that has been carried out, while its place is given back. */
final class Finished {
  private Slice[] slices = new Slice[1];
  private int count;

  /** Takes the slices out of a request, which is free afterwards, and counts their bytes. */
  void take(Request request, Counter bytes) {
    int all = request.count();
    if (slices.length < all) {
      slices = new Slice[Math.max(all, slices.length * 2)];
    }
    long sum = 0;
    for (int i = 0; i < all; i++) {
      Slice slice = request.slice(i);
      if (slice != null) {
        slices[count++] = slice;
        sum += request.endOf(i) - request.beginOf(i);
      }
    }
    bytes.add(sum);
    request.free();
  }

  /** Completes them; no lock may be held. */
  void succeed() {
    int all = count;
    count = 0;
    for (int i = 0; i < all; i++) {
      Slice slice = slices[i];
      slices[i] = null;
      slice.succeed();
    }
  }
}

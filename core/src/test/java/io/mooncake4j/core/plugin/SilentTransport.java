package io.mooncake4j.core.plugin;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.spi.Advertisement;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.PublishedEntry;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.spi.Slice;
import io.mooncake4j.spi.Transport;
import java.util.List;

/** A transport that does nothing, and allocates nothing while doing so. */
final class SilentTransport implements Transport {
  @Override
  public List<List<PublishedEntry>> register(List<LocalRegion> regions) {
    return List.of();
  }

  @Override
  public void withdraw(List<LocalRegion> regions) {}

  @Override
  public Quiescence quiesce(List<LocalRegion> regions, long deadlineNanos) {
    return Quiescence.QUIET;
  }

  @Override
  public Advertisement advertise() {
    return Advertisement.EMPTY;
  }

  @Override
  public long maxSliceBytes() {
    return Long.MAX_VALUE;
  }

  @Override
  public void submit(Slice[] slices, int from, int to) {}

  @Override
  public void cancel(Slice slice, ErrorCode reason) {}

  @Override
  public Attributes accept(Attributes request) {
    return request;
  }

  @Override
  public void release(Peer peer) {}

  @Override
  public void close() {}
}

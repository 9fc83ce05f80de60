package io.mooncake4j.core.plugin;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.spi.Advertisement;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.PeerDescriptor;
import io.mooncake4j.spi.PublishedEntry;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.spi.Slice;
import io.mooncake4j.spi.Transport;
import java.util.List;

/** A transport whose calls run with its plugin's context class loader; allocates nothing. */
final class ContextTransport implements Transport {
  private final Transport transport;
  private final ContextLoader context;

  ContextTransport(Transport transport, ContextLoader context) {
    this.transport = transport;
    this.context = context;
  }

  @Override
  public List<List<PublishedEntry>> register(List<LocalRegion> regions) {
    ClassLoader before = context.enter();
    try {
      return transport.register(regions);
    } finally {
      context.exit(before);
    }
  }

  @Override
  public void withdraw(List<LocalRegion> regions) {
    ClassLoader before = context.enter();
    try {
      transport.withdraw(regions);
    } finally {
      context.exit(before);
    }
  }

  @Override
  public Quiescence quiesce(List<LocalRegion> regions, long deadlineNanos) {
    ClassLoader before = context.enter();
    try {
      return transport.quiesce(regions, deadlineNanos);
    } finally {
      context.exit(before);
    }
  }

  @Override
  public Advertisement advertise() {
    ClassLoader before = context.enter();
    try {
      return transport.advertise();
    } finally {
      context.exit(before);
    }
  }

  @Override
  public boolean reaches(PeerDescriptor peer) {
    ClassLoader before = context.enter();
    try {
      return transport.reaches(peer);
    } finally {
      context.exit(before);
    }
  }

  @Override
  public long maxSliceBytes() {
    ClassLoader before = context.enter();
    try {
      return transport.maxSliceBytes();
    } finally {
      context.exit(before);
    }
  }

  @Override
  public void submit(Slice[] slices, int from, int to) {
    ClassLoader before = context.enter();
    try {
      transport.submit(slices, from, to);
    } finally {
      context.exit(before);
    }
  }

  @Override
  public void cancel(Slice slice, ErrorCode reason) {
    ClassLoader before = context.enter();
    try {
      transport.cancel(slice, reason);
    } finally {
      context.exit(before);
    }
  }

  @Override
  public Attributes accept(Attributes request) {
    ClassLoader before = context.enter();
    try {
      return transport.accept(request);
    } finally {
      context.exit(before);
    }
  }

  @Override
  public void release(Peer peer) {
    ClassLoader before = context.enter();
    try {
      transport.release(peer);
    } finally {
      context.exit(before);
    }
  }

  @Override
  public void close() {
    ClassLoader before = context.enter();
    try {
      transport.close();
    } finally {
      context.exit(before);
    }
  }

  @Override
  public String toString() {
    return transport.toString();
  }
}

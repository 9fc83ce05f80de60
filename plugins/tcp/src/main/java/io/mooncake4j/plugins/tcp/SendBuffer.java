package io.mooncake4j.plugins.tcp;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;

/**
 * How much a socket takes without delay. The kernel keeps there what the peer's kernel has not
 * acknowledged, and lets it grow when the link turns out to be fast.
 *
 * <p>Guarded by the link.
 */
final class SendBuffer {
  /** What the kernel needs beside the payload of a request, at most. */
  private static final int OVERHEAD_BYTES = 2 << 10;

  private final SocketChannel channel;
  private long capacity;

  SendBuffer(SocketChannel channel) {
    this.channel = channel;
    measure();
  }

  /** The kernel's bookkeeping counts too, so only half of the size is for payload. */
  private void measure() {
    try {
      capacity = channel.getOption(StandardSocketOptions.SO_SNDBUF) / 2;
    } catch (IOException e) {
      // It is closed: nothing can be sent.
      capacity = 0;
    }
  }

  /** Bytes that can be sent without delay while the requests of a ring are under way. */
  long room(RequestRing ring) {
    long taken = ring.unacknowledgedBytes() + ring.size() * OVERHEAD_BYTES;
    if (capacity - taken < GatherWriter.BATCH_BYTES) {
      measure();
    }
    return Math.max(0, capacity - taken);
  }
}

package io.mooncake4j.plugins.tcp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongSupplier;

/** What a session needs of memory, kept for the next session when it ends. For one thread. */
final class SessionBuffers {
  static final int STAGING_BYTES = 256 << 10;

  final Progress sending;
  final GatherWriter writer;
  final WindowCache windows = new WindowCache();
  final ByteBuffer staging =
      ByteBuffer.allocateDirect(STAGING_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);

  SessionBuffers(LongSupplier clock) {
    sending = new Progress(clock);
    writer = new GatherWriter(sending);
  }

  /** Lets go of everything that the session knew. */
  void clear() {
    writer.attach(null);
    writer.windows().clear();
    windows.clear();
    staging.limit(0);
  }
}

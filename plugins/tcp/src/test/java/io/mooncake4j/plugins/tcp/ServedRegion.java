package io.mooncake4j.plugins.tcp;

import io.mooncake4j.testkit.Await;
import io.mooncake4j.testkit.Leaks;
import io.mooncake4j.testkit.TestMemory;
import io.mooncake4j.testkit.TestRegion;
import io.mooncake4j.testkit.TransportHarness;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** For tests of the serving role: a target with one region, which nothing may be left of. */
abstract class ServedRegion {
  static final int BYTES = 4 << 20;
  static final int WRITE = 0x81;
  static final int READ = 0x80;
  static final Duration LIMIT = Duration.ofSeconds(15);

  private Leaks before;
  TransportHarness target;
  TestMemory memory;
  TestRegion region;

  @BeforeEach
  void start() {
    TcpPair.warmUp();
    before = Leaks.snapshot();
    restart();
  }

  final void restart(String... options) {
    if (target != null) {
      target.close();
      memory.close();
    }
    target = TcpPair.start(options);
    memory = TestMemory.allocate(BYTES);
    memory.fill(1);
    region = target.register(memory);
  }

  @AfterEach
  void stop() {
    Await.until(() -> region.holds() == 0, "nobody holds the region");
    target.close();
    target.assertNoViolations();
    memory.close();
    before.assertNoneSince(LIMIT);
  }

  final long at(long offset) {
    return region.address() + offset;
  }

  static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}

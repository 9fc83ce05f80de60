package io.mooncake4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RegistrationTest {
  private static final Object OWNER = new Object();

  @Test
  void aDirectBufferIsRegisteredAsAWhole() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(100);
    buffer.position(10).limit(20);
    Registration registration = Registration.of(buffer);
    assertThat(registration.length()).isEqualTo(100);
    assertThat(registration.buffer()).isSameAs(buffer);
    assertThat(registration.owner()).isSameAs(buffer);
    assertThat(registration.location()).isEqualTo(Location.ANY);
    assertThat(registration.remoteAccessible()).isTrue();
  }

  @Test
  void copiesChangeOneThing() {
    Registration registration = Registration.of(0x1000, 10, Location.cpu(0), OWNER);
    assertThat(registration.at(Location.cpu(1)).location()).isEqualTo(Location.cpu(1));
    assertThat(registration.at(Location.cpu(1)).owner()).isSameAs(OWNER);
    assertThat(registration.localOnly().remoteAccessible()).isFalse();
    assertThat(registration.localOnly().address()).isEqualTo(0x1000);
  }

  @Test
  void buffersThatCannotServeAreRefused() {
    assertRefused(() -> Registration.of(ByteBuffer.allocate(10)), "a heap buffer");
    assertRefused(
        () -> Registration.of(ByteBuffer.allocateDirect(10).asReadOnlyBuffer()), "a read-only");
    assertRefused(() -> Registration.of(ByteBuffer.allocateDirect(0)), "cannot register 0 bytes");
  }

  @Test
  void rangesThatCannotBeAreRefused() {
    assertRefused(() -> of(0x1000, 0), "cannot register 0 bytes; give at least 1");
    assertRefused(() -> of(0x1000, -5), "cannot register -5 bytes");
    assertRefused(() -> of(0, 10), "cannot register 0x0+10: no valid range");
    assertRefused(() -> of(-10, 11), "cannot register 0xfffffffffffffff6+11: no valid range");
    assertRefused(() -> of(-1, Long.MAX_VALUE), "no valid range");
  }

  @Test
  void rangesUpToTheLastAddressAreAccepted() {
    assertThat(of(-10, 10).length()).isEqualTo(10);
    assertThat(of(-1, 1).address()).isEqualTo(-1);
    assertThat(of(1, Long.MAX_VALUE).length()).isEqualTo(Long.MAX_VALUE);
    assertThat(of(Long.MAX_VALUE, 10).length()).isEqualTo(10);
  }

  private static Registration of(long address, long length) {
    return Registration.of(address, length, Location.ANY, OWNER);
  }

  private static void assertRefused(ThrowingCallable call, String words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            MooncakeException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining(words);
  }
}

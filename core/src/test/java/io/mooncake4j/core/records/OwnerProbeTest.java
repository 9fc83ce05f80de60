package io.mooncake4j.core.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import org.junit.jupiter.api.Test;

/** Which failures to connect prove that an engine is dead. */
class OwnerProbeTest {
  private static MooncakeException failure(ErrorCode code, IOException... causes) {
    MooncakeException failure = new MooncakeException(code, "cannot connect", causes[0]);
    for (int i = 1; i < causes.length; i++) {
      failure.addSuppressed(causes[i]);
    }
    return failure;
  }

  @Test
  void onlyARefusalAtEveryAddressIsProof() {
    ConnectException refused = new ConnectException("Connection refused");

    assertThat(OwnerProbe.isRefused(failure(ErrorCode.SOCKET, refused))).isTrue();
    assertThat(OwnerProbe.isRefused(failure(ErrorCode.SOCKET, refused, refused))).isTrue();
    assertThat(OwnerProbe.isRefused(failure(ErrorCode.TIMEOUT, refused))).isFalse();
    assertThat(OwnerProbe.isRefused(new MooncakeException(ErrorCode.SOCKET, "broken"))).isFalse();
    for (IOException unreachable :
        new IOException[] {
          new NoRouteToHostException("No route to host"),
          new SocketException("Network is unreachable")
        }) {
      assertThat(OwnerProbe.isRefused(failure(ErrorCode.SOCKET, unreachable))).isFalse();
      assertThat(OwnerProbe.isRefused(failure(ErrorCode.SOCKET, refused, unreachable))).isFalse();
    }
  }
}

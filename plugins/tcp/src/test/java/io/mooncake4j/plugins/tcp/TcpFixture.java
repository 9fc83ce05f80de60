package io.mooncake4j.plugins.tcp;

import io.mooncake4j.spi.TransportProvider;
import io.mooncake4j.testkit.TransportFixture;

/** Two engines over loopback; public because a second process makes it, too. */
public class TcpFixture extends TransportFixture {
  /** For the second process. */
  public TcpFixture() {}

  @Override
  public TransportProvider provider() {
    return new TcpTransportProvider();
  }
}

package io.mooncake4j.plugins.tcp;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.spi.TransportProvider;
import io.mooncake4j.testkit.Target;
import io.mooncake4j.testkit.TransportFixture;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Two engines over loopback, in one process with a relay between them or in two processes. Public
 * because the second process makes it, too.
 */
public class TcpFixture extends TransportFixture {
  private final int version;

  /** For the second process, where only the initiator's version counts. */
  public TcpFixture() {
    this(2);
  }

  TcpFixture(int version) {
    this.version = version;
  }

  @Override
  public TransportProvider provider() {
    return new TcpTransportProvider();
  }

  @Override
  public Map<String, String> options() {
    return Map.of(TcpOptions.PROTOCOL_VERSION.key(), "" + version);
  }

  @Override
  public Target startTarget(String name) {
    return secondProcess() ? super.startTarget(name) : new RelayedTarget(startTargetHere(name));
  }

  @Override
  public Optional<Stall> stall(Target target) {
    if (target instanceof RelayedTarget relayed) {
      relayed.relay().pause();
      return Optional.of(relayed.relay()::resume);
    }
    return super.stall(target);
  }

  /** A v1 server refuses by closing the connection, which looks like any broken link. */
  @Override
  public Set<ErrorCode> refusalCodes() {
    return Set.of(version == 1 ? ErrorCode.LINK_BROKEN : ErrorCode.PEER_REJECTED_ADDRESS);
  }

  /** Peers run in a second process, which can be paused and killed. */
  public static class TwoProcesses extends TcpFixture {
    /** For the second process. */
    public TwoProcesses() {}

    TwoProcesses(int version) {
      super(version);
    }

    @Override
    public boolean secondProcess() {
      return true;
    }
  }
}

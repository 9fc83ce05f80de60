package io.mooncake4j.plugins.tcp;

import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.testkit.SegmentDocument;
import io.mooncake4j.testkit.Target;
import java.time.Duration;

/** A target in this process that its peers reach through a relay, so that it can be stalled. */
final class RelayedTarget implements Target {
  private static final String PORT = "tcp_data_port";

  private final Target target;
  private final Relay relay;

  RelayedTarget(Target target) {
    this.target = target;
    relay = new Relay(Math.toIntExact(target.document().classic().integer(PORT)));
  }

  Relay relay() {
    return relay;
  }

  @Override
  public SegmentDocument document() {
    SegmentDocument own = target.document();
    return new SegmentDocument(
        own.segmentName(),
        own.host(),
        own.fromJava(),
        Attributes.map().putAll(own.classic()).put(PORT, relay.port()).build(),
        own.extension(),
        own.entries());
  }

  @Override
  public Attributes handshake(Attributes request) {
    return target.handshake(request);
  }

  @Override
  public Region register(long length, boolean remoteAccessible) {
    return target.register(length, remoteAccessible);
  }

  @Override
  public void withdraw(Region region) {
    target.withdraw(region);
  }

  @Override
  public Quiescence quiesce(Region region, Duration limit) {
    return target.quiesce(region, limit);
  }

  @Override
  public void die() {
    relay.close();
    target.die();
  }

  @Override
  public void assertNoViolations() {
    target.assertNoViolations();
  }

  @Override
  public void close() {
    relay.close();
    target.close();
  }

  @Override
  public String toString() {
    return target + " behind a relay";
  }
}

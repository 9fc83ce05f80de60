package com.example.courier;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.Availability;
import io.mooncake4j.spi.Transport;
import io.mooncake4j.spi.TransportContext;
import io.mooncake4j.spi.TransportDescription;
import io.mooncake4j.spi.TransportFeature;
import io.mooncake4j.spi.TransportLimits;
import io.mooncake4j.spi.TransportProvider;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A transport between processes of one host, over sockets with a protocol of its own. */
public final class CourierProvider implements TransportProvider {
  @Override
  public String name() {
    return "courier";
  }

  @Override
  public Availability availability() {
    return Availability.yes();
  }

  @Override
  public TransportDescription describe() {
    return new TransportDescription(
        "1.2.3",
        "Carries bytes between processes of one host.",
        Set.of("cpu"),
        AddressSpace.VIRTUAL,
        50,
        Set.of(TransportFeature.READ, TransportFeature.WRITE, TransportFeature.REMOTE_PROCESS),
        TransportLimits.NONE,
        List.of(),
        Set.of(),
        Optional.empty());
  }

  @Override
  public Transport create(TransportContext context) {
    try {
      return new CourierTransport(context);
    } catch (IOException e) {
      throw new MooncakeException(ErrorCode.SOCKET, "cannot listen on the loopback: " + e);
    }
  }
}

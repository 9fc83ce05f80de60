package io.mooncake4j.testkit.sim;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.Advertisement;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.PublishedEntry;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.spi.TransportContext;
import java.util.ArrayList;
import java.util.List;

/**
 * Offsets into a device that all engines of the network have mapped, as with CXL memory. Loads and
 * stores ask nobody: withdrawn memory is still reached, and quiescence cannot be known.
 */
final class DeviceTransport extends SimulatedTransport {
  private final SimulatedDeviceSpace device;
  private final LocalRegion mapping;

  DeviceTransport(TransportContext context, SimulatedNetwork network, long maxSliceBytes) {
    super(SimDeviceProvider.NAME, context, network, maxSliceBytes);
    this.device = network.device();
    this.mapping = ScratchRegion.over(device.mapping());
    start();
  }

  @Override
  public List<List<PublishedEntry>> register(List<LocalRegion> regions) {
    List<List<PublishedEntry>> entries = new ArrayList<>();
    for (LocalRegion region : regions) {
      boolean reachable =
          region.remoteAccessible() && device.holds(region.address(), region.length());
      entries.add(
          reachable
              ? List.of(PublishedEntry.of(region.address() - device.base(), region.length()))
              : List.of());
    }
    return entries;
  }

  @Override
  public void withdraw(List<LocalRegion> regions) {
    // Nothing to stop: no peer asks before it touches the device.
  }

  @Override
  public Quiescence quiesce(List<LocalRegion> regions, long deadlineNanos) {
    return Quiescence.UNKNOWABLE;
  }

  @Override
  public Advertisement advertise() {
    return Advertisement.EMPTY;
  }

  @Override
  public Attributes accept(Attributes request) {
    throw new MooncakeException(
        ErrorCode.REJECTED_HANDSHAKE, SimDeviceProvider.NAME + " needs no handshake");
  }

  @Override
  boolean reach(Flight flight) {
    return true;
  }

  @Override
  void carry(Flight flight, long from, long count) {
    long remote = flight.remoteAddress + from;
    if (!device.covers(remote, count)) {
      throw new MooncakeException(
          ErrorCode.PEER_REJECTED_ADDRESS,
          "the device has " + SimulatedDeviceSpace.CAPACITY + " bytes, too few for the " + flight);
    }
    long local = flight.localOffset + from;
    if (flight.opcode == OpCode.READ) {
      RegionCopy.copy(mapping, remote, flight.region, local, count);
    } else {
      RegionCopy.copy(flight.region, local, mapping, remote, count);
    }
  }
}

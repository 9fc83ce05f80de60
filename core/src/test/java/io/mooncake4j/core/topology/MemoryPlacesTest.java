package io.mooncake4j.core.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.core.options.ResolvedOptions;
import io.mooncake4j.core.plugin.MemoryDevices.Opened;
import io.mooncake4j.spi.MemoryDevice;
import io.mooncake4j.spi.MemoryDeviceDescription;
import io.mooncake4j.testkit.sim.SimMemoryDeviceProvider;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where memory devices say that they are. */
class MemoryPlacesTest {
  private static final MemoryDeviceDescription SIM = new SimMemoryDeviceProvider().describe();

  @Test
  void asksEachDeviceOfAKind() {
    try (MemoryDevice device =
        new SimMemoryDeviceProvider().create(ResolvedOptions.defaults(SIM.options()))) {
      assertThat(MemoryPlaces.of(List.of(new Opened(SIM, device))))
          .containsExactly(
              new DeviceMemoryPlace("simgpu:0", device.pciAddress(0).orElseThrow()),
              new DeviceMemoryPlace("simgpu:1", device.pciAddress(1).orElseThrow()));
    }
  }

  @Test
  void doesNotAskOneThatDoesNotKnow() {
    MemoryDeviceDescription unknowing =
        new MemoryDeviceDescription("1", "Knows nothing.", "mute", Set.of(), List.of());

    assertThat(MemoryPlaces.of(List.of(new Opened(unknowing, broken())))).isEmpty();
  }

  @Test
  void oneThatFailsHasNoPlaces() {
    assertThat(MemoryPlaces.of(List.of(new Opened(SIM, broken())))).isEmpty();
  }

  private static MemoryDevice broken() {
    return (MemoryDevice)
        Proxy.newProxyInstance(
            MemoryPlacesTest.class.getClassLoader(),
            new Class<?>[] {MemoryDevice.class},
            (proxy, method, arguments) -> {
              throw new IllegalStateException(method.getName() + " is broken");
            });
  }
}

package io.mooncake4j.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.config.Option;
import io.mooncake4j.config.Options;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PortRangeTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final List<ServerSocketChannel> open = new ArrayList<>();

  @AfterEach
  void closeAll() throws IOException {
    for (ServerSocketChannel channel : open) {
      channel.close();
    }
  }

  @Test
  void everyPortIsUsedBeforeTheRangeIsExhausted() throws IOException {
    PortRange range = freeRange(4);
    Set<Integer> ports = new TreeSet<>();
    for (int i = 0; i < 4; i++) {
      ports.add(portOf(keep(range.listen(1))));
    }
    assertThat(ports)
        .containsExactly(
            range.minimum(), range.minimum() + 1, range.minimum() + 2, range.maximum());

    assertRefused(
        () -> range.listen(1),
        ErrorCode.SOCKET,
        "no free port from "
            + range.minimum()
            + " to "
            + range.maximum()
            + " at 127.0.0.1; close other engines or widen mooncake.network.port.min");

    ServerSocketChannel freed = open.remove(2);
    int port = portOf(freed);
    freed.close();
    assertThat(portOf(keep(range.listen(1)))).isEqualTo(port);
  }

  @Test
  void aListenerIsBlockingAndOpenOnTheAddress() throws IOException {
    ServerSocketChannel listener = keep(freeRange(1).listen(8));
    assertThat(listener.isBlocking()).isTrue();
    assertThat(((InetSocketAddress) listener.getLocalAddress()).getAddress()).isEqualTo(LOOPBACK);
  }

  @Test
  void anAddressOfAnotherHostIsASocketError() throws IOException {
    // An address of a network that is set aside for documentation: no host has it.
    PortRange range = new PortRange(InetAddress.getByName("192.0.2.1"), 20_000, 20_001);
    assertRefused(() -> range.listen(1), ErrorCode.SOCKET, "");
  }

  @Test
  void anEmptyRangeIsRefused() {
    assertRefused(
        () -> new PortRange(null, 2000, 1999),
        ErrorCode.OPTION,
        "mooncake.network.port.min=2000 is above mooncake.network.port.max=1999");
  }

  @Test
  void optionsMakeARange() {
    PortRange range = PortRange.of(options(Map.of()));
    assertThat(range).isEqualTo(new PortRange(null, 15000, 17000));
    range =
        PortRange.of(
            options(
                Map.of(
                    NetworkOptions.BIND_ADDRESS,
                    "127.0.0.1",
                    NetworkOptions.MIN_PORT,
                    5000,
                    NetworkOptions.MAX_PORT,
                    5000)));
    assertThat(range.address()).isEqualTo(LOOPBACK);
    assertThat(range.minimum()).isEqualTo(5000);
    assertRefused(
        () -> PortRange.of(options(Map.of(NetworkOptions.BIND_ADDRESS, "300.1.1.1.1"))),
        ErrorCode.OPTION,
        "mooncake.network.bind-address=300.1.1.1.1 is no address");
  }

  @Test
  void onlyNumericAddressesOfThisHostAreBound() {
    assertRefused(
        () -> PortRange.of(options(Map.of(NetworkOptions.BIND_ADDRESS, "192.0.2.1"))),
        ErrorCode.OPTION,
        "mooncake.network.bind-address=192.0.2.1 is no address of this host");
    assertRefused(
        () -> PortRange.of(options(Map.of(NetworkOptions.BIND_ADDRESS, "localhost"))),
        ErrorCode.OPTION,
        "mooncake.network.bind-address=localhost is no address; give a numeric one");
    assertThat(
            PortRange.of(options(Map.of(NetworkOptions.BIND_ADDRESS, "0.0.0.0")))
                .address()
                .isAnyLocalAddress())
        .isTrue();
  }

  @Test
  void networkOptionsAreDeclaredOnce() {
    assertThat(NetworkOptions.all()).extracting(Option::key).doesNotHaveDuplicates().hasSize(7);
  }

  /** Ports in a row that nobody holds just now, below those that systems hand out themselves. */
  private PortRange freeRange(int size) throws IOException {
    for (int first = 21_000; first < 32_000; first += size) {
      List<ServerSocketChannel> tried = new ArrayList<>();
      try {
        for (int port = first; port < first + size; port++) {
          ServerSocketChannel channel = ServerSocketChannel.open();
          tried.add(channel);
          channel.bind(new InetSocketAddress(LOOPBACK, port));
        }
        return new PortRange(LOOPBACK, first, first + size - 1);
      } catch (BindException taken) {
        // The next row, then.
      } finally {
        for (ServerSocketChannel channel : tried) {
          channel.close();
        }
      }
    }
    throw new IOException("no " + size + " free ports in a row");
  }

  private ServerSocketChannel keep(ServerSocketChannel channel) {
    open.add(channel);
    return channel;
  }

  private static int portOf(ServerSocketChannel channel) throws IOException {
    return ((InetSocketAddress) channel.getLocalAddress()).getPort();
  }

  private static Options options(Map<Option<?>, Object> values) {
    return new Options() {
      @Override
      @SuppressWarnings("unchecked")
      public <T> T get(Option<T> option) {
        return (T) values.getOrDefault(option, option.defaultValue());
      }

      @Override
      public boolean isSet(Option<?> option) {
        return values.containsKey(option);
      }
    };
  }

  private static void assertRefused(ThrowingCallable call, ErrorCode code, String words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(MooncakeException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(words);
  }
}

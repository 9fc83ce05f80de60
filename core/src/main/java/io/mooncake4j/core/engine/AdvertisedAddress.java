package io.mooncake4j.core.engine;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.config.Options;
import io.mooncake4j.core.classic.HostPort;
import io.mooncake4j.spi.NetworkOptions;
import io.mooncake4j.spi.PortRange;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses the host that peers are told, and refuses those at which no peer could find this engine.
 */
final class AdvertisedAddress {
  /** A host and, for people, why it is this one. */
  record Choice(String host, String reason) {}

  private AdvertisedAddress() {}

  /**
   * Chooses the host.
   *
   * @param options holds {@link NetworkOptions}
   * @param nameHost the host part of the engine's name, or empty
   * @return a name or a numeric address without brackets
   */
  static String choose(Options options, String nameHost) {
    return explain(options, nameHost).host();
  }

  /** Chooses as {@link #choose} does, and says why. */
  static Choice explain(Options options, String nameHost) {
    String explicit = options.get(NetworkOptions.ADVERTISED_ADDRESS);
    if (!explicit.isEmpty()) {
      String key = NetworkOptions.ADVERTISED_ADDRESS.key();
      return new Choice(routable(key, explicit), "as " + key + " says");
    }
    if (!nameHost.isEmpty()) {
      return new Choice(routable("mooncake.name", nameHost), "the host part of mooncake.name");
    }
    InetAddress bound = PortRange.of(options).address();
    if (bound != null && !bound.isAnyLocalAddress()) {
      return new Choice(text(bound), "as " + NetworkOptions.BIND_ADDRESS + " says");
    }
    return ofInterfaces(options);
  }

  /**
   * Picks from a name in a metadata store what is an address of this host, which peers are told
   * then: with several, the user prefers it. Any other name is only a name.
   *
   * @param nameHost the host part of the engine's name, or empty
   * @return the address, or empty for none
   * @throws MooncakeException with {@link ErrorCode#OPTION} for a name that many hosts have
   */
  static String ofThisHost(String nameHost) {
    boolean numeric = HostPort.isNumeric(nameHost);
    if (numeric || nameHost.equalsIgnoreCase("localhost")) {
      routable("mooncake.name", nameHost);
    }
    try {
      return numeric && NetworkInterface.getByInetAddress(InetAddress.getByName(nameHost)) != null
          ? nameHost
          : "";
    } catch (SocketException | UnknownHostException e) {
      return ""; // Then peers are told one that the interfaces have.
    }
  }

  private static String routable(String key, String host) {
    if (host.equalsIgnoreCase("localhost")) {
      throw refused(key, host, "every host calls itself so");
    }
    boolean numeric = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
    if (!numeric) {
      return host;
    }
    try {
      InetAddress address = InetAddress.getByName(host);
      if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
        throw refused(key, host, "it is no address of one host");
      }
      return host;
    } catch (UnknownHostException e) {
      throw refused(key, host, "it is no valid address");
    }
  }

  private static MooncakeException refused(String key, String host, String why) {
    return new MooncakeException(
        ErrorCode.OPTION,
        key
            + "="
            + host
            + " cannot be told to peers: "
            + why
            + "; give an address of this host that peers reach, or 127.0.0.1 for peers on this"
            + " host alone");
  }

  private static Choice ofInterfaces(Options options) {
    List<String> wanted = options.get(NetworkOptions.INTERFACES);
    boolean ipv6 = options.get(NetworkOptions.IPV6);
    Map<InetAddress, String> candidates = new LinkedHashMap<>();
    try {
      for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        if (network.isUp() && (!wanted.isEmpty() || !network.isLoopback())) {
          addMatching(candidates, network, wanted);
        }
      }
    } catch (SocketException e) {
      throw new MooncakeException(
          ErrorCode.SOCKET, "cannot list network interfaces: " + e.getMessage(), e);
    }
    return candidates.keySet().stream()
        .filter(address -> address instanceof Inet6Address == ipv6)
        .findFirst()
        .or(() -> candidates.keySet().stream().findFirst())
        .map(
            address ->
                new Choice(
                    text(address),
                    "the first address of interface "
                        + candidates.get(address)
                        + (wanted.isEmpty()
                            ? ""
                            : " that matches " + NetworkOptions.INTERFACES + "=" + wanted)))
        .orElseThrow(
            () ->
                new MooncakeException(
                    ErrorCode.OPTION,
                    (wanted.isEmpty()
                            ? "no interface besides loopback is up"
                            : "no address matches " + NetworkOptions.INTERFACES + "=" + wanted)
                        + "; set mooncake.name or "
                        + NetworkOptions.ADVERTISED_ADDRESS));
  }

  private static void addMatching(
      Map<InetAddress, String> candidates, NetworkInterface network, List<String> wanted) {
    for (InetAddress address : Collections.list(network.getInetAddresses())) {
      boolean matches =
          wanted.isEmpty()
              || wanted.contains(network.getName())
              || wanted.stream().anyMatch(filter -> inNetwork(address, filter));
      if (matches && !address.isLinkLocalAddress()) {
        candidates.putIfAbsent(address, network.getName());
      }
    }
  }

  /** Says whether an address lies in a network written as {@code address/bits}. */
  static boolean inNetwork(InetAddress address, String network) {
    int slash = network.indexOf('/');
    if (slash < 0) {
      return false;
    }
    try {
      byte[] base = InetAddress.getByName(network.substring(0, slash)).getAddress();
      byte[] actual = address.getAddress();
      int bits = Integer.parseInt(network.substring(slash + 1));
      if (base.length != actual.length || bits < 0 || bits > base.length * 8) {
        return false;
      }
      for (int i = 0; i < bits; i++) {
        int mask = 0x80 >> (i % 8);
        if ((base[i / 8] & mask) != (actual[i / 8] & mask)) {
          return false;
        }
      }
      return true;
    } catch (UnknownHostException | NumberFormatException e) {
      throw new MooncakeException(
          ErrorCode.OPTION,
          NetworkOptions.INTERFACES + ": \"" + network + "\" is no network such as 10.0.0.0/8",
          e);
    }
  }

  private static String text(InetAddress address) {
    String text = address.getHostAddress();
    int scope = text.indexOf('%');
    return scope < 0 ? text : text.substring(0, scope);
  }
}

package io.mooncake4j.core.classic;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.util.Objects;
import java.util.Optional;

/**
 * A host and a port, as C++ Mooncake writes them. Immutable.
 *
 * <p>Format: Mooncake transfer engine wire format, host/port grammar: {@code [v6]}, {@code
 * [v6]:port}, a bare {@code v6}, {@code v6%scope}, {@code v6%scope:port}, everything else split at
 * its last colon.
 *
 * @param host a name or a numeric address, without brackets
 * @param port from 0 to 65535
 */
public record HostPort(String host, int port) {
  /** The port of names without one. */
  public static final int DEFAULT_PORT = 12001;

  private static final int MAX_PORT = 65535;

  /** Checks that the host is not null. */
  public HostPort {
    Objects.requireNonNull(host, "host");
  }

  /**
   * A text as C++ reads it.
   *
   * @param value what it took it for
   * @param warning what was wrong with it, if something was
   */
  public record Parsed(HostPort value, Optional<String> warning) {}

  /** Host and port before the port is read; null where the text has none. */
  private record Parts(String host, String port) {}

  /**
   * Reads a text as C++ does: anything is taken, and a port that is none is replaced.
   *
   * @param text host, with or without port
   * @param defaultPort the port of a text without a valid one
   * @return host and port, with a warning when the port had to be replaced
   */
  public static Parsed parse(String text, int defaultPort) {
    Parts parts = split(text);
    if (parts.port() == null) {
      return new Parsed(new HostPort(parts.host(), defaultPort), Optional.empty());
    }
    int port = number(parts.port());
    if (port >= 0) {
      return new Parsed(new HostPort(parts.host(), port), Optional.empty());
    }
    return new Parsed(
        new HostPort(parts.host(), defaultPort),
        Optional.of(
            "\""
                + text
                + "\" has no valid port behind its host; port "
                + defaultPort
                + " is used"));
  }

  /**
   * Reads a text that has to be right.
   *
   * @param text host, with or without port
   * @param defaultPort the port of a text without one
   * @return host and port, from 1 to 65535
   * @throws MooncakeException with {@link ErrorCode#INVALID_ARGUMENT} when the host is empty or no
   *     address although it has brackets or colons, or the port is none
   */
  public static HostPort parseStrict(String text, int defaultPort) {
    Parts parts = split(text);
    int port = parts.port() == null ? defaultPort : number(parts.port());
    boolean validHost =
        !parts.host().isEmpty()
            && (Ipv6Literal.isValid(parts.host())
                || parts.host().chars().noneMatch(c -> c == ':' || c == '[' || c == ']'));
    if (!validHost || port <= 0) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT,
          "\""
              + text
              + "\" is no address; give host:port or [IPv6 address]:port with a port from 1 to "
              + MAX_PORT);
    }
    return new HostPort(parts.host(), port);
  }

  /**
   * Writes host and port so that {@link #parse} reads them back.
   *
   * @return {@code host:port}, with brackets around an IPv6 address
   */
  public String format() {
    return Ipv6Literal.isValid(host) ? "[" + host + "]:" + port : host + ":" + port;
  }

  /**
   * Says whether a host is a numeric address, which needs no resolver.
   *
   * @param host without brackets
   * @return true for four decimal numbers and for IPv6 addresses, with or without scope
   */
  public static boolean isNumeric(String host) {
    return Ipv6Literal.isIpv4(host) || Ipv6Literal.isValid(host);
  }

  private static Parts split(String text) {
    if (Ipv6Literal.isValid(text)) {
      // Behind a scope, a colon cannot belong to the address.
      int colon = text.indexOf('%') < 0 ? -1 : text.indexOf(':', text.indexOf('%'));
      return colon < 0
          ? new Parts(text, null)
          : new Parts(text.substring(0, colon), text.substring(colon + 1));
    }
    int bracket = text.startsWith("[") ? text.indexOf(']') : -1;
    if (bracket > 0 && Ipv6Literal.isValid(text.substring(1, bracket))) {
      String behind = text.substring(bracket + 1);
      String port = behind.isEmpty() ? null : behind.startsWith(":") ? behind.substring(1) : behind;
      return new Parts(text.substring(1, bracket), port);
    }
    int colon = text.lastIndexOf(':');
    return colon < 0
        ? new Parts(text, null)
        : new Parts(text.substring(0, colon), text.substring(colon + 1));
  }

  private static int number(String text) {
    if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return -1;
    }
    int port = Integer.parseInt(text);
    return port <= MAX_PORT ? port : -1;
  }
}

package io.mooncake4j.cli.metrics;

import java.net.InetSocketAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code [HOST:]PORT}; an IPv6 address stands in brackets. */
final class ListenAddress implements ITypeConverter<InetSocketAddress> {
  private static final String LOOPBACK = "127.0.0.1";

  @Override
  public InetSocketAddress convert(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? LOOPBACK : text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (host.isEmpty() || (host.contains(":") && !bracketed)) {
      throw refusal(text);
    }
    int port = port(text, text.substring(colon + 1));
    return new InetSocketAddress(bracketed ? host.substring(1, host.length() - 1) : host, port);
  }

  private static int port(String text, String digits) {
    try {
      int port = Integer.parseInt(digits);
      if (port >= 0 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Refused below, in words.
    }
    throw refusal(text);
  }

  private static TypeConversionException refusal(String text) {
    return new TypeConversionException(
        "\"" + text + "\" is no [HOST:]PORT, such as 9100, 0.0.0.0:9100 or [::1]:9100");
  }
}

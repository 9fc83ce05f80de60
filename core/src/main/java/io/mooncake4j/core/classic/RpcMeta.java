package io.mooncake4j.core.classic;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.Attributes;
import java.util.Objects;

/**
 * Where the handshake service of a segment's engine answers. Immutable.
 *
 * <p>Format: Mooncake transfer engine wire format, rpc_meta record.
 *
 * @param host a name or a numeric address, without brackets
 * @param port from 1 to 65535
 */
public record RpcMeta(String host, int port) {
  private static final String HOST = "ip_or_host_name";
  private static final String PORT = "rpc_port";

  /** Checks that the host is not null. */
  public RpcMeta {
    Objects.requireNonNull(host, "host");
  }

  /**
   * Writes the record.
   *
   * @param trailingNewline whether a line feed ends it, as in etcd and redis, or not, as over HTTP
   * @return ASCII
   */
  public byte[] encode(boolean trailingNewline) {
    return JsonAttributes.write(
        Attributes.map().put(HOST, host).put(PORT, port).build(), trailingNewline);
  }

  /**
   * Reads a record.
   *
   * @param segment whose it is, for the messages of errors
   * @param text UTF-8
   * @return the record
   * @throws MooncakeException with {@link ErrorCode#MALFORMED} when it is not valid
   */
  public static RpcMeta decode(String segment, byte[] text) {
    try {
      Attributes document = JsonAttributes.readMap(text);
      String host = document.text(HOST);
      long port = document.integer(PORT);
      if (host.isEmpty() || port <= 0 || port > 65535) {
        throw new MooncakeException(
            ErrorCode.MALFORMED,
            "\"" + host + "\", port " + Long.toUnsignedString(port) + " is nowhere to connect to");
      }
      return new RpcMeta(host, (int) port);
    } catch (MooncakeException e) {
      throw new MooncakeException(
          ErrorCode.MALFORMED,
          PlainText.of(
              "the handshake address of segment \""
                  + segment
                  + "\" is not valid: "
                  + e.getMessage()),
          e);
    }
  }
}

package io.mooncake4j.core.handshake;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.Liveness;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.Notification;
import io.mooncake4j.core.classic.HandshakeMessages;
import io.mooncake4j.core.classic.HostPort;
import io.mooncake4j.core.classic.JsonAttributes;
import io.mooncake4j.core.classic.PlainText;
import io.mooncake4j.spi.Attributes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Asks the handshake services of other engines, Java or C++.
 *
 * <p>Every call makes a connection of its own and closes it as soon as the reply is there. Every
 * call ends by its deadline, whatever the peer and the name service do. Safe from any thread; calls
 * do not wait for each other. Interrupting a caller ends its call with {@link ErrorCode#CANCELED}.
 *
 * <p>All calls fail with {@link ErrorCode#DNS} when the host does not resolve, {@link
 * ErrorCode#SOCKET} when no connection comes about, breaks or carries an answer to something else,
 * {@link ErrorCode#TIMEOUT} at the deadline, {@link ErrorCode#MALFORMED} when the reply is no frame
 * or no JSON, {@link ErrorCode#LIMIT_EXCEEDED} when it is too long, and {@link ErrorCode#CLOSED}
 * after {@link #close}.
 *
 * <p>Format: Mooncake transfer engine wire format, handshake daemon.
 */
public final class HandshakeClient implements AutoCloseable {
  private static final int USUAL_MAX_LENGTH = 1 << 20;

  /**
   * How to ask.
   *
   * @param connectTimeout how long one address of a peer may take to accept a connection
   * @param timeout how long a call may take as a whole
   * @param maxLength the longest reply, in bytes
   * @param preferIpv6 which addresses of a host are tried first
   */
  public record Settings(
      Duration connectTimeout, Duration timeout, int maxLength, boolean preferIpv6) {}

  private final Settings settings;
  private final NameLookup names;
  private final Set<ClientExchange> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Makes a client.
   *
   * @param settings how to ask
   */
  public HandshakeClient(Settings settings) {
    this(settings, InetAddress::getAllByName);
  }

  HandshakeClient(Settings settings, NameLookup.Resolver resolver) {
    this.settings = settings;
    names = new NameLookup(resolver, settings.preferIpv6());
  }

  /**
   * Fetches the descriptor of an engine.
   *
   * @param host a name or a numeric address, without brackets
   * @param port the handshake port
   * @param ownDescriptor what to tell the peer about this engine: JSON, ended by a line feed
   * @return the peer's descriptor: JSON that is not parsed yet, {@code null} when it has none
   * @throws MooncakeException as said for the class
   */
  public byte[] fetchDescriptor(String host, int port, byte[] ownDescriptor) {
    return exchange(host, port, HandshakeType.METADATA, ownDescriptor, settings.timeout());
  }

  /**
   * Makes two transports agree on a connection.
   *
   * @param host a name or a numeric address, without brackets
   * @param port the handshake port
   * @param request those members of a Connection that are not empty; a map
   * @return a map with all members of the peer's answer
   * @throws MooncakeException as said for the class, and with {@link ErrorCode#REJECTED_HANDSHAKE}
   *     and the peer's words when it refuses
   */
  public Attributes connection(String host, int port, Attributes request) {
    byte[] body = JsonAttributes.write(HandshakeMessages.connection(request), true);
    Attributes answer =
        HandshakeMessages.parseConnection(
            ask(host, port, HandshakeType.CONNECTION, body, settings.timeout()));
    String refusal = answer.text(HandshakeMessages.REPLY);
    if (!refusal.isEmpty()) {
      throw new MooncakeException(
          ErrorCode.REJECTED_HANDSHAKE,
          "the engine at " + name(host, port) + " refused the handshake: " + refusal);
    }
    return answer;
  }

  /**
   * Sends a notification.
   *
   * @param host a name or a numeric address, without brackets
   * @param port the handshake port
   * @param notification what to say
   * @throws MooncakeException as said for the class, and with {@link ErrorCode#REJECTED_HANDSHAKE}
   *     when the peer does not take it
   */
  public void notify(String host, int port, Notification notification) {
    byte[] body = JsonAttributes.write(HandshakeMessages.notification(notification), true);
    Attributes answer = ask(host, port, HandshakeType.NOTIFY, body, settings.timeout());
    if (!HandshakeMessages.parseNotificationReply(answer)) {
      throw new MooncakeException(
          ErrorCode.REJECTED_HANDSHAKE,
          "the engine at " + name(host, port) + " did not take the notification");
    }
  }

  /**
   * Asks whether an engine is there.
   *
   * @param host a name or a numeric address, without brackets
   * @param port the handshake port
   * @return {@link Liveness#UNREACHABLE} also when something that is no engine answers
   * @throws MooncakeException with {@link ErrorCode#DNS}, from which nothing follows for the
   *     engine, with {@link ErrorCode#CANCELED} and with {@link ErrorCode#CLOSED}
   */
  public Liveness probe(String host, int port) {
    return probe(host, port, settings.timeout());
  }

  /**
   * Asks whether an engine is there.
   *
   * @param host a name or a numeric address, without brackets
   * @param port the handshake port
   * @param timeout how long it may take
   * @return {@link Liveness#UNREACHABLE} also when something that is no engine answers
   * @throws MooncakeException as the other {@link #probe(String, int)}
   */
  public Liveness probe(String host, int port, Duration timeout) {
    try {
      byte[] body = JsonAttributes.write(HandshakeMessages.probe(), true);
      exchange(host, port, HandshakeType.PROBE, body, timeout);
      return Liveness.ALIVE;
    } catch (MooncakeException e) {
      return switch (e.code()) {
        case SOCKET, TIMEOUT, MALFORMED, LIMIT_EXCEEDED -> Liveness.UNREACHABLE;
        default -> throw e;
      };
    }
  }

  private Attributes ask(String host, int port, HandshakeType type, byte[] body, Duration timeout) {
    byte[] reply = exchange(host, port, type, body, timeout);
    try {
      return JsonAttributes.read(reply).orElse(Attributes.emptyMap());
    } catch (MooncakeException e) {
      throw new MooncakeException(
          e.code(), "the engine at " + name(host, port) + " answered badly: " + e.getMessage(), e);
    }
  }

  /**
   * Sends one message and returns the reply to it.
   *
   * @param host a name or a numeric address, without brackets
   * @param port the handshake port
   * @param type what the message is about
   * @param body JSON, ended by a line feed
   * @param timeout how long it may take
   * @return the body of the reply, not parsed yet
   * @throws MooncakeException as said for the class
   */
  public byte[] exchange(String host, int port, HandshakeType type, byte[] body, Duration timeout) {
    if (port <= 0 || port > 0xFFFF) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT,
          "\"" + PlainText.of(host) + "\", port " + port + " is no address");
    }
    long deadline = System.nanoTime() + timeout.toNanos();
    byte[] request = HandshakeFrame.of(type, body).encode();
    List<IOException> failures = new ArrayList<>();
    for (InetAddress address : names.resolve(host, deadline)) {
      try (ClientExchange exchange =
          new ClientExchange(new InetSocketAddress(address, port), deadline)) {
        try {
          return reply(exchange, type, request);
        } catch (IOException e) {
          failures.add(e);
          if (exchange.sent() && !type.mayBeRepeated()) {
            break;
          }
        } finally {
          running.remove(exchange);
        }
      } catch (IOException e) {
        failures.add(e);
      }
    }
    throw failed(host, port, request.length, failures);
  }

  private byte[] reply(ClientExchange exchange, HandshakeType type, byte[] request)
      throws IOException {
    running.add(exchange);
    if (closed) {
      throw new MooncakeException(ErrorCode.CLOSED, "the handshake client is closed");
    }
    HandshakeFrame reply = exchange.run(request, settings.maxLength(), settings.connectTimeout());
    if (!reply.typed() || reply.type() != type) {
      throw new IOException(
          "the peer answered a " + type + " with " + (reply.typed() ? reply.type() : "no type"));
    }
    return reply.body();
  }

  private static MooncakeException failed(
      String host, int port, int requestBytes, List<IOException> failures) {
    StringBuilder message =
        new StringBuilder("the handshake service at ").append(name(host, port)).append(" fails");
    String separator = ": ";
    for (IOException failure : failures) {
      message.append(separator).append(PlainText.of(String.valueOf(failure.getMessage())));
      separator = "; ";
    }
    if (requestBytes > USUAL_MAX_LENGTH) {
      message
          .append("; the message has ")
          .append(requestBytes)
          .append(" bytes, which the peer may be configured to refuse");
    }
    MooncakeException result =
        new MooncakeException(
            ErrorCode.SOCKET, message.toString(), failures.isEmpty() ? null : failures.get(0));
    failures.stream().skip(1).forEach(result::addSuppressed);
    return result;
  }

  private static String name(String host, int port) {
    return PlainText.of(new HostPort(host, port).format());
  }

  /** Ends all calls. Again is harmless. */
  @Override
  public void close() {
    closed = true;
    running.forEach(ClientExchange::abort);
    names.close();
  }
}

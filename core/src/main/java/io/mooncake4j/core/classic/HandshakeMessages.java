package io.mooncake4j.core.classic;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.Notification;
import io.mooncake4j.spi.Attributes;
import java.util.List;
import java.util.Map;

/**
 * The bodies of handshake messages, with exactly the members that C++ Mooncake writes.
 *
 * <p>C++ processes end when a member has a type they do not expect; the types made here are those.
 * Stateless; safe from any thread. Format: Mooncake transfer engine wire format, handshake bodies.
 */
public final class HandshakeMessages {
  /** What a transport has to say that the other members do not hold; absent in old peers. */
  public static final String PAYLOAD = "payload";

  /** The sender's {@code server@nic}. */
  public static final String LOCAL_NIC_PATH = "local_nic_path";

  /** The {@code server@nic} that the sender wants to reach. */
  public static final String PEER_NIC_PATH = "peer_nic_path";

  /** The sender's local identifier in its subnet. */
  public static final String LOCAL_LID = "local_lid";

  /** The sender's global identifier, as text. */
  public static final String LOCAL_GID = "local_gid";

  /** The sender's queue pair numbers. */
  public static final String QUEUE_PAIRS = "qp_num";

  /** Whether this message is the ready acknowledgement; its presence means the sender knows it. */
  public static final String READY_ACK = "ready_ack";

  /** Empty when accepted, else why not. */
  public static final String REPLY = "reply_msg";

  private static final String NAME = "name";
  private static final String MESSAGE = "notify_msg";
  private static final String STATUS = "status";
  private static final String SUCCESS = "success";
  private static final long MAX_UINT32 = 0xFFFF_FFFFL;

  private static final Attributes EMPTY_CONNECTION =
      Attributes.map()
          .put(LOCAL_GID, "")
          .put(LOCAL_LID, 0)
          .put(LOCAL_NIC_PATH, "")
          .put(PAYLOAD, "")
          .put(PEER_NIC_PATH, "")
          .put(QUEUE_PAIRS, Attributes.of(List.of()))
          .put(REPLY, "")
          .build();

  private HandshakeMessages() {}

  /**
   * Returns what a node answers to a Connection that none of its transports expects.
   *
   * @return a map whose members are all empty, without {@link #READY_ACK}
   */
  public static Attributes emptyConnection() {
    return EMPTY_CONNECTION;
  }

  /**
   * Makes the body of a Connection, request or answer.
   *
   * @param members those that are not empty, and any others for peers that know them; a map
   * @return a map with all members
   * @throws MooncakeException with {@link ErrorCode#MALFORMED} when a member has the wrong type
   */
  public static Attributes connection(Attributes members) {
    return parseConnection(members);
  }

  /**
   * Makes the answer that refuses a Connection.
   *
   * @param reason what the peer's user reads
   * @return a map
   */
  public static Attributes refusal(String reason) {
    String text = reason.isEmpty() ? "refused without a reason" : reason;
    return Attributes.map().putAll(EMPTY_CONNECTION).put(REPLY, text).build();
  }

  /**
   * Reads the body of a Connection, so that whoever gets it finds every member with its type.
   *
   * <p>As in C++, members that are missing become empty, and so do a lid that is no number and a
   * gid that is no text. Members that C++ does not know are kept as they are.
   *
   * @param body what the peer sent
   * @return a map with all members; {@link #READY_ACK} only when the peer sent it
   * @throws MooncakeException with {@link ErrorCode#MALFORMED} when the body is no map or a member
   *     has the wrong type
   */
  public static Attributes parseConnection(Attributes body) {
    Attributes.MapBuilder result = Attributes.map().putAll(EMPTY_CONNECTION);
    for (Map.Entry<String, Attributes> member : body.asMap().entrySet()) {
      String key = member.getKey();
      Attributes node = member.getValue();
      switch (key) {
        case LOCAL_LID -> result.put(key, isUint32(node) ? node : Attributes.of(0));
        case LOCAL_GID -> result.put(key, isText(node) ? node : Attributes.of(""));
        case PAYLOAD, LOCAL_NIC_PATH, PEER_NIC_PATH, REPLY -> {
          check(isText(node), key, "no text");
          result.put(key, node);
        }
        case READY_ACK -> {
          check(node.type() == Attributes.Type.BOOLEAN, key, "neither true nor false");
          result.put(key, node);
        }
        case QUEUE_PAIRS -> {
          check(node.type() == Attributes.Type.LIST, key, "no array");
          check(
              node.asList().stream().allMatch(HandshakeMessages::isUint32),
              key,
              "no array of 32-bit unsigned integers");
          result.put(key, node);
        }
        default -> result.put(key, node);
      }
    }
    return result.build();
  }

  /**
   * Makes the body of a Notify request.
   *
   * @param notification what to say
   * @return a map
   */
  public static Attributes notification(Notification notification) {
    return Attributes.map()
        .put(NAME, notification.name())
        .put(MESSAGE, notification.message())
        .build();
  }

  /**
   * Reads the body of a Notify request.
   *
   * @param body what the peer sent
   * @return the notification
   * @throws MooncakeException with {@link ErrorCode#MALFORMED} when the body is no map, a member
   *     has the wrong type, or the message is missing or empty
   */
  public static Notification parseNotification(Attributes body) {
    String message = body.text(MESSAGE, "");
    check(!message.isEmpty(), MESSAGE, "missing or empty");
    return new Notification(body.text(NAME, ""), message);
  }

  /**
   * Makes the body of the answer to a Notify.
   *
   * @param accepted whether the notification was taken
   * @return a map
   */
  public static Attributes notificationReply(boolean accepted) {
    return Attributes.map().put(NAME, "").put(MESSAGE, accepted ? SUCCESS : "").build();
  }

  /**
   * Reads the answer to a Notify.
   *
   * @param body what the peer sent
   * @return whether the peer took the notification
   * @throws MooncakeException with {@link ErrorCode#MALFORMED} when the body is no map or the
   *     member has the wrong type
   */
  public static boolean parseNotificationReply(Attributes body) {
    return !body.text(MESSAGE, "").isEmpty();
  }

  /**
   * Returns the body of a Probe.
   *
   * @return an empty map
   */
  public static Attributes probe() {
    return Attributes.emptyMap();
  }

  /**
   * Returns the body of the answer to a Probe.
   *
   * @return a map
   */
  public static Attributes probeReply() {
    return Attributes.map().put(STATUS, SUCCESS).build();
  }

  private static boolean isText(Attributes node) {
    return node.type() == Attributes.Type.TEXT;
  }

  private static boolean isUint32(Attributes node) {
    return node.type() == Attributes.Type.INTEGER
        && node.asInteger() >= 0
        && node.asInteger() <= MAX_UINT32;
  }

  private static void check(boolean valid, String member, String defect) {
    if (!valid) {
      throw new MooncakeException(ErrorCode.MALFORMED, "member \"" + member + "\" is " + defect);
    }
  }
}

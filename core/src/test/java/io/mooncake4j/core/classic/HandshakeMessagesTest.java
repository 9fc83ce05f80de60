package io.mooncake4j.core.classic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.Notification;
import io.mooncake4j.spi.Attributes;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The golden bodies were sent by real C++ Mooncake processes. */
class HandshakeMessagesTest {
  private static final String CONNECTION =
      "{\"local_gid\":\"00:00:00:00:00:00:00:00:00:00:ff:ff:c0:00:02:01\",\"local_lid\":0,"
          + "\"local_nic_path\":\"192.0.2.1:15766@rxe0\",\"payload\":\"\","
          + "\"peer_nic_path\":\"192.0.2.1:15599@rxe0\",\"qp_num\":[17,18],\"ready_ack\":false,"
          + "\"reply_msg\":\"\"}\n";

  private static String text(Attributes body) {
    return new String(JsonAttributes.write(body, true), UTF_8);
  }

  private static Attributes body(String text) {
    return JsonAttributes.read(text.getBytes(UTF_8)).orElseThrow();
  }

  @Test
  void emptyConnectionIsThatOfCpp() {
    assertThat(text(HandshakeMessages.emptyConnection()))
        .isEqualTo(
            "{\"local_gid\":\"\",\"local_lid\":0,\"local_nic_path\":\"\",\"payload\":\"\","
                + "\"peer_nic_path\":\"\",\"qp_num\":[],\"reply_msg\":\"\"}\n")
        .hasSize(111 - 1);
  }

  @Test
  void connectionIsThatOfCpp() {
    Attributes members =
        Attributes.map()
            .put("local_gid", "00:00:00:00:00:00:00:00:00:00:ff:ff:c0:00:02:01")
            .put("local_nic_path", "192.0.2.1:15766@rxe0")
            .put("peer_nic_path", "192.0.2.1:15599@rxe0")
            .put("qp_num", Attributes.of(List.of(Attributes.of(17), Attributes.of(18))))
            .put("ready_ack", false)
            .build();

    assertThat(text(HandshakeMessages.connection(members))).isEqualTo(CONNECTION);
    assertThat(text(HandshakeMessages.parseConnection(body(CONNECTION)))).isEqualTo(CONNECTION);
  }

  @Test
  void refusalCarriesTheReason() {
    assertThat(text(HandshakeMessages.refusal("no such NIC")))
        .isEqualTo(
            "{\"local_gid\":\"\",\"local_lid\":0,\"local_nic_path\":\"\",\"payload\":\"\","
                + "\"peer_nic_path\":\"\",\"qp_num\":[],\"reply_msg\":\"no such NIC\"}\n");
    assertThat(HandshakeMessages.refusal("").text("reply_msg")).isNotEmpty();
  }

  @Test
  void missingMembersBecomeEmpty() {
    assertThat(HandshakeMessages.parseConnection(Attributes.emptyMap()))
        .isEqualTo(HandshakeMessages.emptyConnection());
  }

  @Test
  void lidAndGidOfTheWrongTypeBecomeEmptyAsInCpp() {
    Attributes read =
        HandshakeMessages.parseConnection(body("{\"local_lid\":\"x\",\"local_gid\":[]}"));

    assertThat(read).isEqualTo(HandshakeMessages.emptyConnection());
    assertThat(HandshakeMessages.parseConnection(body("{\"local_lid\":4294967296}")))
        .isEqualTo(HandshakeMessages.emptyConnection());
  }

  @Test
  void membersThatCppDoesNotKnowAreKept() {
    assertThat(HandshakeMessages.parseConnection(body("{\"mooncake4j\":{\"a\":[1]}}")))
        .extracting(read -> read.find("mooncake4j").orElseThrow())
        .isEqualTo(body("{\"a\":[1]}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1]",
        "\"x\"",
        "{\"qp_num\":[-1]}",
        "{\"qp_num\":[\"7\"]}",
        "{\"qp_num\":[4294967296]}",
        "{\"qp_num\":7}",
        "{\"local_nic_path\":{}}",
        "{\"peer_nic_path\":[]}",
        "{\"payload\":true}",
        "{\"reply_msg\":7}",
        "{\"ready_ack\":\"yes\"}",
      })
  void whatEndsACppProcessIsMalformed(String text) {
    Attributes body = body(text);

    assertMalformed(() -> HandshakeMessages.parseConnection(body));
  }

  @Test
  void notifyIsThatOfCpp() {
    Notification notification = new Notification("req-1", "hello notify");
    String golden = "{\"name\":\"req-1\",\"notify_msg\":\"hello notify\"}\n";

    assertThat(text(HandshakeMessages.notification(notification))).isEqualTo(golden).hasSize(45);
    assertThat(HandshakeMessages.parseNotification(body(golden))).isEqualTo(notification);
    assertThat(text(HandshakeMessages.notificationReply(true)))
        .isEqualTo("{\"name\":\"\",\"notify_msg\":\"success\"}\n");
    assertThat(text(HandshakeMessages.notificationReply(false)))
        .isEqualTo("{\"name\":\"\",\"notify_msg\":\"\"}\n");
  }

  @Test
  void anEmptyAnswerToANotifyMeansRejected() {
    assertThat(HandshakeMessages.parseNotificationReply(HandshakeMessages.notificationReply(true)))
        .isTrue();
    assertThat(HandshakeMessages.parseNotificationReply(HandshakeMessages.notificationReply(false)))
        .isFalse();
    assertThat(HandshakeMessages.parseNotificationReply(Attributes.emptyMap())).isFalse();
    assertMalformed(() -> HandshakeMessages.parseNotificationReply(body("[1]")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1]",
        "{\"name\":{}}",
        "{\"name\":{},\"notify_msg\":\"m\"}",
        "{\"name\":\"n\"}",
        "{\"name\":\"n\",\"notify_msg\":\"\"}",
        "{\"name\":\"n\",\"notify_msg\":[]}"
      })
  void notifyOfTheWrongTypesIsMalformed(String text) {
    Attributes body = body(text);

    assertMalformed(() -> HandshakeMessages.parseNotification(body));
  }

  @Test
  void probeIsThatOfCpp() {
    assertThat(text(HandshakeMessages.probe())).isEqualTo("{}\n");
    assertThat(text(HandshakeMessages.probeReply())).isEqualTo("{\"status\":\"success\"}\n");
  }

  private static void assertMalformed(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            MooncakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED));
  }
}

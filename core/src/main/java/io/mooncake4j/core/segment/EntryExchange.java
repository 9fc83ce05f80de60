package io.mooncake4j.core.segment;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.classic.HandshakeMessages;
import io.mooncake4j.core.classic.JsonAttributes;
import io.mooncake4j.core.handshake.HandshakeClient;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.RemoteEntry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks Java peers for the entries of a transport that their descriptors do not list, and answers
 * such questions.
 *
 * <p>Question and answer travel as the {@code payload} of a Connection handshake: {@code
 * mooncake4j-entries:<transport>:<index of the first>} and a JSON object with {@code entries} (list
 * of objects with {@code address}, {@code length}, {@code members}, {@code name}), {@code next}
 * (the index to go on from, 0 at the end) and {@code version} (changes whenever the entries do).
 */
public final class EntryExchange {
  /** The payload kind of the question. */
  public static final String KIND = "mooncake4j-entries";

  private static final int PAGE_BYTES = 256 * 1024;
  private static final int RESTARTS = 5;

  private final HandshakeClient client;

  /**
   * Makes an exchange.
   *
   * @param client reaches the peers
   */
  public EntryExchange(HandshakeClient client) {
    this.client = client;
  }

  /**
   * Asks a peer for all its entries of one transport.
   *
   * @param peer where it answers
   * @param transport the transport's name
   * @return the entries
   * @throws MooncakeException when the peer does not answer, refuses, or changes its entries faster
   *     than they can be read
   */
  public List<RemoteEntry> fetch(Endpoint peer, String transport) {
    for (int i = 0; i < RESTARTS; i++) {
      List<RemoteEntry> entries = new ArrayList<>();
      if (fetchPages(peer, transport, entries)) {
        return entries;
      }
    }
    throw new MooncakeException(
        ErrorCode.METADATA,
        "the entries of "
            + peer.host()
            + ":"
            + peer.port()
            + " for "
            + transport
            + " changed while they were read; try again");
  }

  private boolean fetchPages(Endpoint peer, String transport, List<RemoteEntry> entries) {
    long from = 0;
    long version = -1;
    do {
      Attributes question =
          HandshakeMessages.connection(
              Attributes.map()
                  .put(HandshakeMessages.PAYLOAD, KIND + ":" + transport + ":" + from)
                  .build());
      Attributes answer = client.connection(peer.host(), peer.port(), question);
      Attributes page =
          JsonAttributes.readMap(
              answer.text(HandshakeMessages.PAYLOAD).getBytes(StandardCharsets.UTF_8));
      if (version >= 0 && page.integer("version") != version) {
        return false;
      }
      version = page.integer("version");
      page.list("entries").forEach(entry -> entries.add(entry(entry)));
      long next = page.integer("next");
      if (next != 0 && next <= from) {
        throw new MooncakeException(
            ErrorCode.MALFORMED, peer + " answered with a page that leads nowhere");
      }
      from = next;
    } while (from != 0);
    return true;
  }

  private static RemoteEntry entry(Attributes entry) {
    Attributes members = entry.find("members").orElse(Attributes.emptyMap());
    long length = entry.integer("length");
    if (length <= 0) {
      throw new MooncakeException(ErrorCode.MALFORMED, "an entry has a length of " + length);
    }
    members.asMap();
    return new RemoteEntry(entry.text("name"), entry.integer("address"), length, members);
  }

  /**
   * Answers a question.
   *
   * @param question what follows {@link #KIND} and the colon
   * @param local this engine's published state
   * @return the payload of the reply
   * @throws MooncakeException with {@link ErrorCode#MALFORMED} when the question makes no sense
   */
  public static String answer(String question, LocalSegment local) {
    int colon = question.lastIndexOf(':');
    String transport = colon < 0 ? "" : question.substring(0, colon);
    int from;
    try {
      from = Integer.parseInt(question.substring(colon + 1));
    } catch (NumberFormatException e) {
      throw new MooncakeException(
          ErrorCode.MALFORMED, "\"" + question + "\" is no <transport>:<index>", e);
    }
    LocalSegment.Listing listing = local.entriesOf(transport);
    List<Attributes> page = new ArrayList<>();
    int bytes = 0;
    int next = Math.max(from, 0);
    while (next < listing.entries().size() && bytes < PAGE_BYTES) {
      Attributes entry = encode(listing.entries().get(next++));
      bytes += JsonAttributes.write(entry, false).length;
      page.add(entry);
    }
    Attributes answer =
        Attributes.map()
            .put("entries", Attributes.of(page))
            .put("next", next < listing.entries().size() ? next : 0)
            .put("version", listing.version())
            .build();
    return new String(JsonAttributes.write(answer, false), StandardCharsets.UTF_8);
  }

  private static Attributes encode(RemoteEntry entry) {
    return Attributes.map()
        .put("address", entry.address())
        .put("length", entry.length())
        .put("members", entry.members())
        .put("name", entry.name())
        .build();
  }
}

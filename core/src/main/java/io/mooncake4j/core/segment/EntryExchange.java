package io.mooncake4j.core.segment;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.classic.HandshakeMessages;
import io.mooncake4j.core.classic.JsonAttributes;
import io.mooncake4j.core.handshake.HandshakeClient;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.RemoteEntry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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

  /** Far more than an engine registers, and far less than a heap. */
  private static final int MAX_ENTRIES = 1 << 20;

  /** How many times the deadline of one message all pages together may take. */
  private static final int PAGE_TIMEOUTS = 4;

  private final HandshakeClient client;
  private final long limitNanos;

  /**
   * Makes an exchange.
   *
   * @param client reaches the peers
   * @param timeout what the client gives one message; reading all entries takes at most four times
   *     as long before it is given up
   */
  public EntryExchange(HandshakeClient client, Duration timeout) {
    this.client = client;
    this.limitNanos = timeout.toNanos() * PAGE_TIMEOUTS;
  }

  /**
   * Asks a peer for all its entries of one transport.
   *
   * @param peer where it answers
   * @param transport the transport's name
   * @return the entries
   * @throws MooncakeException when the peer does not answer, refuses, has more entries than any
   *     engine would, or changes them faster than they can be read
   */
  public List<RemoteEntry> fetch(Endpoint peer, String transport) {
    if (!peer.exists()) {
      throw new MooncakeException(
          ErrorCode.METADATA, "there is no engine to ask for the entries of " + transport);
    }
    long deadline = System.nanoTime() + limitNanos;
    for (int i = 0; i < RESTARTS; i++) {
      List<RemoteEntry> entries = new ArrayList<>();
      if (fetchPages(peer, transport, entries, deadline)) {
        return entries;
      }
    }
    throw new MooncakeException(
        ErrorCode.METADATA,
        "the entries of "
            + peer
            + " for "
            + transport
            + " changed while they were read; try again");
  }

  private boolean fetchPages(
      Endpoint peer, String transport, List<RemoteEntry> entries, long deadlineNanos) {
    long version = -1;
    long next;
    do {
      if (System.nanoTime() - deadlineNanos >= 0) {
        throw new MooncakeException(
            ErrorCode.TIMEOUT, peer + " took too long to list its entries for " + transport);
      }
      int from = entries.size();
      Attributes page = page(peer, transport, from);
      if (version >= 0 && page.integer("version") != version) {
        return false;
      }
      version = page.integer("version");
      page.list("entries").forEach(entry -> entries.add(entry(entry)));
      next = page.integer("next");
      check(peer, transport, from, entries.size(), next);
    } while (next != 0);
    return true;
  }

  private Attributes page(Endpoint peer, String transport, int from) {
    Attributes question =
        HandshakeMessages.connection(
            Attributes.map()
                .put(HandshakeMessages.PAYLOAD, KIND + ":" + transport + ":" + from)
                .build());
    Attributes answer = client.connection(peer.host(), peer.port(), question);
    return JsonAttributes.readMap(
        answer.text(HandshakeMessages.PAYLOAD).getBytes(StandardCharsets.UTF_8));
  }

  private static void check(Endpoint peer, String transport, int from, int entries, long next) {
    if (entries > MAX_ENTRIES) {
      throw new MooncakeException(
          ErrorCode.LIMIT_EXCEEDED,
          peer + " lists more than " + MAX_ENTRIES + " entries for " + transport);
    }
    if (next != 0 && (next != entries || entries == from)) {
      throw new MooncakeException(
          ErrorCode.MALFORMED,
          peer + " answered with " + entries + " entries and goes on at " + next);
    }
  }

  private static RemoteEntry entry(Attributes entry) {
    Attributes members = entry.find("members").orElse(Attributes.emptyMap());
    long length = entry.integer("length");
    if (length <= 0) {
      throw new MooncakeException(ErrorCode.MALFORMED, "an entry has a length of " + length);
    }
    members.asMap();
    long address = entry.integer("address");
    if (Long.compareUnsigned(address + (length - 1), address) < 0) {
      throw new MooncakeException(
          ErrorCode.MALFORMED, "an entry wraps around the end of the address space");
    }
    return new RemoteEntry(entry.text("name"), address, length, members);
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
    LocalSegment.Listing listing = local.publishedEntriesOf(transport);
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

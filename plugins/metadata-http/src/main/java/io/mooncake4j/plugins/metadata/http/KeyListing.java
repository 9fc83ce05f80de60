package io.mooncake4j.plugins.metadata.http;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.plugins.metadata.http.HttpStore.PendingRecord;
import io.mooncake4j.spi.MetadataStore.PrefixListing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import okhttp3.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists records on mooncake4j's metadata server, which C++'s servers refuse: {@code GET
 * <address>?prefix=<start>&after=<key>&limit=<count>} answers the keys, percent-encoded, one a
 * line, sorted by their bytes; an empty answer ends the list. Values are then read, each on its
 * own.
 */
final class KeyListing implements PrefixListing {
  private static final Logger LOG = LoggerFactory.getLogger(KeyListing.class);
  private static final String MARK = "X-Mooncake-Listing";

  /** How servers answer to parameters that they do not know. */
  private static final Set<Integer> NO_LISTING =
      Set.of(Answer.OK, Answer.BAD_REQUEST, Answer.NOT_FOUND, 405, 501);

  /** How many values are asked for at the same time. */
  static final int AT_ONCE = 8;

  private static final int PAGE = 1000;
  private static final long MAX_PAGE_BYTES = 16L << 20;
  private static final int MAX_KEYS = 100_000;
  private static final long MAX_VALUE_BYTES = 256L << 20;

  private final ServerAddress server;
  private final HttpCalls calls;
  private final HttpStore values;

  KeyListing(ServerAddress server, HttpCalls calls, HttpStore values) {
    this.server = server;
    this.calls = calls;
    this.values = values;
  }

  @Override
  public Map<String, byte[]> list(String prefix, Duration timeout) {
    HttpFailure failure = new HttpFailure(server, "listing " + Shown.text(prefix) + "*");
    long deadline = System.nanoTime() + timeout.toNanos();
    Map<String, byte[]> records = new TreeMap<>();
    String found = "";
    try {
      List<String> keys = keys(prefix, deadline, failure);
      found = " of " + keys.size();
      read(keys, prefix, deadline, records);
    } catch (MooncakeException e) {
      if (e.code() == ErrorCode.TIMEOUT && System.nanoTime() - deadline >= 0) {
        throw failure.listTimeout(timeout, records.size() + found + " records", e);
      }
      throw e;
    }
    return records;
  }

  /** Reads values, some at a time, because a cluster has thousands. */
  private void read(List<String> keys, String prefix, long deadline, Map<String, byte[]> records) {
    Deque<PendingRecord> asked = new ArrayDeque<>();
    try {
      long bytes = 0;
      for (int next = 0; next < keys.size() || !asked.isEmpty(); ) {
        if (next < keys.size() && asked.size() < AT_ONCE) {
          asked.add(values.startGet(keys.get(next++), until(deadline)));
          continue;
        }
        PendingRecord first = asked.remove();
        byte[] value = first.await().orElse(null);
        if (value == null) {
          // Removed since its key was listed.
          continue;
        }
        bytes += value.length;
        if (bytes > MAX_VALUE_BYTES) {
          throw tooMany(prefix, MAX_VALUE_BYTES + " bytes");
        }
        records.put(first.key(), value);
      }
    } finally {
      asked.forEach(it -> it.pending().cancel());
    }
  }

  private List<String> keys(String prefix, long deadline, HttpFailure failure) {
    byte[] start = prefix.getBytes(StandardCharsets.UTF_8);
    List<String> keys = new ArrayList<>();
    Unreadable unreadable = new Unreadable();
    byte[] last = {};
    while (true) {
      List<byte[]> page = page(prefix, last, deadline, failure);
      if (page.isEmpty()) {
        unreadable.tell(server);
        return keys;
      }
      for (byte[] key : page) {
        // Also what keeps a server that repeats itself from being asked forever.
        if (!startsWith(key, start) || Arrays.compareUnsigned(last, key) >= 0) {
          throw failure.malformed(
              "it listed "
                  + Shown.text(new String(key, StandardCharsets.UTF_8))
                  + ", which does not belong there in the list");
        }
        last = key;
        PercentEncoding.text(key).ifPresentOrElse(keys::add, () -> unreadable.add(key));
      }
      if (keys.size() + unreadable.count > MAX_KEYS) {
        throw tooMany(prefix, MAX_KEYS + " keys");
      }
    }
  }

  /** Keys that are not UTF-8, which nobody can ask for: they must not spoil the list of others. */
  private static final class Unreadable {
    private int count;
    private byte[] first;

    void add(byte[] key) {
      first = count++ == 0 ? key : first;
    }

    void tell(ServerAddress server) {
      if (count > 0) {
        LOG.warn(
            "metadata server {}: a list leaves out {} of its keys, which are not UTF-8, such as {}",
            server.shown(),
            count,
            Shown.text(PercentEncoding.encode(first)));
      }
    }
  }

  private static boolean startsWith(byte[] key, byte[] start) {
    return key.length >= start.length
        && Arrays.equals(key, 0, start.length, start, 0, start.length);
  }

  private List<byte[]> page(String prefix, byte[] after, long deadline, HttpFailure failure) {
    String parameters =
        "prefix="
            + PercentEncoding.encode(prefix)
            + (after.length == 0 ? "" : "&after=" + PercentEncoding.encode(after))
            + "&limit="
            + PAGE;
    Request.Builder request = new Request.Builder().url(server.with(parameters)).get();
    Answer answer = calls.call(request, MAX_PAGE_BYTES, until(deadline), failure);
    if (answer.status() == Answer.OK && answer.header(MARK).filter("keys"::equals).isPresent()) {
      return decode(answer.body().utf8(), failure);
    }
    if (NO_LISTING.contains(answer.status())) {
      throw cannotList(answer.status());
    }
    throw failure.of(answer);
  }

  private static List<byte[]> decode(String body, HttpFailure failure) {
    try {
      return body.lines().map(PercentEncoding::decode).toList();
    } catch (IllegalArgumentException e) {
      throw failure.malformed("its list of keys is not well-formed: " + e.getMessage());
    }
  }

  private static Duration until(long deadline) {
    return Duration.ofNanos(deadline - System.nanoTime());
  }

  private MooncakeException cannotList(int status) {
    return new MooncakeException(
        ErrorCode.NOT_IMPLEMENTED,
        "metadata store "
            + HttpStoreProvider.NAME
            + ": the server "
            + server.shown()
            + " cannot list keys (C++ Mooncake's servers cannot); ask for keys one by one, or run"
            + " mooncake metadata-server"
            + (status == Answer.NOT_FOUND
                ? "; it answered with status 404: is "
                    + server.base().encodedPath()
                    + " the right path?"
                : ""));
  }

  private MooncakeException tooMany(String prefix, String limit) {
    return new MooncakeException(
        ErrorCode.LIMIT_EXCEEDED,
        "metadata server "
            + server.shown()
            + ": more than "
            + limit
            + " begin with "
            + Shown.text(prefix)
            + "; list a longer prefix");
  }
}

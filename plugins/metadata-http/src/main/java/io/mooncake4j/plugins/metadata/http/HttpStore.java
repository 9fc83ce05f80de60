package io.mooncake4j.plugins.metadata.http;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.MetadataStore;
import java.time.Duration;
import java.util.Optional;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;

/**
 * Records on a metadata server: {@code GET}, {@code PUT} and {@code DELETE} of {@code
 * <address>?key= <key>}.
 *
 * <p>Safe from any thread. C++ Mooncake's servers refuse to replace a record whose key contains
 * {@code rpc_meta} by a different one; so may this store's {@code put}, with the server's words.
 */
final class HttpStore implements MetadataStore {
  private static final MediaType JSON = MediaType.get("application/json");

  /** Answers to writing and removing are a few words. */
  private static final long WORDS = 64 << 10;

  private final ServerAddress server;
  private final HttpCalls calls;
  private final long maxRecordBytes;

  HttpStore(ServerAddress server, HttpCalls calls, HttpOptions options) {
    this.server = server;
    this.calls = calls;
    this.maxRecordBytes = options.maxRecordBytes();
  }

  private HttpFailure failure(String verb, String key) {
    return new HttpFailure(server, verb + " " + Shown.text(key));
  }

  @Override
  public Optional<byte[]> get(String key, Duration timeout) {
    return startGet(key, timeout).await();
  }

  /** Asks for a record, which is waited for later. */
  PendingRecord startGet(String key, Duration timeout) {
    HttpFailure failure = failure("reading", key);
    Request.Builder request = new Request.Builder().url(server.ofKey(key)).get();
    return new PendingRecord(calls.start(request, maxRecordBytes, timeout, failure), key, failure);
  }

  /** A record that was asked for. */
  record PendingRecord(HttpCalls.Pending pending, String key, HttpFailure failure) {
    Optional<byte[]> await() {
      Answer answer = pending.await();
      return switch (answer.status()) {
        case Answer.OK -> Optional.of(answer.body().toByteArray());
        case Answer.NOT_FOUND -> Optional.empty();
        default -> throw failure.of(answer);
      };
    }
  }

  @Override
  public void put(String key, byte[] value, Duration timeout) {
    HttpFailure failure = failure("writing", key);
    if (value.length > maxRecordBytes) {
      throw new MooncakeException(
          ErrorCode.LIMIT_EXCEEDED,
          "the record "
              + Shown.text(key)
              + " has "
              + value.length
              + " bytes, more than "
              + HttpOptions.MAX_RECORD_BYTES
              + "="
              + maxRecordBytes);
    }
    Request.Builder request =
        new Request.Builder().url(server.ofKey(key)).put(RequestBody.create(value, JSON));
    Answer answer = calls.call(request, WORDS, timeout, failure);
    if (answer.status() != Answer.OK) {
      throw failure.of(answer);
    }
  }

  @Override
  public boolean remove(String key, Duration timeout) {
    HttpFailure failure = failure("removing", key);
    Request.Builder request = new Request.Builder().url(server.ofKey(key)).delete(null);
    Answer answer = calls.call(request, WORDS, timeout, failure);
    return switch (answer.status()) {
      case Answer.OK -> true;
      case Answer.NOT_FOUND -> false;
      default -> throw failure.of(answer);
    };
  }

  @Override
  public <C extends Capability> C require(Class<C> capability) {
    if (capability == PrefixListing.class) {
      return capability.cast(new KeyListing(server, calls, this));
    }
    throw new MooncakeException(
        ErrorCode.NOT_IMPLEMENTED,
        "metadata store "
            + HttpStoreProvider.NAME
            + " ("
            + server.shown()
            + ") does not offer "
            + capability.getSimpleName()
            + ": Mooncake's HTTP servers have no request for it");
  }

  @Override
  public void close() {
    calls.close();
  }
}

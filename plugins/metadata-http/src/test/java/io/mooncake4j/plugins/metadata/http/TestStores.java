package io.mooncake4j.plugins.metadata.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.MetadataStore;
import io.mooncake4j.testkit.TestOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Stores for tests, and what their errors have to say. */
final class TestStores {
  /** Ample: the store's own limits end a call earlier. */
  static final Duration LIMIT = Duration.ofSeconds(20);

  private TestStores() {}

  /** Makes a store; {@code options} are keys without {@code mooncake.http.} and values in turn. */
  static MetadataStore of(String connection, String... options) {
    Map<String, String> texts = new HashMap<>();
    for (int i = 0; i < options.length; i += 2) {
      texts.put("mooncake.http." + options[i], options[i + 1]);
    }
    HttpStoreProvider provider = new HttpStoreProvider();
    return provider.create(connection, TestOptions.of(provider.describe().options(), texts));
  }

  /** The call fails, soon enough, with that code and with these words. */
  static MooncakeException assertFails(ErrorCode code, ThrowingCallable call, String... words) {
    long start = System.nanoTime();
    MooncakeException failure = catchThrowableOfType(MooncakeException.class, call);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT);
    assertThat(failure).as("a failure with code %s", code).isNotNull();
    assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
    assertThat(failure.getMessage()).startsWith("metadata server http");
    for (String part : words) {
      assertThat(failure.getMessage()).contains(part);
    }
    return failure;
  }
}

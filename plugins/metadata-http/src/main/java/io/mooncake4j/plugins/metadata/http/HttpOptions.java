package io.mooncake4j.plugins.metadata.http;

import io.mooncake4j.config.Option;
import io.mooncake4j.config.OptionType;
import io.mooncake4j.config.Options;
import java.time.Duration;
import java.util.List;

/**
 * The values of the store's options, as declared by the constants of this class.
 *
 * @param connectTimeout how long connecting to one address may take
 * @param timeout how long one request may take, whatever the caller allows
 * @param maxRecordBytes the longest record that is read or written
 * @param proxy {@code host:port} of a proxy, or empty for none
 * @param caFile file with the certificates to trust, or empty for those of the JVM
 * @param user name for the server, or empty
 * @param password password for the server, or empty
 */
record HttpOptions(
    Duration connectTimeout,
    Duration timeout,
    long maxRecordBytes,
    String proxy,
    String caFile,
    String user,
    String password) {

  private static final Duration SHORTEST = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofHours(1);

  static final Option<Duration> CONNECT_TIMEOUT =
      Option.of(
              "mooncake.http.connect-timeout",
              OptionType.DURATION,
              Duration.ofMillis(1500),
              "How long connecting to one address of the metadata server may take.")
          .range(SHORTEST, LONGEST);

  static final Option<Duration> TIMEOUT =
      Option.of(
              "mooncake.http.timeout",
              OptionType.DURATION,
              Duration.ofSeconds(3),
              "How long one request to the metadata server may take, from looking up its name to"
                  + " the last byte of the answer; mooncake.metadata.timeout can only shorten it.")
          .range(SHORTEST, LONGEST);

  static final Option<Long> MAX_RECORD_BYTES =
      Option.of(
              "mooncake.http.max-record-bytes",
              OptionType.BYTES,
              64L << 20,
              "Longest record that is read or written; a longer answer is cut off with an error.")
          .range(1L << 10, 1L << 30);

  static final Option<String> PROXY =
      Option.of(
          "mooncake.http.proxy",
          OptionType.TEXT,
          "",
          "Proxy to reach the metadata server through, as host:port; empty for none. The JVM's and"
              + " the environment's proxy settings do not count.");

  static final Option<String> CA_FILE =
      Option.of(
          "mooncake.http.ca-file",
          OptionType.TEXT,
          "",
          "File with the certificates (PEM) that vouch for an https metadata server; empty for those"
              + " that the JVM trusts.");

  static final Option<String> USER =
      Option.of(
          "mooncake.http.user",
          OptionType.TEXT,
          "",
          "User name for a metadata server that asks for one (HTTP Basic); empty for none. Use https,"
              + " because http shows it and the password to everybody on the way.");

  static final Option<String> PASSWORD =
      Option.of(
              "mooncake.http.password",
              OptionType.TEXT,
              "",
              "Password that belongs to mooncake.http.user.")
          .asSecret();

  /** All of them, as the provider declares them. */
  static final List<Option<?>> ALL =
      List.of(CONNECT_TIMEOUT, TIMEOUT, MAX_RECORD_BYTES, PROXY, CA_FILE, USER, PASSWORD);

  /** Reads all values once. */
  static HttpOptions of(Options options) {
    return new HttpOptions(
        options.get(CONNECT_TIMEOUT),
        options.get(TIMEOUT),
        options.get(MAX_RECORD_BYTES),
        options.get(PROXY).strip(),
        options.get(CA_FILE).strip(),
        options.get(USER),
        options.get(PASSWORD));
  }

  /** Leaves the password out. */
  @Override
  public String toString() {
    return "HttpOptions[" + connectTimeout + ", " + timeout + ", user=" + user + "]";
  }
}

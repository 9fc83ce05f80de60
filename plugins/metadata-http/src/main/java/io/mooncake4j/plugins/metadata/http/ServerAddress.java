package io.mooncake4j.plugins.metadata.http;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;

/**
 * Where a metadata server answers. Immutable.
 *
 * <p>The connection string is the address to which C++ Mooncake appends {@code ?key=}, so that path
 * and trailing slash stay as they are written. One with parameters of its own, which C++ cannot
 * use, gets {@code &key=}. A name and a password in it are sent with HTTP Basic and never shown.
 *
 * @param base without user, password and fragment
 * @param shown scheme, host, port and path, for messages
 * @param user from the connection string, or empty
 * @param password from the connection string, or empty
 */
record ServerAddress(HttpUrl base, String shown, String user, String password) {
  private static final Pattern ODD = Pattern.compile("[\\s\\p{Cntrl}\\\\#]");
  private static final Pattern START = Pattern.compile("https?://[^/?@].*");

  static ServerAddress parse(String connection) {
    HttpUrl url =
        START.matcher(connection).matches() && !ODD.matcher(connection).find()
            ? HttpUrl.parse(connection)
            : null;
    if (url == null) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT,
          "\""
              + masked(connection)
              + "\" is not the address of a metadata server; write it like"
              + " http://host:8080/metadata, without blanks and #");
    }
    HttpUrl base = url.newBuilder().username("").password("").build();
    String shown = base.newBuilder().query(null).build().toString();
    return new ServerAddress(base, shown, url.username(), url.password());
  }

  /** Whatever stands before an @ may be a password. */
  private static String masked(String connection) {
    int at = connection.lastIndexOf('@');
    int start = connection.indexOf("://");
    int from = start < 0 || start > at ? 0 : start + "://".length();
    return Shown.text(
        at < 0 ? connection : connection.substring(0, from) + "***" + connection.substring(at));
  }

  /** The address of a record. */
  HttpUrl ofKey(String key) {
    if (key.isEmpty()) {
      throw new MooncakeException(ErrorCode.INVALID_ARGUMENT, "the key of a record is empty");
    }
    return with("key=" + PercentEncoding.encode(key));
  }

  /** The base with more parameters, which are encoded already. */
  HttpUrl with(String parameters) {
    String own = base.encodedQuery();
    String query = own == null || own.isEmpty() ? parameters : own + "&" + parameters;
    return base.newBuilder().encodedQuery(query).build();
  }

  /** Leaves the password out. */
  @Override
  public String toString() {
    return shown;
  }
}

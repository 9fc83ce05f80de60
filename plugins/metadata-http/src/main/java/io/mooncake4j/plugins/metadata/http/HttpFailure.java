package io.mooncake4j.plugins.metadata.http;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import okhttp3.HttpUrl;

/**
 * Errors in words: which server, what was asked of it, what went wrong, what to do.
 *
 * @param server the server's address
 * @param action what was asked, such as "reading mooncake/ram/a"
 */
record HttpFailure(ServerAddress server, String action) {

  private MooncakeException because(ErrorCode code, String words, Throwable cause) {
    return new MooncakeException(
        code, "metadata server " + server.shown() + ": " + action + " failed: " + words, cause);
  }

  /** The request or the answer did not get through. */
  MooncakeException of(Throwable cause, Duration limit) {
    String detail = Shown.text(detail(cause));
    if (cause instanceof UnknownHostException) {
      return because(
          ErrorCode.DNS,
          "a host name does not resolve (" + detail + "); correct the address or the name service",
          cause);
    }
    if (cause instanceof SocketTimeoutException) {
      // Only connecting has a limit of its own.
      return because(
          ErrorCode.TIMEOUT,
          "cannot connect ("
              + detail
              + "); is the address right, and the way to it open? A longer wait takes "
              + HttpOptions.CONNECT_TIMEOUT,
          cause);
    }
    if (cause instanceof InterruptedIOException) {
      return timeout(limit, cause);
    }
    if (cause instanceof SSLException) {
      return because(ErrorCode.METADATA, tls(cause, detail), cause);
    }
    return because(ErrorCode.METADATA, broken(cause, detail), cause);
  }

  private static String detail(Throwable cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  private static String broken(Throwable cause, String detail) {
    if (cause instanceof ConnectException || cause instanceof NoRouteToHostException) {
      return "cannot connect (" + detail + "); start the server or correct the address";
    }
    if (cause instanceof Answer.TooLongException) {
      return detail + "; if its records are that long, raise " + HttpOptions.MAX_RECORD_BYTES;
    }
    if (cause instanceof ProtocolException) {
      return "the answer is cut off or is not HTTP ("
          + detail
          + "); does a metadata server listen there, and is it http rather than https?";
    }
    if (cause instanceof EOFException) {
      return "the answer ends too early, or is not packed as it says; does a metadata server"
          + " listen there?";
    }
    return cause instanceof IOException
        ? "the connection broke (" + detail + "); is the server running?"
        : "the HTTP client gave up on the answer (" + Shown.text(cause.toString()) + ")";
  }

  private static String tls(Throwable cause, String detail) {
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof CertPathBuilderException) {
        return "its certificate is not trusted ("
            + detail
            + "); name the file with the certificates that vouch for it in "
            + HttpOptions.CA_FILE;
      }
    }
    return "no secure connection ("
        + detail
        + "); does the server speak https, with a certificate for this host name?";
  }

  MooncakeException timeout(Duration limit, Throwable cause) {
    return because(
        ErrorCode.TIMEOUT,
        "no complete answer within "
            + limit.toMillis()
            + " ms; is the server overloaded, or the way to it blocked? A longer wait takes "
            + HttpOptions.TIMEOUT
            + " and mooncake.metadata.timeout",
        cause);
  }

  /** The time of the whole list is up; a single answer may have been quick. */
  MooncakeException listTimeout(Duration limit, String got, Throwable cause) {
    return because(
        ErrorCode.TIMEOUT,
        "after " + limit.toMillis() + " ms it had " + got + "; raise mooncake.metadata.timeout",
        cause);
  }

  MooncakeException closed() {
    return because(ErrorCode.CLOSED, "this metadata store is closed", null);
  }

  MooncakeException interrupted(InterruptedException cause) {
    return because(ErrorCode.CANCELED, "the calling thread was interrupted", cause);
  }

  /** The answer came, but is not what was hoped for. */
  MooncakeException of(Answer answer) {
    String text = Shown.text(answer.body().utf8()).strip();
    return because(
        ErrorCode.METADATA,
        "it answered with status "
            + answer.status()
            + (text.isEmpty() ? "" : " \"" + text + "\"")
            + advice(answer),
        null);
  }

  private String advice(Answer answer) {
    int status = answer.status();
    if (status >= 300 && status < 400) {
      return answer
          .header("Location")
          .map(server.base()::resolve)
          .map(target -> "; it redirects to " + secretless(target) + ": write that address instead")
          .orElse("; redirects are not followed");
    }
    return switch (status) {
      case 401, 403 ->
          "; set " + HttpOptions.USER + " and " + HttpOptions.PASSWORD + " to what it accepts";
      case Answer.NOT_FOUND, 405 -> "; is " + server.base().encodedPath() + " the right path?";
      case 413, 414, 431 -> "; it has a limit on keys or records";
      default -> "";
    };
  }

  private static String secretless(HttpUrl target) {
    return Shown.text(
        target
            .newBuilder()
            .username("")
            .password("")
            .query(null)
            .fragment(null)
            .build()
            .toString());
  }

  /** The answer has the right status but wrong contents. */
  MooncakeException malformed(String words) {
    return because(ErrorCode.METADATA, words, null);
  }
}

package io.mooncake4j.core.plugin;

import io.mooncake4j.api.MooncakeException;
import java.lang.reflect.InvocationTargetException;
import java.util.ServiceConfigurationError;

/** Puts into words what went wrong inside a plugin. */
final class Refusal {
  private Refusal() {}

  static String words(Throwable error) {
    StringBuilder words = new StringBuilder();
    Throwable last = null;
    for (Throwable next = error; next != null && next != last; next = next.getCause()) {
      last = next;
      if (isMissingClass(next)) {
        return "class "
            + next.getMessage().replace('/', '.')
            + " is not there; a plugin sees the JDK, mooncake4j's api, slf4j and jnr-ffi, and"
            + " brings everything else in lib/ of its zip";
      }
      if (!(next instanceof InvocationTargetException)) {
        words.append(words.isEmpty() ? "" : ": ").append(sentence(next));
      }
    }
    return words.toString();
  }

  /** The same error with a longer message says that a class was found but did not initialise. */
  private static boolean isMissingClass(Throwable error) {
    return error instanceof NoClassDefFoundError
        && error.getMessage() != null
        && error.getMessage().indexOf(' ') < 0;
  }

  private static String sentence(Throwable error) {
    boolean ownWords =
        error instanceof MooncakeException || error instanceof ServiceConfigurationError;
    return ownWords ? error.getMessage() : error.toString();
  }
}

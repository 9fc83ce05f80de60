package io.mooncake4j.api;

import java.util.Objects;

/**
 * Where memory lives: a kind and an ordinal such as {@code cpu:0} or {@code cuda:1}, {@code *} for
 * "find out", or C++ Mooncake's {@code segments:<page size>:<node>,<node>,…}.
 *
 * <p>Immutable. The text is the wire form (C++ Mooncake's location strings).
 *
 * @param text the location as written on the wire, never blank
 */
public record Location(String text) {
  /** Somewhere: the engine or the transport finds out. */
  public static final Location ANY = new Location("*");

  /**
   * Checks the text.
   *
   * @throws MooncakeException with {@link ErrorCode#INVALID_ARGUMENT} when it is no location
   */
  public Location {
    Objects.requireNonNull(text, "text");
    if (!text.equals("*") && !text.matches("[a-z][a-z0-9_]*:[0-9]+(:[0-9]+(,[0-9]+)*)?")) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT,
          "\"" + text + "\" is no memory location; write \"*\", \"cpu:0\" or \"cuda:1\"");
    }
  }

  /**
   * Returns host memory of a NUMA node.
   *
   * @param node the node's number, from 0
   * @return the location
   */
  public static Location cpu(int node) {
    return new Location("cpu:" + node);
  }

  /**
   * Returns the kind of memory: the part before the first colon.
   *
   * @return {@code cpu}, {@code cuda} …, or {@code *}
   */
  public String kind() {
    int colon = text.indexOf(':');
    return colon < 0 ? text : text.substring(0, colon);
  }

  /**
   * Says whether the location is host memory or unknown.
   *
   * @return true for {@code *}, {@code cpu:…} and {@code segments:…}
   */
  public boolean isHost() {
    String kind = kind();
    return kind.equals("*") || kind.equals("cpu") || kind.equals("segments");
  }

  @Override
  public String toString() {
    return text;
  }
}

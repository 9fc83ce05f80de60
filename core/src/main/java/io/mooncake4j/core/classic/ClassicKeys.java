package io.mooncake4j.core.classic;

import java.util.Objects;

/**
 * The keys of a cluster's records in the metadata store. Immutable.
 *
 * <p>Format: Mooncake transfer engine wire format, key naming.
 *
 * @param prefix what all keys of the cluster start with
 */
public record ClassicKeys(String prefix) {
  private static final String ROOT = "mooncake/";

  /** Checks that the prefix is not null. */
  public ClassicKeys {
    Objects.requireNonNull(prefix, "prefix");
  }

  /**
   * Returns the keys of a cluster.
   *
   * @param clusterId names one of several clusters in a store; empty for the unnamed one
   * @return the keys
   */
  public static ClassicKeys of(String clusterId) {
    if (clusterId.isEmpty()) {
      return new ClassicKeys(ROOT);
    }
    return new ClassicKeys(ROOT + clusterId + (clusterId.endsWith("/") ? "" : "/"));
  }

  /**
   * Returns the key of a segment's descriptor.
   *
   * @param segment the segment's name; one with a slash has a key outside the common directory
   * @return the key
   */
  public String segment(String segment) {
    return segment.indexOf('/') >= 0 ? prefix + segment : prefix + "ram/" + segment;
  }

  /**
   * Returns the key of the address at which an engine's handshake service answers.
   *
   * @param segment the engine's segment
   * @return the key
   */
  public String rpcMeta(String segment) {
    return prefix + "rpc_meta/" + segment;
  }

  /**
   * Says whether a segment of this name would have keys that belong to other names.
   *
   * @param segment the name
   * @return true when it begins like a directory of records
   */
  public static boolean isAmbiguous(String segment) {
    return segment.startsWith("ram/") || segment.startsWith("rpc_meta/");
  }

  /**
   * Returns the name that C++ Mooncake looks up when a user opens one.
   *
   * @param opened what the user gave
   * @return the name without leading slashes
   */
  public static String segmentName(String opened) {
    int start = 0;
    while (start < opened.length() && opened.charAt(start) == '/') {
      start++;
    }
    return opened.substring(start);
  }
}

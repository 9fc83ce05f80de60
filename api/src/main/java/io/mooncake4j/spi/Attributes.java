package io.mooncake4j.spi;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An immutable tree of texts, truth values, 64-bit integers, lists and maps: what transports say to
 * each other, free of any encoding.
 *
 * <p>Integers are 64 bits with an unsigned reading (addresses above 2^63 are legal). A value that
 * is absent or of another type than asked for raises {@link ErrorCode#MALFORMED} with the path, so
 * that a badly typed message fails one request and nothing else. Safe from any thread.
 */
public final class Attributes {
  /** What a node is. */
  public enum Type {
    /** A text. */
    TEXT,
    /** True or false. */
    BOOLEAN,
    /** A 64-bit integer. */
    INTEGER,
    /** A list of nodes. */
    LIST,
    /** A map from text to node. */
    MAP
  }

  private static final Attributes EMPTY_MAP =
      new Attributes(Type.MAP, Collections.emptySortedMap());

  private final Type type;
  private final Object value;

  private Attributes(Type type, Object value) {
    this.type = type;
    this.value = value;
  }

  /**
   * Makes a text.
   *
   * @param text the text
   * @return the node
   */
  public static Attributes of(String text) {
    return new Attributes(Type.TEXT, Objects.requireNonNull(text, "text"));
  }

  /**
   * Makes a truth value.
   *
   * @param truth the value
   * @return the node
   */
  public static Attributes of(boolean truth) {
    return new Attributes(Type.BOOLEAN, truth);
  }

  /**
   * Makes an integer.
   *
   * @param integer 64 bits, read as unsigned
   * @return the node
   */
  public static Attributes of(long integer) {
    return new Attributes(Type.INTEGER, integer);
  }

  /**
   * Makes a list.
   *
   * @param elements the elements
   * @return the node
   */
  public static Attributes of(List<Attributes> elements) {
    return new Attributes(Type.LIST, List.copyOf(elements));
  }

  /**
   * Makes a list of texts.
   *
   * @param texts the texts
   * @return the node
   */
  public static Attributes ofTexts(Iterable<String> texts) {
    List<Attributes> elements = new ArrayList<>();
    texts.forEach(text -> elements.add(of(text)));
    return of(elements);
  }

  /**
   * Returns the map without members.
   *
   * @return the node
   */
  public static Attributes emptyMap() {
    return EMPTY_MAP;
  }

  /**
   * Starts a map.
   *
   * @return a builder
   */
  public static MapBuilder map() {
    return new MapBuilder();
  }

  /** Collects the members of a map. Not for concurrent use. */
  public static final class MapBuilder {
    private final TreeMap<String, Attributes> members = new TreeMap<>();

    private MapBuilder() {}

    /**
     * Sets a member.
     *
     * @param key its key
     * @param node its value
     * @return this builder
     */
    public MapBuilder put(String key, Attributes node) {
      members.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(node, key));
      return this;
    }

    /**
     * Sets a text.
     *
     * @param key its key
     * @param text its value
     * @return this builder
     */
    public MapBuilder put(String key, String text) {
      return put(key, of(text));
    }

    /**
     * Sets an integer.
     *
     * @param key its key
     * @param integer its value
     * @return this builder
     */
    public MapBuilder put(String key, long integer) {
      return put(key, of(integer));
    }

    /**
     * Sets a truth value.
     *
     * @param key its key
     * @param truth its value
     * @return this builder
     */
    public MapBuilder put(String key, boolean truth) {
      return put(key, of(truth));
    }

    /**
     * Copies all members of a map over those set so far.
     *
     * @param other a map
     * @return this builder
     */
    public MapBuilder putAll(Attributes other) {
      members.putAll(other.asMap());
      return this;
    }

    /**
     * Makes the map; the builder may be used further.
     *
     * @return the node
     */
    public Attributes build() {
      return new Attributes(Type.MAP, Collections.unmodifiableSortedMap(new TreeMap<>(members)));
    }
  }

  /**
   * Returns what this node is.
   *
   * @return the type
   */
  public Type type() {
    return type;
  }

  /**
   * Returns a text.
   *
   * @return the text
   * @throws MooncakeException with {@link ErrorCode#MALFORMED} when this is no text
   */
  public String asText() {
    return (String) as(Type.TEXT, "");
  }

  /**
   * Returns a truth value.
   *
   * @return the value
   * @throws MooncakeException with {@link ErrorCode#MALFORMED} when this is none
   */
  public boolean asBoolean() {
    return (Boolean) as(Type.BOOLEAN, "");
  }

  /**
   * Returns an integer.
   *
   * @return 64 bits; unsigned where that makes sense
   * @throws MooncakeException with {@link ErrorCode#MALFORMED} when this is none
   */
  public long asInteger() {
    return (Long) as(Type.INTEGER, "");
  }

  /**
   * Returns a list.
   *
   * @return immutable
   * @throws MooncakeException with {@link ErrorCode#MALFORMED} when this is none
   */
  @SuppressWarnings("unchecked")
  public List<Attributes> asList() {
    return (List<Attributes>) as(Type.LIST, "");
  }

  /**
   * Returns a map.
   *
   * @return immutable, sorted by key
   * @throws MooncakeException with {@link ErrorCode#MALFORMED} when this is none
   */
  @SuppressWarnings("unchecked")
  public Map<String, Attributes> asMap() {
    return (Map<String, Attributes>) as(Type.MAP, "");
  }

  /**
   * Returns a member of this map, if it is there.
   *
   * @param key its key
   * @return the member, or empty
   * @throws MooncakeException with {@link ErrorCode#MALFORMED} when this is no map
   */
  public Optional<Attributes> find(String key) {
    return Optional.ofNullable(asMap().get(key));
  }

  /**
   * Returns a text of this map.
   *
   * @param key its key
   * @return the text
   * @throws MooncakeException with {@link ErrorCode#MALFORMED} when it is absent or no text
   */
  public String text(String key) {
    return (String) member(key).as(Type.TEXT, key);
  }

  /**
   * Returns a text of this map, or a default when it is absent.
   *
   * @param key its key
   * @param absent the default
   * @return the text
   * @throws MooncakeException with {@link ErrorCode#MALFORMED} when it is no text
   */
  public String text(String key, String absent) {
    Attributes member = asMap().get(key);
    return member == null ? absent : (String) member.as(Type.TEXT, key);
  }

  /**
   * Returns an integer of this map.
   *
   * @param key its key
   * @return the integer
   * @throws MooncakeException with {@link ErrorCode#MALFORMED} when it is absent or no integer
   */
  public long integer(String key) {
    return (Long) member(key).as(Type.INTEGER, key);
  }

  /**
   * Returns an integer of this map, or a default when it is absent.
   *
   * @param key its key
   * @param absent the default
   * @return the integer
   * @throws MooncakeException with {@link ErrorCode#MALFORMED} when it is no integer
   */
  public long integer(String key, long absent) {
    Attributes member = asMap().get(key);
    return member == null ? absent : (Long) member.as(Type.INTEGER, key);
  }

  /**
   * Returns a truth value of this map, or a default when it is absent.
   *
   * @param key its key
   * @param absent the default
   * @return the value
   * @throws MooncakeException with {@link ErrorCode#MALFORMED} when it is none
   */
  public boolean truth(String key, boolean absent) {
    Attributes member = asMap().get(key);
    return member == null ? absent : (Boolean) member.as(Type.BOOLEAN, key);
  }

  /**
   * Returns a list of this map.
   *
   * @param key its key
   * @return the list, empty when it is absent
   * @throws MooncakeException with {@link ErrorCode#MALFORMED} when it is no list
   */
  @SuppressWarnings("unchecked")
  public List<Attributes> list(String key) {
    Attributes member = asMap().get(key);
    return member == null ? List.of() : (List<Attributes>) member.as(Type.LIST, key);
  }

  private Attributes member(String key) {
    Attributes member = asMap().get(key);
    if (member == null) {
      throw new MooncakeException(ErrorCode.MALFORMED, "member \"" + key + "\" is missing");
    }
    return member;
  }

  private Object as(Type wanted, String key) {
    if (type != wanted) {
      throw new MooncakeException(
          ErrorCode.MALFORMED,
          (key.isEmpty() ? "a value" : "member \"" + key + "\"")
              + " is of type "
              + type.name().toLowerCase(java.util.Locale.ROOT)
              + ", not "
              + wanted.name().toLowerCase(java.util.Locale.ROOT));
    }
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Attributes that && type == that.type && value.equals(that.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  @Override
  public String toString() {
    return type == Type.TEXT ? "\"" + value + "\"" : value.toString();
  }
}

package io.mooncake4j.testkit;

import io.mooncake4j.spi.Attributes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * {@link Attributes} as one line of text, for the pipe between two test processes. The form is
 * private to the testkit: no engine speaks it. Stateless; safe from any thread.
 */
public final class AttributesText {
  private AttributesText() {}

  /**
   * Writes a tree.
   *
   * @param attributes the tree
   * @return letters, digits, {@code -} and {@code _}; never empty
   */
  public static String write(Attributes attributes) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      write(attributes, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param text one line
   * @return the tree
   * @throws IllegalArgumentException when it is no such text
   */
  public static Attributes read(String text) {
    byte[] bytes = Base64.getUrlDecoder().decode(text);
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      return read(in);
    } catch (IOException e) {
      throw new IllegalArgumentException("cut short: " + text, e);
    }
  }

  private static void write(Attributes node, DataOutputStream out) throws IOException {
    writeText(node.type().name(), out);
    switch (node.type()) {
      case TEXT -> writeText(node.asText(), out);
      case BOOLEAN -> out.writeBoolean(node.asBoolean());
      case INTEGER -> out.writeLong(node.asInteger());
      case LIST -> {
        out.writeInt(node.asList().size());
        for (Attributes element : node.asList()) {
          write(element, out);
        }
      }
      case MAP -> {
        out.writeInt(node.asMap().size());
        for (Map.Entry<String, Attributes> member : node.asMap().entrySet()) {
          writeText(member.getKey(), out);
          write(member.getValue(), out);
        }
      }
    }
  }

  private static void writeText(String text, DataOutputStream out) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static Attributes read(DataInputStream in) throws IOException {
    return switch (Attributes.Type.valueOf(readText(in))) {
      case TEXT -> Attributes.of(readText(in));
      case BOOLEAN -> Attributes.of(in.readBoolean());
      case INTEGER -> Attributes.of(in.readLong());
      case LIST -> readList(in);
      case MAP -> readMap(in);
    };
  }

  private static Attributes readList(DataInputStream in) throws IOException {
    List<Attributes> elements = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      elements.add(read(in));
    }
    return Attributes.of(elements);
  }

  private static Attributes readMap(DataInputStream in) throws IOException {
    Attributes.MapBuilder map = Attributes.map();
    for (int left = in.readInt(); left > 0; left--) {
      map.put(readText(in), read(in));
    }
    return map.build();
  }

  private static String readText(DataInputStream in) throws IOException {
    int length = in.readInt();
    byte[] bytes = in.readNBytes(length);
    if (bytes.length != length) {
      throw new IOException("text of " + length + " bytes is cut short");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}

package io.mooncake4j.cli.metadata;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.classic.JsonAttributes;
import io.mooncake4j.spi.Attributes;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Writes a record so that people can read it. */
final class PrettyJson {
  private PrettyJson() {}

  /** Indents JSON; anything else is returned as it is, but for control characters. */
  static String of(byte[] record) {
    try {
      Attributes document = JsonAttributes.read(record).orElse(null);
      if (document == null) {
        return "null";
      }
      StringBuilder out = new StringBuilder();
      write(out, document, "");
      return out.toString();
    } catch (MooncakeException e) {
      return TextTable.printable(new String(record, UTF_8));
    }
  }

  private static void write(StringBuilder out, Attributes node, String indent) {
    switch (node.type()) {
      case MAP -> writeMap(out, node.asMap(), indent);
      case LIST -> writeList(out, node.asList(), indent);
      default -> out.append(leaf(node));
    }
  }

  private static void writeMap(StringBuilder out, Map<String, Attributes> map, String indent) {
    String inner = indent + "  ";
    out.append('{');
    String separator = "\n";
    for (Map.Entry<String, Attributes> member : map.entrySet()) {
      out.append(separator).append(inner).append(leaf(Attributes.of(member.getKey()))).append(": ");
      write(out, member.getValue(), inner);
      separator = ",\n";
    }
    out.append(map.isEmpty() ? "}" : "\n" + indent + "}");
  }

  private static void writeList(StringBuilder out, List<Attributes> list, String indent) {
    String inner = indent + "  ";
    out.append('[');
    for (Iterator<Attributes> elements = list.iterator(); elements.hasNext(); ) {
      out.append('\n').append(inner);
      write(out, elements.next(), inner);
      out.append(elements.hasNext() ? "," : "");
    }
    out.append(list.isEmpty() ? "]" : "\n" + indent + "]");
  }

  private static String leaf(Attributes node) {
    return new String(JsonAttributes.write(node, false), UTF_8);
  }
}

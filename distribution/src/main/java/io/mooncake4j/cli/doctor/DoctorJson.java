package io.mooncake4j.cli.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Writes a report for programs: the members are those of {@link DoctorReport}. Stateless. */
final class DoctorJson {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private DoctorJson() {}

  /** Writes one JSON object. */
  static String of(DoctorReport report) {
    ObjectNode tree = MAPPER.createObjectNode();
    tree.put("canStart", report.canStart());
    tree.setAll((ObjectNode) MAPPER.valueToTree(report));
    try {
      return MAPPER.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree is always JSON", e);
    }
  }
}

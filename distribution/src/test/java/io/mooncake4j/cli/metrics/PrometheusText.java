package io.mooncake4j.cli.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the text format of Prometheus, version 0.0.4, and insists on its rules. */
final class PrometheusText {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
  private static final Pattern SAMPLE =
      Pattern.compile("(?<name>[^{ ]+)(\\{(?<labels>.*)})? (?<value>[^ ]+)");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\n]|\\\\[\\\\\"n])*)\",?");
  private static final Set<String> TYPES = Set.of("counter", "gauge", "histogram", "summary");

  private final Map<String, String> types = new HashMap<>();
  private final Set<String> helped = new HashSet<>();
  private final Set<String> ended = new HashSet<>();
  private final Map<String, Double> samples = new TreeMap<>();
  private String family = "";

  private PrometheusText() {}

  static PrometheusText parse(String text) {
    PrometheusText page = new PrometheusText();
    assertThat(text).endsWith("\n");
    for (String line : text.lines().toList()) {
      assertThat(line).isNotBlank();
      if (line.startsWith("# HELP ")) {
        page.help(line.split(" ", 4));
      } else if (line.startsWith("# TYPE ")) {
        page.type(line.split(" ", 4));
      } else {
        page.sample(line);
      }
    }
    page.checkHistograms();
    return page;
  }

  private void begin(String name) {
    assertThat(name).matches(NAME);
    if (!name.equals(family)) {
      assertThat(ended.add(name)).as("lines about %s stand together", name).isTrue();
      family = name;
    }
  }

  private void help(String[] words) {
    begin(words[2]);
    assertThat(words).as("words of the HELP of %s", family).hasSize(4);
    assertThat(helped.add(family)).as("one HELP of %s", family).isTrue();
  }

  private void type(String[] words) {
    begin(words[2]);
    assertThat(TYPES).contains(words[3]);
    assertThat(types.put(family, words[3])).as("one TYPE of %s", family).isNull();
  }

  private void sample(String line) {
    Matcher sample = SAMPLE.matcher(line);
    assertThat(sample.matches()).as("sample %s", line).isTrue();
    String name = sample.group("name");
    assertThat(name).matches(NAME);
    String type = types.get(family);
    assertThat(type).as("the TYPE of %s stands before it", name).isNotNull();
    assertThat(helped).as("families with HELP").contains(family);
    assertThat(name).isIn(members(type));
    List<String> labels = labels(sample.group("labels"));
    String key = name + labels;
    assertThat(samples.put(key, value(sample.group("value")))).as("one %s", key).isNull();
    if (type.equals("counter")) {
      assertThat(samples.get(key)).as(key).isNotNegative();
    }
  }

  private List<String> members(String type) {
    return switch (type) {
      case "histogram" -> List.of(family + "_bucket", family + "_sum", family + "_count");
      case "summary" -> List.of(family, family + "_sum", family + "_count");
      case "counter" -> List.of(family.endsWith("_total") ? family : family + "_total");
      default -> List.of(family);
    };
  }

  private static List<String> labels(String text) {
    List<String> labels = new ArrayList<>();
    if (text == null) {
      return labels;
    }
    Matcher label = LABEL.matcher(text);
    int end = 0;
    while (label.find()) {
      assertThat(label.start()).as("labels %s", text).isEqualTo(end);
      end = label.end();
      labels.add(label.group(1) + "=" + label.group(2));
    }
    assertThat(end).as("labels %s", text).isEqualTo(text.length());
    assertThat(labels).doesNotHaveDuplicates().isSorted();
    return labels;
  }

  private static double value(String text) {
    return text.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
  }

  private void checkHistograms() {
    types.forEach(
        (name, type) -> {
          if (type.equals("histogram")) {
            double all =
                samples.entrySet().stream()
                    .filter(it -> it.getKey().startsWith(name + "_bucket["))
                    .filter(it -> it.getKey().contains("le=+Inf"))
                    .mapToDouble(Map.Entry::getValue)
                    .sum();
            assertThat(sum(name + "_count")).as("%s_count", name).isEqualTo(all);
          }
        });
  }

  Set<String> families() {
    return types.keySet();
  }

  String type(String name) {
    return types.get(name);
  }

  /** The sum of all samples of a name, whatever their labels; fails when there is none. */
  double sum(String name) {
    List<Double> found =
        samples.entrySet().stream()
            .filter(it -> it.getKey().startsWith(name + "["))
            .map(Map.Entry::getValue)
            .toList();
    assertThat(found).as("samples of %s", name).isNotEmpty();
    return found.stream().mapToDouble(Double::doubleValue).sum();
  }

  /** One sample by its labels, each as {@code name=value}, in the order of their names. */
  double value(String name, String... labels) {
    assertThat(samples).containsKey(name + List.of(labels));
    return samples.get(name + List.of(labels));
  }
}

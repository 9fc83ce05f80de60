package io.mooncake4j.api.violation;

import com.fasterxml.jackson.databind.JsonNode;

/** Breaks a rule on purpose: an api type that shows a library. */
public interface NeedsJackson {
  JsonNode tree();
}

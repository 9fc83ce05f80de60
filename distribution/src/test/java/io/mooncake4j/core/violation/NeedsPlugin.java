package io.mooncake4j.core.violation;

import io.mooncake4j.plugins.violation.NeedsPf4j;

/** Breaks a rule on purpose: core that knows a plugin. */
public interface NeedsPlugin {
  NeedsPf4j plugin();
}

package io.mooncake4j.plugins.violation;

import org.pf4j.Plugin;

/** Breaks a rule on purpose: a plugin that knows pf4j. */
public final class NeedsPf4j extends Plugin {}

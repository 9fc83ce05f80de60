package io.mooncake4j.metadata.server.records;

/**
 * What became of a change, and why. Immutable.
 *
 * @param outcome what
 * @param reason of a refusal that has to be told; else empty
 */
public record Result(Outcome outcome, String reason) {}

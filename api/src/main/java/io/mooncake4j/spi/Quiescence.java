package io.mooncake4j.spi;

/** What a transport knows about peers' use of a withdrawn region. */
public enum Quiescence {
  /** No peer touches it any more. */
  QUIET,
  /** A peer still may; ask again. */
  BUSY,
  /** The transport cannot know; the engine keeps the memory for a grace period. */
  UNKNOWABLE
}

package io.mooncake4j.api;

/** The direction of a transfer, seen from the engine that submits it. */
public enum OpCode {
  /** Copies remote memory into local memory. */
  READ,
  /** Copies local memory into remote memory. */
  WRITE
}

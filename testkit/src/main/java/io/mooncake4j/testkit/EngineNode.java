package io.mooncake4j.testkit;

import io.mooncake4j.spi.Attributes;

/**
 * An engine as other test engines reach it: its document and its handshake service. The engine may
 * live in this process or in another one. Implementations are safe from any thread.
 */
public interface EngineNode {
  /**
   * Fetches the present document.
   *
   * @return the document
   * @throws io.mooncake4j.api.MooncakeException when the engine is gone
   */
  SegmentDocument document();

  /**
   * Calls the engine's handshake service, which routes to its transport.
   *
   * @param request the caller's attributes
   * @return the answer
   * @throws io.mooncake4j.api.MooncakeException when the engine is gone or the transport refuses
   */
  Attributes handshake(Attributes request);

  /**
   * Makes a node of a document that never changes and behind which no engine answers.
   *
   * @param document the document
   * @return the node; a handshake with it fails
   */
  static EngineNode of(SegmentDocument document) {
    return new EngineNode() {
      @Override
      public SegmentDocument document() {
        return document;
      }

      @Override
      public Attributes handshake(Attributes request) {
        throw new io.mooncake4j.api.MooncakeException(
            io.mooncake4j.api.ErrorCode.SOCKET,
            "no engine answers for " + document.segmentName() + ", which is a document only");
      }
    };
  }
}

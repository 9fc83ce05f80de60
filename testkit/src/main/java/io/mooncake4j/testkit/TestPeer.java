package io.mooncake4j.testkit;

import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.PeerDescriptor;

/** An open segment of another engine, with the copy of its document that was fetched last. */
public final class TestPeer implements Peer {
  private final EngineNode node;
  private final boolean self;
  private final String name;
  private SegmentDocument document;
  private long generation = 1;

  TestPeer(EngineNode node, boolean self) {
    this.node = node;
    this.self = self;
    this.document = node.document();
    this.name = document.segmentName();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean isSelf() {
    return self;
  }

  @Override
  public synchronized long generation() {
    return generation;
  }

  /**
   * Returns the document that was fetched last.
   *
   * @return the document, perhaps out of date
   */
  public synchronized SegmentDocument document() {
    return document;
  }

  /**
   * Fetches the document again; a different one raises the generation.
   *
   * @return the document
   */
  public SegmentDocument refresh() {
    SegmentDocument fetched = node.document();
    synchronized (this) {
      if (!fetched.equals(document)) {
        document = fetched;
        generation++;
      }
      return document;
    }
  }

  EngineNode node() {
    return node;
  }

  synchronized PeerDescriptor descriptor() {
    return new PeerDescriptor(
        generation,
        document.segmentName(),
        document.host(),
        document.classic(),
        document.extension(),
        document.fromJava());
  }

  @Override
  public String toString() {
    return "peer " + name;
  }
}

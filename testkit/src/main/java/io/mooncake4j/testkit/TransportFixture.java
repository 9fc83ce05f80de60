package io.mooncake4j.testkit;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.spi.RemoteEntry;
import io.mooncake4j.spi.TransportFeature;
import io.mooncake4j.spi.TransportProvider;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What {@link TransportContract} has to know about a transport: how to make it, its memory and its
 * peers, and what it claims beyond its description.
 *
 * <p>A fixture is made anew for each test; when peers run in a second process, it is also made
 * there and needs a constructor without parameters. It is used by one thread at a time.
 */
public abstract class TransportFixture implements AutoCloseable {
  /** For subclasses. */
  protected TransportFixture() {}

  /**
   * Returns the provider under test.
   *
   * @return the provider
   */
  public abstract TransportProvider provider();

  /**
   * Returns options for the transports of both sides; loopback addresses are set already.
   *
   * @return key to text, none by default
   */
  public Map<String, String> options() {
    return Map.of();
  }

  /**
   * Starts an engine in this process.
   *
   * @param name its segment name
   * @return the engine, owned by the caller
   */
  public TransportHarness startHarness(String name) {
    return TransportHarness.of(provider()).named(name).options(options()).start();
  }

  /**
   * Says whether peers are to run in a second process. Only for transports that reach other
   * processes.
   *
   * @return false by default
   */
  public boolean secondProcess() {
    return false;
  }

  /**
   * Starts a peer: by default an engine in this or, if {@link #secondProcess}, in a second process.
   *
   * @param name its segment name
   * @return the peer, owned by the caller
   */
  public Target startTarget(String name) {
    return secondProcess() ? ChildTarget.start(name, this) : startTargetHere(name);
  }

  /**
   * Starts a peer in this process, for tests that need two engines which act on each other.
   *
   * @param name its segment name
   * @return the peer, owned by the caller
   */
  public final HarnessTarget startTargetHere(String name) {
    return new HarnessTarget(startHarness(name), this);
  }

  /**
   * Makes memory that an engine can publish through the transport; by default host memory, in a
   * file of its own where the transport claims {@link TransportFeature#SHARED_MEMORY}.
   *
   * @param engine the engine that will register it
   * @param length bytes
   * @return the memory, which lives at least as long as the fixture
   */
  public TestMemory allocate(TransportHarness engine, long length) {
    return engine.description().has(TransportFeature.SHARED_MEMORY)
        ? TestMemory.allocateShared(length)
        : TestMemory.allocate(length);
  }

  /**
   * Maps an offset in a target's region to the transport's address space. By default: the region's
   * own address in the virtual space, else the entries one after the other.
   *
   * @param region a published region
   * @param offset bytes from its start
   * @return the remote address
   */
  public long remoteAddress(Target.Region region, long offset) {
    if (provider().describe().addressSpace() == AddressSpace.VIRTUAL) {
      return region.address() + offset;
    }
    long left = offset;
    for (RemoteEntry entry : region.entries()) {
      if (left < entry.length()) {
        return entry.address() + left;
      }
      left -= entry.length();
    }
    throw new IllegalArgumentException("no entry holds offset " + offset + " of the region");
  }

  /**
   * Says whether a range that a peer has never published, or published no longer, is refused. By
   * default only in the virtual space: transports without a server on the far side cannot know.
   *
   * @return the claim
   */
  public boolean refusesUnpublished() {
    return provider().describe().addressSpace() == AddressSpace.VIRTUAL;
  }

  /**
   * Returns the codes that a refused range may end with. A protocol without words for a refusal
   * says {@link ErrorCode#LINK_BROKEN}, and then cannot know whether a write lands.
   *
   * @return the peer's clear refusal by default
   */
  public Set<ErrorCode> refusalCodes() {
    return Set.of(ErrorCode.PEER_REJECTED_ADDRESS);
  }

  /**
   * Keeps a peer from answering until the result is closed. By default a second process is paused;
   * a peer in this process cannot be.
   *
   * @param target the peer
   * @return closing it releases the peer; empty when it cannot be stalled
   */
  public Optional<Stall> stall(Target target) {
    if (target instanceof ChildTarget child) {
      child.process().pause();
      return Optional.of(child.process()::resume);
    }
    return Optional.empty();
  }

  /** Frees what the fixture has made. */
  @Override
  public void close() {}

  /** A peer that does not answer. */
  @FunctionalInterface
  public interface Stall extends AutoCloseable {
    /** Lets the peer answer again. */
    @Override
    void close();
  }
}

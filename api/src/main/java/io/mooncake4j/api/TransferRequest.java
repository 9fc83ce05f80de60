package io.mooncake4j.api;

import java.time.Duration;
import java.util.Objects;

/**
 * One copy between registered local memory and a range of a segment.
 *
 * <p>Immutable, and reusable in any number of batches. Offsets and lengths are bytes.
 *
 * @param opcode the direction
 * @param local the local memory
 * @param localOffset offset of the first byte in {@code local}
 * @param segment the peer's segment
 * @param space what {@code targetOffset} counts from
 * @param targetOffset the first remote byte in {@code space}; unsigned
 * @param length bytes; 0 completes at once
 * @param idempotent whether a write may be sent again although the first try may still land later;
 *     say so only when no other bytes are written to the range until then
 * @param timeout the request's own deadline counted from submission, or null for the engine's
 * @param transport the name of the one transport to use, or null to let the engine choose
 */
public record TransferRequest(
    OpCode opcode,
    MemoryRegion local,
    long localOffset,
    Segment segment,
    AddressSpace space,
    long targetOffset,
    long length,
    boolean idempotent,
    Duration timeout,
    String transport) {

  /**
   * Checks the local range and the timeout.
   *
   * @throws MooncakeException with {@link ErrorCode#INVALID_ARGUMENT} when the local range leaves
   *     the region, or the timeout is not positive
   */
  public TransferRequest {
    Objects.requireNonNull(opcode, "opcode");
    Objects.requireNonNull(local, "local");
    Objects.requireNonNull(segment, "segment");
    Objects.requireNonNull(space, "space");
    if (localOffset < 0 || length < 0 || localOffset > local.length() - length) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT,
          "local range ["
              + localOffset
              + ", +"
              + length
              + ") leaves the region of "
              + local.length()
              + " bytes");
    }
    if (timeout != null && (timeout.isNegative() || timeout.isZero())) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT, "timeout " + timeout + " is not positive");
    }
  }

  /**
   * Reads from a remote buffer.
   *
   * @param local where the bytes go
   * @param localOffset offset in {@code local}
   * @param remote where they come from
   * @param remoteOffset offset in {@code remote}
   * @param length bytes
   * @return the request
   * @throws MooncakeException with {@link ErrorCode#INVALID_ARGUMENT} when a range leaves its
   *     memory
   */
  public static TransferRequest read(
      MemoryRegion local, long localOffset, RemoteBuffer remote, long remoteOffset, long length) {
    return of(OpCode.READ, local, localOffset, remote, remoteOffset, length);
  }

  /**
   * Writes to a remote buffer.
   *
   * @param local where the bytes come from
   * @param localOffset offset in {@code local}
   * @param remote where they go
   * @param remoteOffset offset in {@code remote}
   * @param length bytes
   * @return the request
   * @throws MooncakeException with {@link ErrorCode#INVALID_ARGUMENT} when a range leaves its
   *     memory
   */
  public static TransferRequest write(
      MemoryRegion local, long localOffset, RemoteBuffer remote, long remoteOffset, long length) {
    return of(OpCode.WRITE, local, localOffset, remote, remoteOffset, length);
  }

  /**
   * Makes a request for a raw target offset, as C++ Mooncake's callers do.
   *
   * @param opcode the direction
   * @param local the local memory
   * @param localOffset offset in {@code local}
   * @param segment the peer
   * @param space what {@code targetOffset} counts from
   * @param targetOffset the first remote byte; unsigned
   * @param length bytes
   * @return the request
   */
  public static TransferRequest raw(
      OpCode opcode,
      MemoryRegion local,
      long localOffset,
      Segment segment,
      AddressSpace space,
      long targetOffset,
      long length) {
    return new TransferRequest(
        opcode, local, localOffset, segment, space, targetOffset, length, false, null, null);
  }

  private static TransferRequest of(
      OpCode opcode,
      MemoryRegion local,
      long localOffset,
      RemoteBuffer remote,
      long remoteOffset,
      long length) {
    if (remoteOffset < 0 || length < 0 || remoteOffset > remote.length() - length) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT,
          "remote range [" + remoteOffset + ", +" + length + ") leaves " + remote);
    }
    return raw(
        opcode,
        local,
        localOffset,
        remote.segment(),
        remote.space(),
        remote.address() + remoteOffset,
        length);
  }

  /**
   * Returns the same request, which may be sent again although an earlier try may still land.
   *
   * @return a copy
   */
  public TransferRequest asIdempotent() {
    return new TransferRequest(
        opcode, local, localOffset, segment, space, targetOffset, length, true, timeout, transport);
  }

  /**
   * Returns the same request with a deadline of its own.
   *
   * @param limit counted from submission; positive
   * @return a copy
   */
  public TransferRequest within(Duration limit) {
    return new TransferRequest(
        opcode,
        local,
        localOffset,
        segment,
        space,
        targetOffset,
        length,
        idempotent,
        limit,
        transport);
  }

  /**
   * Returns the same request, to be carried by one transport only.
   *
   * @param name the transport's name
   * @return a copy
   */
  public TransferRequest via(String name) {
    return new TransferRequest(
        opcode,
        local,
        localOffset,
        segment,
        space,
        targetOffset,
        length,
        idempotent,
        timeout,
        Objects.requireNonNull(name, "name"));
  }
}

package io.mooncake4j.api;

/**
 * What went wrong, in one word that programs can act on.
 *
 * <p>Codes that C++ Mooncake knows carry its numbers: {@link #number()} is the negative value of
 * its integer functions, {@link #statusNumber()} the positive value of its {@code Status}
 * functions. A code that only mooncake4j knows has the number 0 in both. Immutable; safe from any
 * thread.
 */
public enum ErrorCode {
  /** An argument is out of range, of the wrong kind, or contradicts another. */
  INVALID_ARGUMENT(-1, 1, Remedy.FIX_CALL),
  /** A batch or a queue is full. */
  TOO_MANY_REQUESTS(-2, 2, Remedy.MORE_RESOURCES),
  /** An address range is not, or not wholly, inside one registered region. */
  ADDRESS_NOT_REGISTERED(-3, 3, Remedy.FIX_CALL),
  /** A batch still has transfers in flight. */
  BATCH_BUSY(-4, 4, Remedy.FIX_CALL),
  /** No usable device of the kind that was asked for. */
  DEVICE_NOT_FOUND(-6, 6, Remedy.UNSUPPORTED),
  /** A region overlaps one that is registered already. */
  ADDRESS_OVERLAPPED(-7, 7, Remedy.FIX_CALL),
  /** No installed transport can reach the target, or the named one is not installed. */
  UNSUPPORTED_TRANSPORT(0, 8, Remedy.UNSUPPORTED),
  /** A host name does not resolve. */
  DNS(-101, 101, Remedy.FIX_CALL),
  /** A socket could not be opened, bound, connected, read or written. */
  SOCKET(-102, 102, Remedy.RETRY),
  /** A document or a frame is malformed or has members of the wrong type. */
  MALFORMED(-103, 103, Remedy.OTHER_PEER),
  /** A peer answered a handshake with a refusal. */
  REJECTED_HANDSHAKE(-104, 104, Remedy.OTHER_PEER),
  /** The metadata store or a peer's metadata service failed or lacks the record. */
  METADATA(-200, 200, Remedy.RETRY),
  /** An endpoint to a peer could not be set up. */
  ENDPOINT(-201, 201, Remedy.RETRY),
  /** A device context could not be set up. */
  CONTEXT(-202, 202, Remedy.MORE_RESOURCES),
  /** A NUMA operation failed. */
  NUMA(-300, 300, Remedy.UNSUPPORTED),
  /** A clock operation failed. */
  CLOCK(-301, 301, Remedy.BUG),
  /** Memory could not be allocated, mapped, pinned or copied. */
  MEMORY(-302, 302, Remedy.MORE_RESOURCES),
  /** The operation exists but this implementation does not offer it. */
  NOT_IMPLEMENTED(-303, 999, Remedy.UNSUPPORTED),

  /** The deadline passed first. */
  TIMEOUT(0, 0, Remedy.RETRY),
  /** The caller cancelled it. */
  CANCELED(0, 0, Remedy.FIX_CALL),
  /** The engine, the region, the segment or the batch is closed. */
  CLOSED(0, 0, Remedy.FIX_CALL),
  /** The peer says that the target range is not registered there. */
  PEER_REJECTED_ADDRESS(0, 0, Remedy.FIX_CALL),
  /** The link to the peer broke before the transfer was confirmed. */
  LINK_BROKEN(0, 0, Remedy.RETRY),
  /** A limit that the message names would be exceeded. */
  LIMIT_EXCEEDED(0, 0, Remedy.MORE_RESOURCES),
  /** Another live engine owns the name. */
  NAME_TAKEN(0, 0, Remedy.FIX_CALL),
  /** A region is still used by transfers or peers. */
  REGION_BUSY(0, 0, Remedy.RETRY),
  /** A plugin is missing, broken, or made for another SPI version. */
  PLUGIN(0, 0, Remedy.UNSUPPORTED),
  /** A configuration option is unknown or has a value that is not valid. */
  OPTION(0, 0, Remedy.FIX_CALL),
  /** Something that should never happen; please report it. */
  INTERNAL(0, 0, Remedy.BUG);

  /** Who can do something about an error, and what. */
  public enum Remedy {
    /** The caller passed something wrong; the same call fails again. */
    FIX_CALL,
    /** The same call may succeed later. */
    RETRY,
    /** Another peer may succeed; this one misbehaves or refuses. */
    OTHER_PEER,
    /** Memory, queue space, limits or permissions have to grow first. */
    MORE_RESOURCES,
    /** This build, host or peer cannot do it. */
    UNSUPPORTED,
    /** A defect in mooncake4j or in a plugin. */
    BUG
  }

  private final int number;
  private final int statusNumber;
  private final Remedy remedy;

  ErrorCode(int number, int statusNumber, Remedy remedy) {
    this.number = number;
    this.statusNumber = statusNumber;
    this.remedy = remedy;
  }

  /**
   * Returns C++ Mooncake's negative number for this error.
   *
   * @return the number, or 0 where C++ has none
   */
  public int number() {
    return number;
  }

  /**
   * Returns the number of C++ Mooncake's {@code Status} for this error.
   *
   * @return the number, or 0 where C++ has none
   */
  public int statusNumber() {
    return statusNumber;
  }

  /**
   * Returns the class of remedy.
   *
   * @return who can do something about it
   */
  public Remedy remedy() {
    return remedy;
  }
}

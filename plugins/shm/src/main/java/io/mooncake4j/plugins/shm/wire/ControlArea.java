package io.mooncake4j.plugins.shm.wire;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The memory in which an engine says which of its regions may be touched, and peers say which they
 * are touching.
 *
 * <p>Words are 8 bytes, aligned, in the host's byte order. Three parts:
 *
 * <ul>
 *   <li>A header of {@value #HEADER_BYTES} bytes: magic, version, token, the owner's {@linkplain
 *       ProcessIdentity identity}, how many records and slots follow.
 *   <li>Region records of {@value #RECORD_BYTES} bytes. The first word is the region's key, which
 *       no other region of this area ever has, or 0 when the record means nothing.
 *   <li>Peer slots of {@value #SLOT_BYTES} bytes: the identity of the initiator that has taken it,
 *       or 0, and on cache lines of their own {@value #LANES} lanes, each the key of the region
 *       that a thread of this initiator is inside of, or 0.
 * </ul>
 *
 * <p>The agreement: an initiator puts the key into a lane, then looks whether the record still has
 * it, and only then touches the region; it empties the lane when it is out again. The owner takes
 * the key out of the record, then waits until no lane has it. As both use sequentially consistent
 * accesses, a thread is either seen in its lane or sees that it must stay out.
 *
 * <p>Indices are checked by whoever reads them from a peer. Safe from any thread.
 */
public final class ControlArea {
  /** Bytes of the header. */
  public static final int HEADER_BYTES = 128;

  /** Bytes of a region's record. */
  public static final int RECORD_BYTES = 64;

  /** Bytes of an initiator's slot. */
  public static final int SLOT_BYTES = 1024;

  /** How many threads of one initiator can be inside of regions at a time. */
  public static final int LANES = SLOT_BYTES / 64 - 1;

  private static final long MAGIC = 0x314D_4853_4A34_434DL;
  private static final long VERSION = 1;
  private static final int MAX_RECORDS = 1 << 20;
  private static final int MAX_SLOTS = 1 << 16;
  private static final int LINE_BYTES = 64;

  private static final int AT_MAGIC = 0;
  private static final int AT_VERSION = 8;
  private static final int AT_TOKEN_HIGH = 16;
  private static final int AT_TOKEN_LOW = 24;
  private static final int AT_OWNER = 32;
  private static final int AT_RECORDS = 40;
  private static final int AT_SLOTS = 48;

  private static final int AT_KEY = 0;
  private static final int AT_ADDRESS = 8;
  private static final int AT_LENGTH = 16;
  private static final int AT_DESCRIPTOR = 24;
  private static final int AT_OFFSET = 32;

  private static final VarHandle WORD =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final ByteBuffer memory;
  private final int records;
  private final int slots;

  private ControlArea(ByteBuffer memory, int records, int slots) {
    this.memory = memory;
    this.records = records;
    this.slots = slots;
  }

  /**
   * Returns how long an area is.
   *
   * @param records how many regions it has room for
   * @param slots how many initiators it has room for
   * @return bytes
   */
  public static int length(int records, int slots) {
    return HEADER_BYTES + records * RECORD_BYTES + slots * SLOT_BYTES;
  }

  /**
   * Writes the header of an area.
   *
   * @param memory direct, aligned to a cache line, zero, at least {@link #length} long
   * @param token what peers are told to know it by
   * @param owner this process
   * @param records how many regions it has room for
   * @param slots how many initiators it has room for
   * @return the area
   */
  public static ControlArea format(
      ByteBuffer memory, Token token, ProcessIdentity owner, int records, int slots) {
    ControlArea area = new ControlArea(memory, records, slots);
    area.set(AT_VERSION, VERSION);
    area.set(AT_TOKEN_HIGH, token.high());
    area.set(AT_TOKEN_LOW, token.low());
    area.set(AT_OWNER, owner.packed());
    area.set(AT_RECORDS, records);
    area.set(AT_SLOTS, slots);
    area.set(AT_MAGIC, MAGIC);
    return area;
  }

  /**
   * Reads the header of a peer's area and believes none of it before it has been checked.
   *
   * @param memory the whole file, direct and aligned to a cache line
   * @param token what the peer has told
   * @param owner the peer's process
   * @return the area
   * @throws MooncakeException with {@link ErrorCode#MALFORMED} when it is not the peer's area
   */
  public static ControlArea open(ByteBuffer memory, Token token, ProcessIdentity owner) {
    if (memory.capacity() < HEADER_BYTES) {
      throw malformed("it has " + memory.capacity() + " bytes, less than a header");
    }
    ControlArea header = new ControlArea(memory, 0, 0);
    if (header.get(AT_MAGIC) != MAGIC) {
      throw malformed("it does not begin with the magic number");
    }
    if (header.get(AT_VERSION) != VERSION) {
      throw malformed("its layout has version " + header.get(AT_VERSION) + ", not " + VERSION);
    }
    boolean theirs =
        header.get(AT_TOKEN_HIGH) == token.high()
            && header.get(AT_TOKEN_LOW) == token.low()
            && header.get(AT_OWNER) == owner.packed();
    if (!theirs) {
      throw malformed("it belongs to another engine than the one that was asked for");
    }
    long records = header.get(AT_RECORDS);
    long slots = header.get(AT_SLOTS);
    boolean fits =
        records >= 0
            && records <= MAX_RECORDS
            && slots >= 0
            && slots <= MAX_SLOTS
            && length((int) records, (int) slots) <= memory.capacity();
    if (!fits) {
      throw malformed(
          records + " records and " + slots + " slots are not in " + memory.capacity() + " bytes");
    }
    return new ControlArea(memory, (int) records, (int) slots);
  }

  private static MooncakeException malformed(String why) {
    return new MooncakeException(
        ErrorCode.MALFORMED, "the file of the peer's control area is not usable: " + why);
  }

  /**
   * Returns how many regions it has room for.
   *
   * @return the number of records
   */
  public int records() {
    return records;
  }

  /**
   * Returns how many initiators it has room for.
   *
   * @return the number of slots
   */
  public int slots() {
    return slots;
  }

  /**
   * Fills a record; its key comes last, so that a peer that sees the key sees the rest.
   *
   * @param index a record without a key
   * @param record what it is to say
   */
  public void publish(int index, RegionRecord record) {
    int at = record(index);
    set(at + AT_ADDRESS, record.address());
    set(at + AT_LENGTH, record.length());
    set(at + AT_DESCRIPTOR, record.descriptor());
    set(at + AT_OFFSET, record.offset());
    set(at + AT_KEY, record.key());
  }

  /**
   * Takes the key out of a record.
   *
   * @param index the record
   */
  public void revoke(int index) {
    set(record(index) + AT_KEY, 0);
  }

  /**
   * Says whether a region may still be touched.
   *
   * @param index its record
   * @param key its key
   * @return false once it is revoked
   */
  public boolean isValid(int index, long key) {
    return get(record(index) + AT_KEY) == key;
  }

  /**
   * Reads a record.
   *
   * @param index from 0 to {@link #records()}, not included
   * @param key the key that it must have
   * @return what it says, unchecked; null when the region has been revoked
   */
  public RegionRecord read(int index, long key) {
    int at = record(index);
    if (get(at + AT_KEY) != key) {
      return null;
    }
    RegionRecord record =
        new RegionRecord(
            key,
            get(at + AT_ADDRESS),
            get(at + AT_LENGTH),
            get(at + AT_DESCRIPTOR),
            get(at + AT_OFFSET));
    // The record may have been filled anew in the meantime.
    return get(at + AT_KEY) == key ? record : null;
  }

  /**
   * Takes a free slot.
   *
   * @param initiator who takes it
   * @return its index, or -1 when none is free
   */
  public int claim(ProcessIdentity initiator) {
    for (int slot = 0; slot < slots; slot++) {
      if (WORD.compareAndSet(memory, slot(slot), 0L, initiator.packed())) {
        return slot;
      }
    }
    return -1;
  }

  /**
   * Gives a slot back. For the initiator when none of its threads is in a lane any more, and for
   * the owner when the initiator's process has ended.
   *
   * @param slot the slot
   * @param holder what {@link #holder} returns for who has it
   */
  public void free(int slot, long holder) {
    if (holder(slot) == holder) {
      for (int lane = 0; lane < LANES; lane++) {
        set(lane(slot, lane), 0);
      }
      WORD.compareAndSet(memory, slot(slot), holder, 0L);
    }
  }

  /**
   * Returns who has a slot.
   *
   * @param slot the slot
   * @return a {@linkplain ProcessIdentity#packed packed} identity, or 0 when it is free; as a peer
   *     has written it
   */
  public long holder(int slot) {
    return get(slot(slot));
  }

  /**
   * Puts a key into an empty lane.
   *
   * @param slot the initiator's slot
   * @param key the region's key
   * @param preferred the lane to try first
   * @return the lane, or -1 when all are in use
   */
  public int enter(int slot, long key, int preferred) {
    for (int i = 0; i < LANES; i++) {
      int lane = (preferred + i) % LANES;
      if (WORD.compareAndSet(memory, lane(slot, lane), 0L, key)) {
        return lane;
      }
    }
    return -1;
  }

  /**
   * Empties a lane: everything that was done to the region is done.
   *
   * @param slot the initiator's slot
   * @param lane the lane
   */
  public void leave(int slot, int lane) {
    WORD.setRelease(memory, lane(slot, lane), 0L);
  }

  /**
   * Returns the region that a lane's thread is inside of.
   *
   * @param slot the slot
   * @param lane from 0 to {@link #LANES}, not included
   * @return its key, or 0
   */
  public long inside(int slot, int lane) {
    return get(lane(slot, lane));
  }

  private static int record(int index) {
    return HEADER_BYTES + index * RECORD_BYTES;
  }

  private int slot(int index) {
    return HEADER_BYTES + records * RECORD_BYTES + index * SLOT_BYTES;
  }

  private int lane(int slot, int lane) {
    return slot(slot) + (lane + 1) * LINE_BYTES;
  }

  private long get(int at) {
    return (long) WORD.getVolatile(memory, at);
  }

  private void set(int at, long value) {
    WORD.setVolatile(memory, at, value);
  }
}

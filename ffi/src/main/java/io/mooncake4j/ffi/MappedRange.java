package io.mooncake4j.ffi;

/**
 * Mapped addresses and the file behind them; running it unmaps the one and closes the other.
 *
 * @param address of the first byte
 * @param length bytes, whole pages
 * @param backing closed with the range
 */
record MappedRange(long address, long length, Backing backing) implements Runnable {
  private static final int MAP_FIXED = 0x10;
  private static final int PROT_NONE = 0;
  private static final int MAP_NORESERVE = 0x4000;

  /** Maps anywhere. The range owns the backing when this returns, the caller if it throws. */
  static MappedRange map(long length, Backing backing) {
    return new MappedRange(
        mmap(0, length, backing.protection(), backing.flags(), backing), length, backing);
  }

  /**
   * Maps at a multiple of an alignment: reserves more than asked, gives back what lies before and
   * after the aligned part and maps over that.
   */
  static MappedRange mapAligned(long length, long alignment, Backing backing) {
    Backing nothing = Backing.anonymous(false);
    long wideLength = roundUp(length, alignment) + alignment;
    int reserving = nothing.flags() | MAP_NORESERVE;
    MappedRange wide =
        new MappedRange(mmap(0, wideLength, PROT_NONE, reserving, nothing), wideLength, nothing);
    long start = roundUp(wide.address, alignment);
    long end = start + length;
    MappedRange left = wide;
    try {
      new MappedRange(wide.address, start - wide.address, nothing).run();
      left = new MappedRange(start, wide.address + wideLength - start, nothing);
      new MappedRange(end, wide.address + wideLength - end, nothing).run();
      left = new MappedRange(start, length, nothing);
      mmap(start, length, backing.protection(), backing.flags() | MAP_FIXED, backing);
    } catch (NativeCallException e) {
      // Only what is still ours: another thread may have mapped the part that is gone.
      left.run();
      throw e;
    }
    return new MappedRange(start, length, backing);
  }

  private static long mmap(long at, long length, int protection, int flags, Backing backing) {
    long address = LibC.mmap(at, length, protection, flags, backing.file(), backing.offset());
    if (address < 0) {
      throw new NativeCallException(
          "mmap", new Errno((int) -address), "length " + length + backing.what());
    }
    return address;
  }

  static long roundUp(long bytes, long pageSize) {
    if (bytes > Long.MAX_VALUE - pageSize) {
      throw new IllegalArgumentException(bytes + " bytes are beyond any address space");
    }
    return (bytes + pageSize - 1) / pageSize * pageSize;
  }

  /** Returns the same addresses without their file, which the caller closes. */
  MappedRange withoutFile() {
    return new MappedRange(address, length, Backing.anonymous(false));
  }

  @Override
  public void run() {
    if (length == 0) {
      return;
    }
    int result = LibC.munmap(address, length);
    backing.close();
    if (result < 0) {
      throw new NativeCallException(
          "munmap",
          new Errno(-result),
          "address 0x" + Long.toHexString(address) + ", length " + length);
    }
  }
}

package io.mooncake4j.plugins.tcp;

import io.mooncake4j.spi.LocalRegion;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * One thread's own views of registered memory, so that steady traffic allocates none.
 *
 * <p>For one thread, except {@link #forget} and {@link #clear}, which may come from any: entries
 * are immutable in what the race could show, and dropping one costs only a new view.
 */
final class WindowCache {
  private static final int ENTRIES = 64;

  /** The views of one window; those handed out since the last {@link #recycle} are in use. */
  private static final class Entry {
    final long regionId;
    final int index;
    final long start;
    final ByteBuffer window;
    private ByteBuffer[] views = new ByteBuffer[4];
    private int used;
    private long round;

    Entry(LocalRegion region, int index) {
      this.regionId = region.id();
      this.index = index;
      this.start = region.windowStart(index);
      this.window = region.window(index);
    }

    ByteBuffer next(long currentRound) {
      if (round != currentRound) {
        round = currentRound;
        used = 0;
      }
      if (used == views.length) {
        views = Arrays.copyOf(views, used * 2);
      }
      ByteBuffer view = views[used];
      if (view == null) {
        view = window.duplicate();
        views[used] = view;
      }
      used++;
      return view;
    }
  }

  private final Entry[] entries = new Entry[ENTRIES];
  private long round;

  /**
   * Returns a view whose position and limit enclose a range of at most {@link
   * LocalRegion#MAX_WINDOW_RANGE} bytes. It is the caller's until the next {@link #recycle}.
   */
  ByteBuffer view(LocalRegion region, long offset, int length) {
    Entry entry = entry(region, region.windowIndex(offset));
    int position = (int) (offset - entry.start);
    return entry.next(round).limit(position + length).position(position);
  }

  /** Copies bytes into a region; {@code from}'s position moves. */
  void store(LocalRegion region, long offset, ByteBuffer from, int length) {
    Entry entry = entry(region, region.windowIndex(offset));
    entry.window.put((int) (offset - entry.start), from, from.position(), length);
    from.position(from.position() + length);
  }

  private Entry entry(LocalRegion region, int index) {
    int at = (int) ((region.id() * 31 + index) & (ENTRIES - 1));
    Entry entry = entries[at];
    if (entry == null || entry.regionId != region.id() || entry.index != index) {
      entry = new Entry(region, index);
      entries[at] = entry;
    }
    return entry;
  }

  /** Takes all views back. */
  void recycle() {
    round++;
  }

  /** Lets go of a region that is being given back. */
  void forget(long regionId) {
    for (int i = 0; i < ENTRIES; i++) {
      Entry entry = entries[i];
      if (entry != null && entry.regionId == regionId) {
        entries[i] = null;
      }
    }
  }

  /** Lets go of all regions. */
  void clear() {
    Arrays.fill(entries, null);
  }
}

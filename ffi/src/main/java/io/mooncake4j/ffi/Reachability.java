package io.mooncake4j.ffi;

import java.lang.ref.Cleaner;

/** Ties lifetimes together by reachability. */
final class Reachability {
  /**
   * One for all native memory. Its thread is the JDK's own: it carries neither a caller's context
   * class loader nor its protection domains, so a copy of this package loaded by a plugin can go.
   */
  static final Cleaner CLEANER = Cleaner.create();

  private Reachability() {}

  /**
   * Keeps an owner strongly reachable for as long as a holder is.
   *
   * @param holder must not be reachable from the owner, or neither is ever collected
   */
  static void hold(Object holder, Object owner) {
    CLEANER.register(holder, new Hold(owner));
  }

  /** The cleaner references its actions strongly until they have run: that is the hold. */
  private static final class Hold implements Runnable {
    private volatile Object owner;

    Hold(Object owner) {
      this.owner = owner;
    }

    @Override
    public void run() {
      owner = null;
    }

    @Override
    public String toString() {
      return "holds " + owner;
    }
  }
}

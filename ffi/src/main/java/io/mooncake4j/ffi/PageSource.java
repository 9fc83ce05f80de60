package io.mooncake4j.ffi;

/** What new pages are made of: anonymous memory, or a file in memory that others can map too. */
interface PageSource {
  /** Private memory without a file. */
  PageSource ANONYMOUS = (length, explicitHuge) -> Backing.anonymous(explicitHuge);

  /** Says where the setting of transparent huge pages was read, for messages. */
  default String where() {
    return "in this kernel";
  }

  /** Returns the kernel's word on transparent huge pages of this kind, such as {@code madvise}. */
  default String transparentSetting() {
    return PageSizes.transparentSetting().orElse("never");
  }

  /**
   * Makes what is to be mapped.
   *
   * @param length bytes, whole pages
   * @param explicitHuge whether from the pool of explicit huge pages
   * @throws NativeCallException if it is refused; then nothing is left behind
   */
  Backing prepare(long length, boolean explicitHuge);
}

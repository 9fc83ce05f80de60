package io.mooncake4j.ffi;

import java.util.Objects;

/**
 * The pages that a mapping got.
 *
 * @param kind what was granted
 * @param pageSize size in bytes of the pages of that kind
 * @param cause why it is not what was asked for, in words; empty when it is
 */
public record GrantedPages(PageKind kind, long pageSize, String cause) {
  public GrantedPages {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(cause, "cause");
  }
}

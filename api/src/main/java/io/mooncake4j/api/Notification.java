package io.mooncake4j.api;

import java.util.Objects;

/**
 * A short message from engine to engine.
 *
 * @param name what it is about, free text
 * @param message the text, not empty (an empty one means "rejected" on the wire)
 */
public record Notification(String name, String message) {
  /**
   * Checks the parts.
   *
   * @throws MooncakeException with {@link ErrorCode#INVALID_ARGUMENT} when the message is empty
   */
  public Notification {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(message, "message");
    if (message.isEmpty()) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT, "a notification needs a message that is not empty");
    }
  }
}

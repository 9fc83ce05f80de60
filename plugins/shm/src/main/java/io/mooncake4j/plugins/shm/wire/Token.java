package io.mooncake4j.plugins.shm.wire;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * 128 random bits by which a control area is known from any other file that a process number and a
 * descriptor may stand for later. No secret: permissions are the kernel's affair.
 *
 * @param high the upper half
 * @param low the lower half
 */
public record Token(long high, long low) {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int DIGITS = 32;

  /**
   * Makes a token.
   *
   * @return a random one
   */
  public static Token random() {
    return new Token(RANDOM.nextLong(), RANDOM.nextLong());
  }

  /**
   * Reads a token.
   *
   * @param text 32 hexadecimal digits
   * @return the token
   * @throws MooncakeException with {@link ErrorCode#MALFORMED} when it is something else
   */
  public static Token parse(String text) {
    try {
      if (text.length() == DIGITS) {
        int half = DIGITS / 2;
        return new Token(
            HexFormat.fromHexDigitsToLong(text, 0, half),
            HexFormat.fromHexDigitsToLong(text, half, DIGITS));
      }
    } catch (IllegalArgumentException e) {
      throw new MooncakeException(
          ErrorCode.MALFORMED, "member \"token\" is not hexadecimal: " + e.getMessage(), e);
    }
    throw new MooncakeException(
        ErrorCode.MALFORMED,
        "member \"token\" has " + text.length() + " characters, not " + DIGITS);
  }

  /**
   * Returns the token as text.
   *
   * @return 32 hexadecimal digits
   */
  public String text() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(high) + hex.toHexDigits(low);
  }
}

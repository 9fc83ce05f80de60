package io.mooncake4j.testkit.sim;

import io.mooncake4j.api.OpCode;
import java.util.function.Predicate;

/**
 * What a fault rule may look at before it strikes.
 *
 * @param transport the provider's name, such as {@code sim-virtual}
 * @param from the segment name of the engine that submitted the slice
 * @param to the name under which it opened the far side
 * @param opcode the direction
 * @param remoteAddress the first remote byte
 * @param length bytes
 */
public record SimulatedCopy(
    String transport, String from, String to, OpCode opcode, long remoteAddress, long length) {
  /**
   * Matches every slice.
   *
   * @return the match; combine matches with {@link Predicate#and}
   */
  public static Predicate<SimulatedCopy> any() {
    return copy -> true;
  }

  /**
   * Matches reads.
   *
   * @return the match
   */
  public static Predicate<SimulatedCopy> reads() {
    return copy -> copy.opcode == OpCode.READ;
  }

  /**
   * Matches writes.
   *
   * @return the match
   */
  public static Predicate<SimulatedCopy> writes() {
    return copy -> copy.opcode == OpCode.WRITE;
  }

  /**
   * Matches slices of one transport.
   *
   * @param provider its name
   * @return the match
   */
  public static Predicate<SimulatedCopy> over(String provider) {
    return copy -> copy.transport.equals(provider);
  }
}

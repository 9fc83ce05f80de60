package io.mooncake4j.core.records;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.classic.ClassicDescriptor;
import io.mooncake4j.core.classic.ClassicDescriptorCodec;
import io.mooncake4j.core.classic.HandshakeMessages;
import io.mooncake4j.core.classic.HostPort;
import io.mooncake4j.core.classic.JsonAttributes;
import io.mooncake4j.core.classic.PlainText;
import io.mooncake4j.core.classic.RpcMeta;
import io.mooncake4j.core.handshake.HandshakeClient;
import io.mooncake4j.core.handshake.HandshakeType;
import io.mooncake4j.core.handshake.NoReplyException;
import io.mooncake4j.spi.Attributes;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds out whether the engine that wrote a record is still there.
 *
 * <p>Handshake ports are used again, so an engine that answers may be another one than the owner:
 * it is asked for its descriptor. C++ engines do not tell theirs when they use a metadata store;
 * they count as the owner. Safe from any thread.
 */
public final class OwnerProbe {
  /** What is known of an owner. */
  public enum State {
    /** It answers, or at least accepts connections. */
    ALIVE,
    /** Nobody answers there, or somebody else does. */
    DEAD,
    /**
     * It cannot be told: its host has no name any more or is out of reach, or its address cannot be
     * read.
     */
    UNKNOWN
  }

  /**
   * What the probe has found.
   *
   * @param state the answer
   * @param words why, for people
   */
  public record Verdict(State state, String words) {
    /** Checks that nothing is null, and takes the tricks of others out of the words. */
    public Verdict {
      Objects.requireNonNull(state, "state");
      words = PlainText.of(Objects.requireNonNull(words, "words"));
    }
  }

  private final HandshakeClient client;
  private final Duration timeout;
  private final Predicate<ClassicDescriptor> isSelf;

  /**
   * Makes a probe.
   *
   * @param client reaches the owners
   * @param timeout how long each of two questions may take
   * @param isSelf whether a descriptor is the asking engine's own, which makes the record one of an
   *     earlier life
   */
  public OwnerProbe(HandshakeClient client, Duration timeout, Predicate<ClassicDescriptor> isSelf) {
    this.client = client;
    this.timeout = timeout;
    this.isSelf = isSelf;
  }

  /**
   * Judges the owner of a name by its record.
   *
   * @param name the name
   * @param record as the store holds it
   * @return unknown also when the record cannot be read, which proves nothing about the engine
   * @throws MooncakeException with {@link ErrorCode#CANCELED} and {@link ErrorCode#CLOSED}
   */
  public Verdict judge(String name, byte[] record) {
    RpcMeta address;
    try {
      address = RpcMeta.decode(name, record);
    } catch (MooncakeException e) {
      return new Verdict(State.UNKNOWN, e.getMessage());
    }
    return judge(name, address);
  }

  /**
   * Judges the owner of a name by its address.
   *
   * @param name the name
   * @param address where it answers
   * @return the verdict
   * @throws MooncakeException with {@link ErrorCode#CANCELED} and {@link ErrorCode#CLOSED}
   */
  public Verdict judge(String name, RpcMeta address) {
    try {
      byte[] probe = JsonAttributes.write(HandshakeMessages.probe(), true);
      client.exchange(address.host(), address.port(), HandshakeType.PROBE, probe, timeout);
    } catch (MooncakeException e) {
      if (e.code() == ErrorCode.CANCELED || e.code() == ErrorCode.CLOSED) {
        throw e;
      }
      if (e.getCause() instanceof NoReplyException) {
        // A process that is stopped, or pauses for long, still has its port, and its memory.
        return new Verdict(
            State.ALIVE,
            "an engine at "
                + text(address)
                + " accepts connections but does not answer within "
                + timeout.toMillis()
                + " ms");
      }
      return new Verdict(isRefused(e) ? State.DEAD : State.UNKNOWN, e.getMessage());
    }
    return judgeAnswering(name, address);
  }

  private Verdict judgeAnswering(String name, RpcMeta address) {
    String at = "the engine at " + text(address);
    ClassicDescriptor found;
    try {
      byte[] nothing = JsonAttributes.write(Attributes.emptyMap(), true);
      found =
          ClassicDescriptorCodec.decode(
              name,
              client.exchange(
                  address.host(), address.port(), HandshakeType.METADATA, nothing, timeout));
    } catch (MooncakeException e) {
      if (e.code() == ErrorCode.CANCELED || e.code() == ErrorCode.CLOSED) {
        throw e;
      }
      return new Verdict(State.ALIVE, at + " answers but does not tell its name");
    }
    if (isSelf.test(found)) {
      return new Verdict(State.DEAD, "the address " + text(address) + " is this engine's by now");
    }
    if (!found.name().isEmpty() && !found.name().equals(name)) {
      return new Verdict(State.DEAD, at + " is another one, " + found.name());
    }
    return new Verdict(State.ALIVE, at + " answers");
  }

  /**
   * Whether every address of the host says that nobody listens. That there is no way to a host says
   * nothing: firewalls answer so for engines that live.
   */
  static boolean isRefused(MooncakeException e) {
    return e.code() == ErrorCode.SOCKET
        && e.getCause() != null
        && Stream.concat(Stream.of(e.getCause()), Stream.of(e.getSuppressed()))
            .allMatch(ConnectException.class::isInstance);
  }

  static String text(RpcMeta address) {
    return PlainText.of(new HostPort(address.host(), address.port()).format());
  }
}

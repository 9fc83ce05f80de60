package io.mooncake4j.plugins.shm;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.plugins.shm.wire.ProcessIdentity;
import io.mooncake4j.plugins.shm.wire.Token;
import io.mooncake4j.spi.Attributes;
import java.util.Optional;

/**
 * Where an engine's control area is: what it advertises to peers.
 *
 * @param host the engine's host and process
 * @param descriptor the process's descriptor of the control area's file
 * @param token how to know the control area
 */
record ShmAddress(Host host, int descriptor, Token token) {
  /** The members to advertise. */
  Attributes attributes() {
    return Attributes.map()
        .put("boot_id", host.bootId())
        .put("pid_namespace", host.pidNamespace())
        .put("uid", host.uid())
        .put("pid", host.process().pid())
        .put("start", host.process().start())
        .put("descriptor", descriptor)
        .put("token", token.text())
        .build();
  }

  /**
   * Reads what a peer advertises.
   *
   * @throws MooncakeException with {@link ErrorCode#MALFORMED} when it is not that
   */
  static ShmAddress of(Attributes members) {
    long pid = members.integer("pid");
    long descriptor = members.integer("descriptor");
    if (descriptor < 0 || descriptor > Integer.MAX_VALUE) {
      throw malformed("descriptor", descriptor);
    }
    ProcessIdentity process;
    try {
      process = new ProcessIdentity(pid, members.integer("start"));
    } catch (IllegalArgumentException e) {
      throw malformed("pid", pid);
    }
    Host host =
        new Host(
            members.text("boot_id"),
            members.text("pid_namespace"),
            members.integer("uid"),
            process);
    return new ShmAddress(host, (int) descriptor, Token.parse(members.text("token")));
  }

  private static MooncakeException malformed(String member, long value) {
    return new MooncakeException(
        ErrorCode.MALFORMED, "member \"" + member + "\" is " + value + ", which is none");
  }

  /** Why memory cannot be shared with it, by what it says; empty when it can. */
  Optional<String> obstacle(Host here) {
    if (!host.bootId().equals(here.bootId())) {
      return Optional.of("it is on another host");
    }
    if (!host.pidNamespace().equals(here.pidNamespace())) {
      return Optional.of(
          "it is in "
              + host.pidNamespace()
              + " and this process in "
              + here.pidNamespace()
              + "; let the containers share a pid namespace");
    }
    if (host.uid() != here.uid()) {
      return Optional.of(
          "it runs as user " + host.uid() + " and this process as user " + here.uid());
    }
    return Optional.empty();
  }
}

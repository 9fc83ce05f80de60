package io.mooncake4j.cli.doctor;

import io.mooncake4j.core.engine.StartCheck;
import java.util.List;

/**
 * What doctor has found. Immutable; secrets are masked.
 *
 * @param version mooncake4j's
 * @param file the properties file that counts, or empty
 * @param host facts about this machine and this JVM
 * @param providers what the plugins offer, available or not
 * @param refused plugins that could not be loaded
 * @param disabled ids of plugins that are left out on purpose
 * @param buildOptions the CMake options of the command line
 * @param options every declared option
 * @param checks what an engine would choose at its start
 * @param findings everything that is wrong or worth a look
 */
record DoctorReport(
    String version,
    String file,
    List<Fact> host,
    List<Provided> providers,
    List<Refused> refused,
    List<String> disabled,
    List<Asked> buildOptions,
    List<Configured> options,
    List<StartCheck.Answer> checks,
    List<Finding> findings) {

  /**
   * Something about the host.
   *
   * @param subject in a word or two
   * @param value for people
   */
  record Fact(String subject, String value) {}

  /**
   * A provider of a plugin.
   *
   * @param kind transport, memory device or metadata store
   * @param name by which users select it
   * @param version its own
   * @param plugin the plugin's id
   * @param source the file it came from
   * @param available whether it can work on this host
   * @param cause why not, or empty
   */
  record Provided(
      String kind,
      String name,
      String version,
      String plugin,
      String source,
      boolean available,
      String cause) {}

  /**
   * A plugin that was not loaded, or a part of one.
   *
   * @param plugin its id, or empty when it is not known
   * @param source the file it came from
   * @param cause why
   */
  record Refused(String plugin, String source, String cause) {}

  /**
   * A CMake option of the command line.
   *
   * @param name such as USE_ETCD
   * @param on whether ON was asked for
   * @param meaning what it builds into C++ Mooncake
   * @param here what it comes to in mooncake4j
   * @param granted whether it can be had here
   * @param effective false when neither ON nor OFF changes anything here
   * @param cause why not, or empty
   */
  record Asked(
      String name,
      boolean on,
      String meaning,
      String here,
      boolean granted,
      boolean effective,
      String cause) {}

  /**
   * An option.
   *
   * @param key its key
   * @param value the effective value, masked when secret
   * @param source who set it
   * @param set whether it is not the default
   * @param initial the default
   * @param valid type and range
   * @param variable the environment variable that sets it
   * @param aliases the variables of C++ Mooncake that set it, with their rules
   * @param secret whether the value is hidden
   * @param documentation what it does
   */
  record Configured(
      String key,
      String value,
      String source,
      boolean set,
      String initial,
      String valid,
      String variable,
      List<Alias> aliases,
      boolean secret,
      String documentation) {}

  /**
   * A variable of C++ Mooncake.
   *
   * @param variable its name
   * @param rule how its text counts
   */
  record Alias(String variable, String rule) {}

  /**
   * Something that is wrong or worth a look.
   *
   * @param fatal whether an engine would refuse to start because of it
   * @param subject what it is about
   * @param message what is wrong and what to do
   */
  record Finding(boolean fatal, String subject, String message) {}

  /**
   * Says whether an engine would start.
   *
   * @return false when one of the findings prevents it
   */
  boolean canStart() {
    return findings.stream().noneMatch(Finding::fatal);
  }
}

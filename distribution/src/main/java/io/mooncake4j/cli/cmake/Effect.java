package io.mooncake4j.cli.cmake;

/**
 * What a CMake option of C++ Mooncake comes to in mooncake4j. Immutable.
 *
 * @param kind how it takes effect
 * @param subject for {@link Kind#PLUGIN} the plugin's id, else what there is to say, in words
 */
public record Effect(Kind kind, String subject) {
  /** How an option takes effect. */
  public enum Kind {
    /** ON requires a plugin, OFF disables it. */
    PLUGIN,
    /** It is always there: ON changes nothing, OFF is refused. */
    ALWAYS,
    /** Something else decides it: neither ON nor OFF changes anything. */
    NO_SWITCH,
    /** The build or the launcher decides it: neither ON nor OFF changes anything at run time. */
    OUTSIDE,
    /** It is not in this release: ON is refused, OFF is what holds anyway. */
    ABSENT
  }

  static Effect plugin(String id) {
    return new Effect(Kind.PLUGIN, id);
  }

  static Effect always(String why) {
    return new Effect(Kind.ALWAYS, why);
  }

  static Effect noSwitch(String instead) {
    return new Effect(Kind.NO_SWITCH, instead);
  }

  static Effect outside(String instead) {
    return new Effect(Kind.OUTSIDE, instead);
  }

  static Effect absent(String what) {
    return new Effect(Kind.ABSENT, what);
  }

  /**
   * Says what ON means here.
   *
   * @return a sentence without its end
   */
  public String on() {
    return switch (kind) {
      case PLUGIN -> "mooncake.plugins.required gets " + subject;
      case ALWAYS -> "always so: " + subject;
      case NO_SWITCH -> "no switch needed: " + subject;
      case OUTSIDE -> "not decided at run time: " + subject;
      case ABSENT -> "not in this release: " + subject + " (docs/roadmap.md)";
    };
  }

  /**
   * Says what OFF means here.
   *
   * @return a sentence without its end
   */
  public String off() {
    return switch (kind) {
      case PLUGIN -> "mooncake.plugins.disabled gets " + subject;
      case ALWAYS -> "cannot be left out: " + subject;
      case NO_SWITCH, OUTSIDE -> on();
      case ABSENT -> "always so: not in this release";
    };
  }

  /**
   * Says what holds when the option is not given.
   *
   * @return a sentence without its end
   */
  public String unset() {
    return switch (kind) {
      case PLUGIN -> "plugin " + subject + " is used where it is installed and available";
      case ALWAYS, NO_SWITCH, OUTSIDE -> "the same";
      case ABSENT -> "not in this release";
    };
  }

  /**
   * Says whether ON and OFF are told apart.
   *
   * @return false when neither changes anything
   */
  public boolean isSwitch() {
    return kind != Kind.NO_SWITCH && kind != Kind.OUTSIDE;
  }

  /**
   * Says whether a request can be had at all.
   *
   * @param on what is asked for
   * @return false when it is refused, whatever is installed
   */
  public boolean allows(boolean on) {
    return on ? kind != Kind.ABSENT : kind != Kind.ALWAYS;
  }
}

package io.mooncake4j.core.options;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Environment variables and system properties, as they were when this object was made.
 *
 * <p>The one class that reads them; everything else asks an instance, so that a test can say what
 * the environment is. Immutable and safe from any thread.
 */
public final class ProcessEnvironment {
  /** System properties that begin as option keys do but are set by the launcher, not the user. */
  public static final Set<String> LAUNCHER_PROPERTIES = Set.of("mooncake.home");

  private static final ProcessEnvironment NONE = new ProcessEnvironment(Map.of(), Map.of());

  private final Map<String, String> variables;
  private final Map<String, String> properties;

  private ProcessEnvironment(Map<String, String> variables, Map<String, String> properties) {
    this.variables = Map.copyOf(variables);
    this.properties = Map.copyOf(properties);
  }

  /**
   * Reads this process's environment.
   *
   * @return a snapshot
   */
  public static ProcessEnvironment current() {
    Map<String, String> properties = new TreeMap<>();
    for (String name : System.getProperties().stringPropertyNames()) {
      String value = System.getProperty(name);
      if (value != null) {
        properties.put(name, value);
      }
    }
    return new ProcessEnvironment(System.getenv(), properties);
  }

  /**
   * Returns an environment in which nothing is set.
   *
   * @return the empty environment
   */
  public static ProcessEnvironment none() {
    return NONE;
  }

  /**
   * Makes an environment.
   *
   * @param variables environment variables by name
   * @param properties system properties by name
   * @return the environment
   */
  public static ProcessEnvironment of(
      Map<String, String> variables, Map<String, String> properties) {
    return new ProcessEnvironment(variables, properties);
  }

  /**
   * Returns all environment variables.
   *
   * @return immutable
   */
  public Map<String, String> variables() {
    return variables;
  }

  /**
   * Returns an environment variable.
   *
   * @param name its name
   * @return its value, possibly empty text, or nothing when it is not set
   */
  public Optional<String> variable(String name) {
    return Optional.ofNullable(variables.get(name));
  }

  /**
   * Returns all system properties.
   *
   * @return immutable
   */
  public Map<String, String> properties() {
    return properties;
  }

  /**
   * Returns a system property.
   *
   * @param name its name
   * @return its value, or nothing when it is not set
   */
  public Optional<String> property(String name) {
    return Optional.ofNullable(properties.get(name));
  }

  /**
   * Returns the folder of the installed distribution, which the launcher names by {@code
   * -Dmooncake.home}.
   *
   * @return the folder, or nothing when the program was not started from a distribution
   */
  public Optional<Path> home() {
    return property("mooncake.home").filter(text -> !text.isBlank()).map(Path::of);
  }

  /**
   * Returns what runs this process, whatever this instance holds.
   *
   * @return Java's version and the operating system, in one line for people
   */
  public static String platform() {
    return "Java "
        + Runtime.version()
        + " on "
        + System.getProperty("os.name")
        + " "
        + System.getProperty("os.version")
        + " "
        + System.getProperty("os.arch");
  }
}

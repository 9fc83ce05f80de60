package io.mooncake4j.api;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * Collects an engine's configuration and starts it.
 *
 * <p>What is set here overrides system properties, environment variables and {@code
 * conf/mooncake.properties}. Not for concurrent use; {@link #build()} may be called several times
 * and starts an engine each time.
 */
public final class EngineBuilder {
  private final Map<String, String> options = new TreeMap<>();
  private final Map<String, String> sources = new TreeMap<>();
  private final List<Path> pluginFolders = new ArrayList<>();
  private Path configurationFile;
  private boolean readEnvironment = true;

  EngineBuilder() {}

  /**
   * Sets the name ({@code mooncake.name}); in peer-to-peer mode only its host part counts.
   *
   * @param name the name
   * @return this builder
   */
  public EngineBuilder name(String name) {
    return option("mooncake.name", name);
  }

  /**
   * Sets where segments are looked up ({@code mooncake.metadata}).
   *
   * @param connection {@link TransferEngine#P2P} or a store's URL
   * @return this builder
   */
  public EngineBuilder metadata(String connection) {
    return option("mooncake.metadata", connection);
  }

  /**
   * Sets any option by its key.
   *
   * @param key such as {@code mooncake.transports}
   * @param value as it would be written in the properties file
   * @return this builder
   */
  public EngineBuilder option(String key, String value) {
    options.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
    sources.remove(key);
    return this;
  }

  /**
   * Sets any option by its key on behalf of somebody, whom messages name instead of the program.
   *
   * @param key such as {@code mooncake.transports}
   * @param value as it would be written in the properties file
   * @param source in words, such as {@code command line}
   * @return this builder
   */
  public EngineBuilder option(String key, String value, String source) {
    option(key, value);
    sources.put(key, Objects.requireNonNull(source, "source"));
    return this;
  }

  /**
   * Adds a folder with plugin jars and zips. Plugins on the class path are always found.
   *
   * @param folder the folder
   * @return this builder
   */
  public EngineBuilder pluginFolder(Path folder) {
    pluginFolders.add(Objects.requireNonNull(folder, "folder"));
    return this;
  }

  /**
   * Sets the properties file to read.
   *
   * @param file the file; it must exist
   * @return this builder
   */
  public EngineBuilder configurationFile(Path file) {
    configurationFile = Objects.requireNonNull(file, "file");
    return this;
  }

  /**
   * Says that system properties and environment variables are not to be read.
   *
   * @return this builder
   */
  public EngineBuilder ignoreEnvironment() {
    readEnvironment = false;
    return this;
  }

  /**
   * Starts the engine.
   *
   * @return a running engine
   * @throws MooncakeException with {@link ErrorCode#OPTION} for a wrong option, {@link
   *     ErrorCode#PLUGIN} when no implementation or no usable transport is found, {@link
   *     ErrorCode#NAME_TAKEN} when another live engine has the name, {@link ErrorCode#SOCKET} when
   *     no port can be bound
   */
  public TransferEngine build() {
    TransferEngineFactory factory =
        ServiceLoader.load(
                TransferEngineFactory.class, TransferEngineFactory.class.getClassLoader())
            .findFirst()
            .orElseThrow(
                () ->
                    new MooncakeException(
                        ErrorCode.PLUGIN,
                        "no transfer engine on the class path; add mooncake4j-core"));
    return factory.create(
        new EngineConfiguration(
            options, List.copyOf(pluginFolders), configurationFile, readEnvironment, sources));
  }
}

package io.mooncake4j.core.engine;

import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.core.classic.ClassicKeys;
import io.mooncake4j.core.classic.HostPort;
import io.mooncake4j.core.memory.MemoryAllocator;
import io.mooncake4j.core.options.CoreOptions;
import io.mooncake4j.core.options.OptionValue;
import io.mooncake4j.core.options.ResolvedOptions;
import io.mooncake4j.core.options.SharedMemoryOptions;
import io.mooncake4j.core.options.SharedMemoryOptions.Sharing;
import io.mooncake4j.core.plugin.LoadedProvider;
import io.mooncake4j.core.plugin.PluginCatalog;
import io.mooncake4j.core.plugin.RequiredPlugins;
import io.mooncake4j.core.records.StoreSelection;
import io.mooncake4j.core.topology.EngineTopology;
import io.mooncake4j.core.topology.TopologyDiscovery;
import io.mooncake4j.ffi.Attempt;
import io.mooncake4j.ffi.SharedMemory;
import io.mooncake4j.spi.MetadataStore;
import io.mooncake4j.spi.MetadataStoreProvider;
import io.mooncake4j.spi.Topology;
import io.mooncake4j.spi.TransportDescription;
import io.mooncake4j.spi.TransportFeature;
import io.mooncake4j.spi.TransportProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an engine would choose at its start, found out without starting one.
 *
 * <p>It takes the same decisions by the same code as an engine does, opens a listener for a moment,
 * and contacts nobody unless {@link #askMetadata} is called. Used by one thread.
 */
public final class StartCheck {
  private static final int ONE_CONNECTION = 1;

  private final PluginCatalog catalog;
  private final ResolvedOptions options;
  private final List<String> warnings = new ArrayList<>();

  /**
   * One of the engine's choices.
   *
   * @param subject what it is about, in a word or two
   * @param good whether an engine would start with it
   * @param words what it would choose and why, or why it would refuse to start
   */
  public record Answer(String subject, boolean good, String words) {}

  /** How a question is answered; an exception is the answer "would refuse to start". */
  private interface Question {
    String answer() throws IOException;
  }

  /**
   * Makes a check.
   *
   * @param catalog the installed plugins
   * @param options the effective values
   */
  public StartCheck(PluginCatalog catalog, ResolvedOptions options) {
    this.catalog = catalog;
    this.options = options;
  }

  /**
   * Asks for everything that can be known on this host alone.
   *
   * @return the answers, in the order in which an engine starts
   */
  public List<Answer> answers() {
    return List.of(
        ask("required plugins", this::requiredPlugins),
        ask("advertised address", this::advertisedAddress),
        ask("ports", this::ports),
        ask("topology", this::topology),
        ask("transports", this::transports),
        ask("shared memory", this::sharedMemory),
        ask("protocol for C++ peers", this::classicProtocol),
        ask("metadata", this::metadata));
  }

  /**
   * Returns what is worth a look although an engine would start with it.
   *
   * @return sentences, after {@link #answers} was called
   */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /**
   * Asks the metadata store for one record, within {@link CoreOptions#METADATA_TIMEOUT}.
   *
   * @return whether it answered
   */
  public Answer askMetadata() {
    return ask("metadata answers", this::probeMetadata);
  }

  private static Answer ask(String subject, Question question) {
    try {
      return new Answer(subject, true, question.answer());
    } catch (MooncakeException e) {
      return new Answer(subject, false, OptionValue.withoutUser(e.getMessage()));
    } catch (IOException | RuntimeException | LinkageError e) {
      return new Answer(subject, false, OptionValue.withoutUser(e.toString()));
    }
  }

  private String requiredPlugins() {
    RequiredPlugins.check(catalog, options);
    List<String> ids = options.get(CoreOptions.REQUIRED_PLUGINS);
    return ids.isEmpty() ? "none" : String.join(", ", ids);
  }

  private String advertisedAddress() {
    AdvertisedAddress.Choice choice =
        AdvertisedAddress.explain(options, HandshakeAddress.nameHost(options, isP2p()));
    if (!resolves(choice.host())) {
      warnings.add(
          "peers are told the host "
              + choice.host()
              + ", "
              + choice.reason()
              + ", which does not resolve on this host; give one that peers can resolve");
    }
    return choice.host() + ", " + choice.reason();
  }

  private static boolean resolves(String host) {
    try {
      return HostPort.isNumeric(host) || InetAddress.getByName(host) != null;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private String ports() throws IOException {
    HandshakeAddress.Ports ports = HandshakeAddress.of(options, isP2p()).ports();
    try (ServerSocketChannel listener = ports.listen(ONE_CONNECTION)) {
      return "can listen, such as at " + listener.getLocalAddress();
    }
  }

  private String topology() {
    Topology topology =
        EngineTopology.find(
            options, new TopologyDiscovery(TopologyDiscovery.HOST), List::of, warnings::add);
    return "memory at "
        + topology.rows().keySet()
        + ", RDMA devices "
        + topology.devices().stream().map(Topology.Device::name).toList();
  }

  private List<LoadedProvider<TransportProvider>> chosen() {
    return TransportSelection.choose(catalog, options);
  }

  private String transports() {
    List<String> names = new ArrayList<>();
    for (LoadedProvider<TransportProvider> transport : chosen()) {
      names.add(transport.name() + " (rank " + transport.provider().describe().rank() + ")");
    }
    return String.join(", ", names);
  }

  private String sharedMemory() {
    MemoryAllocator.requirePossible(options);
    Sharing sharing = options.get(SharedMemoryOptions.SHARED);
    List<String> wanting =
        chosen().stream()
            .filter(it -> it.provider().describe().has(TransportFeature.SHARED_MEMORY))
            .map(LoadedProvider::name)
            .toList();
    if (sharing == Sharing.OFF) {
      return "not used: " + options.value(SharedMemoryOptions.SHARED).source() + " says off";
    }
    if (sharing == Sharing.AUTO && wanting.isEmpty()) {
      return "not used: none of the transports wants it";
    }
    Attempt<Void> possible = SharedMemory.available();
    if (!possible.succeeded()) {
      warnings.add(
          "memory cannot be shared, so that " + wanting + " reach none of it: " + possible.cause());
      return "not available: " + possible.cause();
    }
    return "allocations of "
        + options.get(SharedMemoryOptions.MIN_BYTES)
        + " bytes and more, up to "
        + MemoryAllocator.maxFiles(options)
        + " at once, can be mapped by processes of the same user on this host, for "
        + wanting;
  }

  private String classicProtocol() {
    Map<String, TransportDescription> descriptions = new LinkedHashMap<>();
    for (LoadedProvider<TransportProvider> transport : chosen()) {
      descriptions.put(transport.name(), transport.provider().describe());
    }
    return TransportSelection.classicName(descriptions, options.get(CoreOptions.CLASSIC_PROTOCOL))
        .map(name -> "that of transport " + name)
        .orElse("none: C++ peers see no memory of this engine");
  }

  private boolean isP2p() {
    return options.get(CoreOptions.METADATA).equals(TransferEngine.P2P);
  }

  private LoadedProvider<MetadataStoreProvider> store() {
    return StoreSelection.choose(catalog.metadataStores(), options.get(CoreOptions.METADATA));
  }

  private String metadata() {
    return isP2p()
        ? TransferEngine.P2P + ": each peer is asked itself, there is no store"
        : options.value(CoreOptions.METADATA).text() + " is served by metadata store " + store();
  }

  private String probeMetadata() {
    if (isP2p()) {
      return "there is no store to ask";
    }
    var provider = store().provider();
    Duration timeout = options.get(CoreOptions.METADATA_TIMEOUT);
    String name = options.get(CoreOptions.NAME);
    String key =
        ClassicKeys.of(options.get(CoreOptions.METADATA_CLUSTER_ID))
            .rpcMeta(name.isEmpty() ? "mooncake4j-doctor" : name);
    long start = System.nanoTime();
    try (MetadataStore store =
        provider.create(
            options.get(CoreOptions.METADATA), options.only(provider.describe().options()))) {
      boolean there = store.get(key, timeout).isPresent();
      long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
      return "the store answered in "
          + millis
          + " ms: key "
          + key
          + (there ? " has a record" : " has no record");
    }
  }
}

package io.mooncake4j.core.engine;

import io.mooncake4j.api.EngineConfiguration;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.Liveness;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.core.classic.HostPort;
import io.mooncake4j.core.classic.RpcMeta;
import io.mooncake4j.core.handshake.HandshakeClient;
import io.mooncake4j.core.handshake.HandshakeLimits;
import io.mooncake4j.core.handshake.HandshakeServer;
import io.mooncake4j.core.memory.MemoryAllocator;
import io.mooncake4j.core.memory.RegionTable;
import io.mooncake4j.core.metrics.EngineBean;
import io.mooncake4j.core.metrics.EngineMetrics;
import io.mooncake4j.core.metrics.MetricsLog;
import io.mooncake4j.core.metrics.RequestMetrics;
import io.mooncake4j.core.options.CoreOptions;
import io.mooncake4j.core.options.OptionResolver;
import io.mooncake4j.core.options.ResolvedOptions;
import io.mooncake4j.core.plugin.ContextLoader;
import io.mooncake4j.core.plugin.LoadedProvider;
import io.mooncake4j.core.plugin.MemoryDevices;
import io.mooncake4j.core.plugin.PluginCatalog;
import io.mooncake4j.core.plugin.PluginSources;
import io.mooncake4j.core.plugin.RequiredPlugins;
import io.mooncake4j.core.records.ConfiguredStore;
import io.mooncake4j.core.records.StoreRecords;
import io.mooncake4j.core.segment.Directory;
import io.mooncake4j.core.segment.Endpoint;
import io.mooncake4j.core.segment.EntryExchange;
import io.mooncake4j.core.segment.LocalSegment;
import io.mooncake4j.core.segment.P2pDirectory;
import io.mooncake4j.core.segment.SegmentCache;
import io.mooncake4j.core.segment.StoreDirectory;
import io.mooncake4j.core.topology.EngineTopology;
import io.mooncake4j.core.topology.MemoryPlaces;
import io.mooncake4j.core.topology.TopologyDiscovery;
import io.mooncake4j.core.transport.InstalledTransport;
import io.mooncake4j.spi.BusyPoll;
import io.mooncake4j.spi.NetworkOptions;
import io.mooncake4j.spi.Topology;
import io.mooncake4j.spi.TransportProvider;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts an engine together, part by part; when a part cannot start, those before it are stopped.
 * Used once.
 */
final class EngineAssembly {
  private static final Logger LOG = LoggerFactory.getLogger(EngineAssembly.class);

  private final EngineConfiguration configuration;
  private final EngineParts.Closers closers = new EngineParts.Closers();
  private final EngineMetrics metrics = new EngineMetrics();
  private final RegionTable table = new RegionTable();
  private final EngineTransportContext.Late late = new EngineTransportContext.Late();

  private PluginCatalog catalog;
  private ResolvedOptions options;
  private EngineThreads threads;
  private HandshakeClient client;
  private ServerSocketChannel listener;
  private HostPort address;
  private String name;
  private List<InstalledTransport> transports;

  EngineAssembly(EngineConfiguration configuration) {
    this.configuration = configuration;
  }

  TransferEngine start() {
    try {
      readOptions();
      listen();
      threads = closers.add(EngineThreads.start(name));
      return assemble();
    } catch (MooncakeException | Error e) {
      closers.closeAll();
      throw e;
    } catch (RuntimeException e) {
      closers.closeAll();
      throw new MooncakeException(ErrorCode.INTERNAL, "the engine cannot start: " + e, e);
    }
  }

  private void readOptions() {
    OptionResolver resolver = OptionResolver.of(configuration);
    catalog = closers.add(PluginCatalog.load(PluginSources.of(configuration, resolver)));
    options = resolver.resolve(catalog.options());
    RequiredPlugins.check(catalog, options);
  }

  private void listen() {
    HandshakeAddress wanted = HandshakeAddress.of(options, isP2p());
    listener = closers.add(wanted.ports().listen(options.get(CoreOptions.HANDSHAKE_BACKLOG)));
    address = new HostPort(wanted.host(), localPort(listener));
    boolean named = !isP2p() && !options.get(CoreOptions.NAME).isEmpty();
    name = named ? options.get(CoreOptions.NAME) : address.format();
  }

  private boolean isP2p() {
    return !ConfiguredStore.isNamed(options);
  }

  private static int localPort(ServerSocketChannel listener) {
    try {
      return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    } catch (java.io.IOException e) {
      throw new MooncakeException(
          ErrorCode.SOCKET, "the handshake listener has no address: " + e.getMessage(), e);
    }
  }

  private TransferEngine assemble() {
    client = closers.add(newClient());
    MemoryDevices devices = closers.add(MemoryDevices.open(catalog, options));
    RegionFreer freer = closers.add(new RegionFreer());
    DeadlineWatch deadlines = closers.add(new DeadlineWatch(name));
    transports = startTransports(devices);
    Dispatcher dispatcher = closers.add(newDispatcher());
    LocalSegment local =
        new LocalSegment(
            name,
            transports,
            TransportSelection.classic(transports, options.get(CoreOptions.CLASSIC_PROTOCOL)),
            options.get(CoreOptions.HANDSHAKE_MAX_LENGTH),
            CoreOptions.HANDSHAKE_MAX_LENGTH.key());
    NotificationQueue notifications =
        closers.add(new NotificationQueue(options.get(CoreOptions.NOTIFICATIONS_CAPACITY)));
    HandshakeServer server =
        closers.add(newServer(new PeerRequests(local, transports, notifications)));
    Directory directory = closers.add(newDirectory(local));
    SegmentCache segments =
        new SegmentCache(
            directory,
            new EntryExchange(client, options.get(CoreOptions.HANDSHAKE_TIMEOUT)),
            transports,
            local,
            new Endpoint(address.host(), address.port()),
            this::answers);
    late.set(segments, directory::publish);
    dispatcher.use(segments);
    MemoryAllocator allocator = new MemoryAllocator(options, this::isSharedMemoryWanted);
    metrics.gauge("engine.memory.shared.files", allocator::files);
    RegionRegistry registry = newRegistry(local, directory, allocator);
    freer.registry = registry;
    EngineGauges.register(metrics, table, deadlines, segments, notifications, server.counts());
    showMetrics();
    LOG.info(
        "engine {} listens at {} with transports {}", name, address.format(), transportNames());
    return new CoreTransferEngine(
        new EngineParts(
            name,
            address.format(),
            options.get(CoreOptions.TRANSFER_TIMEOUT).toNanos(),
            new BusyPoll(options.get(NetworkOptions.BUSY_POLL).toNanos()),
            transports,
            table,
            registry,
            segments,
            directory,
            client,
            notifications,
            dispatcher,
            deadlines,
            threads,
            metrics,
            closers));
  }

  /** Frees the regions after the transports have stopped. */
  private static final class RegionFreer implements AutoCloseable {
    private RegionRegistry registry;

    @Override
    public void close() {
      if (registry != null) {
        registry.freeAll();
      }
    }
  }

  private boolean answers(Endpoint peer) {
    try {
      return peer.exists() && client.probe(peer.host(), peer.port()) == Liveness.ALIVE;
    } catch (MooncakeException e) {
      // Only a host that has lost its name is known to be gone.
      return e.code() != ErrorCode.DNS;
    }
  }

  private HandshakeClient newClient() {
    return new HandshakeClient(
        new HandshakeClient.Settings(
            options.get(CoreOptions.HANDSHAKE_CONNECT_TIMEOUT),
            options.get(CoreOptions.HANDSHAKE_TIMEOUT),
            maxLength(),
            options.get(NetworkOptions.IPV6)));
  }

  private int maxLength() {
    return Math.toIntExact(options.get(CoreOptions.HANDSHAKE_MAX_LENGTH));
  }

  private HandshakeServer newServer(PeerRequests requests) {
    return HandshakeServer.start(
        listener,
        requests,
        HandshakeLimits.of(maxLength(), options.get(CoreOptions.HANDSHAKE_TIMEOUT)));
  }

  private Dispatcher newDispatcher() {
    return new Dispatcher(
        transports,
        threads.timers(),
        threads.blocking(),
        options.get(CoreOptions.TRANSFER_RETRY_DELAY),
        options.get(CoreOptions.TRANSFER_ATTEMPTS),
        new RequestMetrics(metrics, transportNames()));
  }

  private List<String> transportNames() {
    return transports.stream().map(InstalledTransport::name).toList();
  }

  private void showMetrics() {
    if (options.get(CoreOptions.METRICS_JMX)) {
      closers.add(EngineBean.register(name, transportNames(), metrics::snapshot));
    }
    if (options.get(CoreOptions.METRICS_LOG)) {
      Duration interval = options.get(CoreOptions.METRICS_LOG_INTERVAL);
      closers.add(MetricsLog.start(metrics::snapshot, interval, threads.timers()));
    }
  }

  private boolean isSharedMemoryWanted(long length) {
    return transports.stream().anyMatch(it -> it.wantsShared(length));
  }

  private RegionRegistry newRegistry(
      LocalSegment local, Directory directory, MemoryAllocator allocator) {
    return new RegionRegistry(
        table,
        allocator,
        transports,
        local,
        directory::publish,
        options.get(CoreOptions.CLOSE_TIMEOUT),
        options.get(CoreOptions.MEMORY_GRACE));
  }

  private List<InstalledTransport> startTransports(MemoryDevices devices) {
    List<String> wanted = options.get(CoreOptions.TRANSPORTS);
    EngineTransportContext.Shared shared =
        new EngineTransportContext.Shared(
            name, table, devices.all(), topology(devices), threads, client, late);
    List<InstalledTransport> started = new ArrayList<>();
    for (LoadedProvider<TransportProvider> chosen : TransportSelection.choose(catalog, options)) {
      startTransport(chosen, started, shared, !wanted.isEmpty());
    }
    if (started.isEmpty()) {
      throw new MooncakeException(
          ErrorCode.PLUGIN, "no transport could be started; the log says why");
    }
    return List.copyOf(started);
  }

  private Topology topology(MemoryDevices devices) {
    return EngineTopology.find(
        options,
        new TopologyDiscovery(TopologyDiscovery.HOST),
        () -> MemoryPlaces.of(devices.opened()));
  }

  private void startTransport(
      LoadedProvider<TransportProvider> chosen,
      List<InstalledTransport> started,
      EngineTransportContext.Shared shared,
      boolean required) {
    int index = started.size();
    var description = chosen.provider().describe();
    List<io.mooncake4j.config.Option<?>> visible = new ArrayList<>(description.options());
    visible.addAll(NetworkOptions.all());
    EngineTransportContext context =
        new EngineTransportContext(
            index,
            options.only(visible),
            metrics.under("transport." + chosen.name() + "."),
            new ContextLoader(chosen.plugin().classLoader()),
            shared);
    try {
      var transport = closers.add(chosen.provider().create(context));
      started.add(InstalledTransport.of(index, chosen.name(), description, transport));
    } catch (RuntimeException | LinkageError e) {
      MooncakeException refusal = notStarted("transport", chosen, e);
      if (required) {
        throw refusal;
      }
      LOG.warn("{}", refusal.getMessage(), e);
    }
  }

  private static MooncakeException notStarted(
      String kind, LoadedProvider<?> provider, Throwable why) {
    String cause = why instanceof MooncakeException ? why.getMessage() : why.toString();
    return new MooncakeException(
        why instanceof MooncakeException known ? known.code() : ErrorCode.PLUGIN,
        kind + " " + provider.name() + " cannot be started: " + cause,
        why);
  }

  private Directory newDirectory(LocalSegment local) {
    if (isP2p()) {
      return new P2pDirectory(client, local, options.get(CoreOptions.HANDSHAKE_DEFAULT_PORT));
    }
    StoreRecords store = closers.add(ConfiguredStore.open(catalog, options));
    metrics.counter("engine.metadata.calls", store::calls);
    metrics.counter("engine.metadata.calls.failed", store::failedCalls);
    StoreDirectory directory =
        new StoreDirectory(
            new StoreDirectory.Settings(
                store,
                options.get(CoreOptions.HANDSHAKE_TIMEOUT),
                options.get(CoreOptions.METADATA_CHECK_INTERVAL),
                threads.timers(),
                threads.blocking(),
                metrics),
            client,
            local,
            new RpcMeta(address.host(), address.port()));
    if (options.get(CoreOptions.METADATA_WITHDRAW_ON_EXIT)) {
      closers.add(ExitHook.install(name, directory::close));
    }
    directory.start();
    return directory;
  }
}

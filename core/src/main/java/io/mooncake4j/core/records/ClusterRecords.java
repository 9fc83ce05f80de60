package io.mooncake4j.core.records;

import io.mooncake4j.api.EngineConfiguration;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.classic.ClassicDescriptor;
import io.mooncake4j.core.classic.ClassicDescriptorCodec;
import io.mooncake4j.core.classic.ClassicKeys;
import io.mooncake4j.core.handshake.HandshakeClient;
import io.mooncake4j.core.options.CoreOptions;
import io.mooncake4j.core.options.OptionResolver;
import io.mooncake4j.core.options.ResolvedOptions;
import io.mooncake4j.core.plugin.PluginCatalog;
import io.mooncake4j.core.plugin.PluginSources;
import io.mooncake4j.core.records.OwnerProbe.State;
import io.mooncake4j.core.records.OwnerProbe.Verdict;
import io.mooncake4j.spi.NetworkOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Looks at the records of a cluster in its metadata store, without starting an engine, and removes
 * those of dead engines.
 *
 * <p>Owns the store and the plugins. Safe from any thread. Errors of the store are as {@link
 * StoreRecords} says.
 */
public final class ClusterRecords implements AutoCloseable {
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(3);
  private static final int PROBES_AT_ONCE = 32;
  private static final String DESCRIPTORS = "ram/";
  private static final String ADDRESSES = "rpc_meta/";

  private final PluginCatalog catalog;
  private final StoreRecords records;
  private final HandshakeClient client;
  private final OwnerProbe probe;

  private ClusterRecords(PluginCatalog catalog, StoreRecords records, HandshakeClient client) {
    this.catalog = catalog;
    this.records = records;
    this.client = client;
    this.probe = new OwnerProbe(client, PROBE_TIMEOUT, descriptor -> false);
  }

  /**
   * Opens the store that an engine of this configuration would use.
   *
   * @param configuration names the store, its cluster and its options
   * @return the records, owned by the caller
   * @throws MooncakeException with {@link ErrorCode#OPTION} in peer-to-peer mode, in which there
   *     are no records, and as {@link ConfiguredStore#open} says
   */
  public static ClusterRecords open(EngineConfiguration configuration) {
    OptionResolver resolver = OptionResolver.of(configuration);
    PluginCatalog catalog = PluginCatalog.load(PluginSources.of(configuration, resolver));
    try {
      ResolvedOptions options = resolver.resolve(catalog.options());
      if (!ConfiguredStore.isNamed(options)) {
        throw new MooncakeException(
            ErrorCode.OPTION,
            CoreOptions.METADATA
                + "="
                + options.get(CoreOptions.METADATA)
                + " is peer-to-peer mode, in which there are no records to look at; give the URL of"
                + " a metadata store");
      }
      StoreRecords records = ConfiguredStore.open(catalog, options);
      return new ClusterRecords(catalog, records, client(options));
    } catch (RuntimeException | Error e) {
      catalog.close();
      throw e;
    }
  }

  private static HandshakeClient client(ResolvedOptions options) {
    return new HandshakeClient(
        new HandshakeClient.Settings(
            options.get(CoreOptions.HANDSHAKE_CONNECT_TIMEOUT),
            PROBE_TIMEOUT,
            Math.toIntExact(options.get(CoreOptions.HANDSHAKE_MAX_LENGTH)),
            options.get(NetworkOptions.IPV6)));
  }

  /**
   * Reads the records of all names. Keys below the cluster's prefix that belong to no segment, such
   * as those of another cluster, are left out.
   *
   * @return sorted by name
   * @throws MooncakeException with {@link ErrorCode#NOT_IMPLEMENTED} when the store cannot list
   */
  public List<NamedRecords> list() {
    Map<String, byte[]> all = listing();
    TreeSet<String> names = new TreeSet<>();
    for (Map.Entry<String, byte[]> record : all.entrySet()) {
      nameOf(record.getKey()).ifPresent(names::add);
    }
    ClassicKeys keys = records.keys();
    List<NamedRecords> found = new ArrayList<>();
    for (String name : names) {
      NamedRecords one =
          records(
              name,
              Optional.ofNullable(all.get(keys.segment(name))),
              Optional.ofNullable(all.get(keys.rpcMeta(name))));
      // A slash may also be that of another cluster, or of data that has nothing to do with us.
      if (!one.isWithoutOwner() || one.readDescriptor().isPresent()) {
        found.add(one);
      }
    }
    return List.copyOf(found);
  }

  private Map<String, byte[]> listing() {
    try {
      return records.list();
    } catch (MooncakeException e) {
      if (e.code() != ErrorCode.NOT_IMPLEMENTED) {
        throw e;
      }
      throw new MooncakeException(
          ErrorCode.NOT_IMPLEMENTED,
          e.getMessage() + "; its names cannot be found out, so give the names you mean",
          e);
    }
  }

  /** Returns whose record a key is; nothing for keys of other clusters. */
  private Optional<String> nameOf(String key) {
    String rest = key.substring(records.keys().prefix().length());
    if (rest.startsWith(DESCRIPTORS)) {
      // With a second slash it would be the name itself that has one, and begin with "ram".
      return Optional.of(rest.indexOf('/') == rest.lastIndexOf('/') ? rest.substring(4) : rest);
    }
    if (rest.startsWith(ADDRESSES)) {
      return Optional.of(rest.substring(ADDRESSES.length()));
    }
    boolean ofAnotherCluster = rest.contains('/' + DESCRIPTORS) || rest.contains('/' + ADDRESSES);
    return rest.indexOf('/') < 0 || ofAnotherCluster ? Optional.empty() : Optional.of(rest);
  }

  private NamedRecords records(String name, Optional<byte[]> descriptor, Optional<byte[]> address) {
    ClassicKeys keys = records.keys();
    return new NamedRecords(name, keys.segment(name), descriptor, keys.rpcMeta(name), address);
  }

  /**
   * Reads the records of one name.
   *
   * @param name the name
   * @return the records, both of which may be missing
   */
  public NamedRecords find(String name) {
    return records(name, records.descriptor(name), records.address(name));
  }

  /**
   * Asks whether the owner of a name is alive.
   *
   * @param named its records
   * @return unknown where no record tells whom to ask
   */
  public Verdict judge(NamedRecords named) {
    if (!named.exist()) {
      return new Verdict(State.UNKNOWN, "there are no records of it");
    }
    if (named.isWithoutOwner()) {
      return new Verdict(State.UNKNOWN, "no engine owns it");
    }
    return named
        .address()
        .map(record -> probe.judge(named.name(), record))
        .orElseGet(
            () -> new Verdict(State.UNKNOWN, "no record tells where its engine would answer"));
  }

  /**
   * Fetches the descriptor that an engine hands out itself.
   *
   * @param named its records
   * @return nothing when it cannot be asked or, like C++ engines here, tells none
   */
  public Optional<ClassicDescriptor> ownDescriptor(NamedRecords named) {
    try {
      byte[] nothing = "{}\n".getBytes(StandardCharsets.US_ASCII);
      return named
          .readAddress()
          .map(
              it ->
                  ClassicDescriptorCodec.decode(
                      named.name(), client.fetchDescriptor(it.host(), it.port(), nothing)));
    } catch (MooncakeException e) {
      return Optional.empty();
    }
  }

  /**
   * Asks the owners of many names at the same time.
   *
   * @param all their records
   * @param limit how long it may take; who has not been asked by then is unknown
   * @return name to verdict, in the same order
   */
  public Map<String, Verdict> judge(List<NamedRecords> all, Duration limit) {
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.max(1, Math.min(PROBES_AT_ONCE, all.size())),
            task -> {
              Thread thread = new Thread(task, "mooncake-owner-probe");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<Verdict>> asked =
          threads.invokeAll(
              all.stream()
                  .<java.util.concurrent.Callable<Verdict>>map(named -> () -> judge(named))
                  .toList(),
              limit.toMillis(),
              TimeUnit.MILLISECONDS);
      Map<String, Verdict> verdicts = new LinkedHashMap<>();
      for (int i = 0; i < asked.size(); i++) {
        verdicts.put(all.get(i).name(), verdict(asked.get(i), limit));
      }
      return verdicts;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MooncakeException(ErrorCode.CANCELED, "interrupted while asking engines", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private static Verdict verdict(Future<Verdict> asked, Duration limit)
      throws InterruptedException {
    if (asked.isCancelled()) {
      return new Verdict(State.UNKNOWN, "it did not answer within " + limit.toMillis() + " ms");
    }
    try {
      return asked.get();
    } catch (ExecutionException e) {
      return new Verdict(State.UNKNOWN, String.valueOf(e.getCause().getMessage()));
    }
  }

  /**
   * Removes both records of a name if its owner is dead. They are read anew, the owner is asked
   * anew, and right before the removal it is made sure that nobody has taken the name since.
   *
   * @param name the name
   * @param dryRun whether to stop short of the removal
   * @return the verdict; the records are gone, or would be, when it is {@link State#DEAD}
   */
  public Verdict prune(String name, boolean dryRun) {
    NamedRecords before = find(name);
    Verdict verdict = judge(before);
    if (verdict.state() != State.DEAD || dryRun) {
      return verdict;
    }
    if (!find(name).hasAddressOf(before)) {
      return new Verdict(State.UNKNOWN, "another engine has just taken or left the name");
    }
    // In this order: once the address is gone, the name may be another engine's.
    records.removeDescriptor(name);
    records.removeAddress(name);
    return verdict;
  }

  /** Closes the store and unloads the plugins. Closing twice does nothing. */
  @Override
  public void close() {
    client.close();
    try {
      records.close();
    } finally {
      catalog.close();
    }
  }
}

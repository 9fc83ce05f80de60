package io.mooncake4j.core.segment;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.core.classic.ClassicDescriptor;
import io.mooncake4j.core.classic.ClassicDescriptorCodec;
import io.mooncake4j.core.classic.RpcMeta;
import io.mooncake4j.core.handshake.HandshakeClient;
import io.mooncake4j.core.records.NameClaim;
import io.mooncake4j.core.records.OwnerProbe;
import io.mooncake4j.core.records.StoreRecords;
import io.mooncake4j.spi.Metrics;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Finds segments in a metadata store, under the keys that C++ Mooncake uses: one record with the
 * descriptor, one with the address of the handshake service.
 *
 * <p>The engine's own records are {@link NameClaim claimed} at the start and {@link RecordKeeper
 * looked after} until the end.
 */
public final class StoreDirectory implements Directory {
  private final StoreRecords records;
  private final LocalSegment local;
  private final RecordKeeper keeper;

  /**
   * What the directory works with.
   *
   * @param records in the store
   * @param probeTimeout how long an earlier owner of the name may take for an answer
   * @param checkInterval between two looks at the own records; zero for none
   * @param timers for what is to be done later
   * @param blocking for publications, which wait for the store
   * @param metrics where they are counted
   */
  public record Settings(
      StoreRecords records,
      Duration probeTimeout,
      Duration checkInterval,
      ScheduledExecutorService timers,
      Executor blocking,
      Metrics metrics) {}

  /**
   * Makes the directory; {@link #start()} claims the name.
   *
   * @param settings the store and how to use it
   * @param client probes an earlier owner of the name
   * @param local what is published
   * @param own where the engine's handshake service answers
   */
  public StoreDirectory(
      Settings settings, HandshakeClient client, LocalSegment local, RpcMeta own) {
    this.records = settings.records();
    this.local = local;
    OwnerProbe probe = new OwnerProbe(client, settings.probeTimeout(), local::wrote);
    keeper =
        new RecordKeeper(
            local.name(),
            records,
            new NameClaim(records, probe, local.name(), own),
            local,
            new RecordKeeper.Schedule(
                settings.checkInterval(),
                settings.timers(),
                settings.blocking(),
                settings.metrics()));
  }

  /**
   * Claims the name and publishes.
   *
   * @throws MooncakeException with {@link ErrorCode#NAME_TAKEN} when a live engine has the name,
   *     {@link ErrorCode#METADATA} or {@link ErrorCode#TIMEOUT} when the store does not answer,
   *     {@link ErrorCode#CLOSED} when the directory has been closed before
   */
  public void start() {
    keeper.start();
  }

  @Override
  public Found find(String segment) {
    byte[] record =
        records
            .descriptor(segment)
            .orElseThrow(
                () ->
                    new MooncakeException(
                        ErrorCode.METADATA,
                        "the metadata store has no segment "
                            + segment
                            + " (key "
                            + records.keys().segment(segment)
                            + ")"));
    ClassicDescriptor descriptor = ClassicDescriptorCodec.decode(segment, record);
    String owner = descriptor.name().isEmpty() ? segment : descriptor.name();
    return new Found(descriptor, address(owner).orElse(Endpoint.NONE));
  }

  @Override
  public Endpoint locate(String segment) {
    return address(segment)
        .orElseThrow(
            () ->
                new MooncakeException(
                    ErrorCode.METADATA,
                    "the metadata store does not know where engine " + segment + " answers"));
  }

  private Optional<Endpoint> address(String segment) {
    return records
        .address(segment)
        .map(record -> RpcMeta.decode(segment, record))
        .map(meta -> new Endpoint(meta.host(), meta.port()));
  }

  @Override
  public void publish() {
    local.changed();
    keeper.publish();
  }

  @Override
  public void awaitPublication(Duration limit) {
    keeper.awaitPublication(limit);
  }

  @Override
  public void close() {
    keeper.close();
  }
}

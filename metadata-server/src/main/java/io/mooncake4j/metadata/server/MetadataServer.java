package io.mooncake4j.metadata.server;

import io.mooncake4j.metadata.server.http.HttpEndpoint;
import io.mooncake4j.metadata.server.http.HttpResponse;
import io.mooncake4j.metadata.server.http.HttpService;
import io.mooncake4j.metadata.server.records.Records;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Keeps a cluster's metadata and serves it over HTTP, with the answers of the server in C++
 * Mooncake's master.
 *
 * <p>It serves {@code /metadata}, {@code /health} and {@code /metrics}, in clear text and without
 * authentication: whoever reaches it can read and change everything. Safe from any thread; owned by
 * who started it.
 */
public final class MetadataServer implements AutoCloseable {
  /** The path of the records, which nodes are given with the address. */
  public static final String PATH = "/metadata";

  private final Records records;
  private final ServerMetrics metrics;
  private final HttpService http;

  private MetadataServer(Records records, ServerMetrics metrics, HttpService http) {
    this.records = records;
    this.metrics = metrics;
    this.http = http;
  }

  /**
   * Starts a server.
   *
   * @param wanted what it is to be
   * @return the running server
   * @throws io.mooncake4j.api.MooncakeException when it cannot listen there, or cannot use the file
   */
  public static MetadataServer start(MetadataServerConfiguration wanted) {
    Records records =
        wanted.file() == null
            ? Records.inMemory(wanted.records())
            : Records.keptIn(wanted.records(), wanted.file(), wanted.salvage());
    ServerMetrics metrics = new ServerMetrics(records);
    try {
      MetadataEndpoint endpoint =
          new MetadataEndpoint(records, wanted.records().keyBytes(), metrics);
      HttpResponse healthy =
          new HttpResponse(200, Map.of(), "OK".getBytes(StandardCharsets.US_ASCII));
      HttpService http =
          HttpService.start(
              "metadata",
              wanted.address(),
              wanted.addressOption(),
              Map.of(
                  PATH,
                  new HttpEndpoint(MetadataEndpoint.METHODS, endpoint),
                  "/health",
                  HttpEndpoint.reading(request -> healthy),
                  "/metrics",
                  HttpEndpoint.reading(request -> metrics.page())),
              wanted.http());
      return new MetadataServer(records, metrics, http);
    } catch (RuntimeException | Error e) {
      metrics.close();
      records.close();
      throw e;
    }
  }

  /**
   * Returns the port that it listens on.
   *
   * @return the real one, also when a free one was asked for
   */
  public int port() {
    return http.port();
  }

  /**
   * Returns the metadata address to give to nodes, as {@code mooncake.metadata} or C++'s {@code
   * metadata_server}.
   *
   * @return such as {@code http://10.0.0.1:8080/metadata}
   */
  public String url() {
    return http.url(PATH);
  }

  /**
   * Returns how many records there are.
   *
   * @return the count
   */
  public long entries() {
    return records.entries();
  }

  /** Stops to listen, lets unfinished requests end, and closes the file. */
  @Override
  public void close() {
    http.close();
    records.close();
    metrics.close();
  }
}

package io.mooncake4j.metadata.server;

import io.mooncake4j.metadata.server.http.HttpLimits;
import io.mooncake4j.metadata.server.records.RecordLimits;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Objects;

/**
 * What a metadata server is to be. Immutable.
 *
 * @param address to listen on; port 0 takes a free one
 * @param addressOption that gave the address, for errors, such as {@code --port}
 * @param file that keeps the records, or null to forget them with the process
 * @param salvage true to go on with the whole parts of a damaged file
 * @param records how much may be kept
 * @param http what clients may cost; its longest body is the longest value
 */
public record MetadataServerConfiguration(
    InetSocketAddress address,
    String addressOption,
    Path file,
    boolean salvage,
    RecordLimits records,
    HttpLimits http) {
  /** Checks that nothing but the file is missing. */
  public MetadataServerConfiguration {
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(addressOption, "addressOption");
    Objects.requireNonNull(records, "records");
    Objects.requireNonNull(http, "http");
  }

  /**
   * Makes a configuration with default limits and without a file.
   *
   * @param address to listen on; port 0 takes a free one
   * @return the configuration
   */
  public static MetadataServerConfiguration at(InetSocketAddress address) {
    return new MetadataServerConfiguration(
        address, "its address", null, false, RecordLimits.DEFAULT, HttpLimits.DEFAULT);
  }

  /**
   * Returns the same with a file.
   *
   * @param path of the file; made where there is none
   * @return a new configuration
   */
  public MetadataServerConfiguration keptIn(Path path) {
    return new MetadataServerConfiguration(address, addressOption, path, salvage, records, http);
  }

  /**
   * Returns the same with other limits.
   *
   * @param kept how much may be kept
   * @param clients what clients may cost
   * @return a new configuration
   */
  public MetadataServerConfiguration limited(RecordLimits kept, HttpLimits clients) {
    return new MetadataServerConfiguration(address, addressOption, file, salvage, kept, clients);
  }
}

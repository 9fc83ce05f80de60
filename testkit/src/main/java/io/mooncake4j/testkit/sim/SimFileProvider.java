package io.mooncake4j.testkit.sim;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.config.Option;
import io.mooncake4j.config.OptionType;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.RemoteEntry;
import io.mooncake4j.spi.Transport;
import io.mooncake4j.spi.TransportContext;
import io.mooncake4j.spi.TransportDescription;
import io.mooncake4j.spi.TransportFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code sim-file}: ranges of real files, read and written without a peer process. Segments are
 * described out of band: {@link #entries} makes the entries, whose addresses count from the start
 * of the first file and whose member {@code path} names the file. Safe from any thread.
 */
public final class SimFileProvider extends SimulatedProvider {
  /** The provider's name. */
  public static final String NAME = "sim-file";

  /** Whose script of faults strikes. */
  public static final Option<String> NETWORK = networkOption(NAME);

  /** The longest slice. */
  public static final Option<Long> SLICE_BYTES = sliceOption(NAME);

  /** Where the files lie. */
  public static final Option<String> FOLDER =
      Option.of(
          "mooncake.sim-file.folder",
          OptionType.TEXT,
          "",
          "Folder in which the files lie; paths in descriptors are relative to it.");

  private final TransportDescription description =
      description(
          "Simulated transport over files without a peer process, for tests.",
          AddressSpace.FILE_OFFSET,
          150,
          Set.of(
              TransportFeature.READ,
              TransportFeature.WRITE,
              TransportFeature.REMOTE_PROCESS,
              TransportFeature.NO_PEER_PROCESS,
              TransportFeature.QUIESCENCE),
          Optional.empty(),
          SLICE_BYTES,
          FOLDER);

  /** For the service loader. */
  public SimFileProvider() {
    super(NAME);
  }

  /**
   * Describes files as the entries of a segment.
   *
   * @param folder the folder that the option names
   * @param files files in it, not empty, in the order in which their bytes count
   * @return one entry for each file, in order
   * @throws MooncakeException with {@link ErrorCode#INVALID_ARGUMENT} when a file cannot be read
   */
  public static List<RemoteEntry> entries(Path folder, List<Path> files) {
    List<RemoteEntry> entries = new ArrayList<>();
    long address = 0;
    for (Path file : files) {
      String path = folder.toAbsolutePath().relativize(file.toAbsolutePath()).toString();
      long length = lengthOf(file);
      entries.add(
          new RemoteEntry(path, address, length, Attributes.map().put("path", path).build()));
      address += length;
    }
    return entries;
  }

  private static long lengthOf(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT, file + " cannot be described: " + e, e);
    }
  }

  @Override
  public TransportDescription describe() {
    return description;
  }

  @Override
  public Transport create(TransportContext context) {
    return new FileTransport(context, networkOf(context));
  }
}

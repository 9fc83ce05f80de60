package io.mooncake4j.cli.demo;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * The file that takes what was read back, when the user wants to keep it. A copy that is not
 * finished is deleted.
 */
final class KeptCopy implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private final boolean created;
  private boolean finished;

  private KeptCopy(Path file, FileChannel channel, boolean created) {
    this.file = file;
    this.channel = channel;
    this.created = created;
  }

  /**
   * Begins a copy.
   *
   * @param folder where to; made when it is missing
   * @param name the file's name
   * @return an empty copy, to be closed
   * @throws MooncakeException with {@link ErrorCode#INVALID_ARGUMENT} when the file exists or
   *     cannot be made
   */
  static KeptCopy create(Path folder, String name) {
    Path file = folder.resolve(name);
    if (Files.isRegularFile(file)) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT,
          file + " exists already; give --keep another folder or remove the file");
    }
    try {
      Files.createDirectories(folder);
      // Anything else that exists, such as a device, is written to and left in place.
      boolean created = !Files.exists(file);
      FileChannel channel =
          FileChannel.open(
              file,
              created
                  ? Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)
                  : Set.of(StandardOpenOption.WRITE));
      return new KeptCopy(file, channel, created);
    } catch (IOException e) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT,
          "cannot make " + file + ": " + DemoSource.reason(e) + "; give --keep another folder",
          e);
    }
  }

  /**
   * Returns where the copy is.
   *
   * @return the file
   */
  Path file() {
    return file;
  }

  /**
   * Adds bytes.
   *
   * @param bytes from position to limit
   * @throws MooncakeException with {@link ErrorCode#LIMIT_EXCEEDED} when the disk is full or the
   *     file cannot grow
   */
  void append(ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw full(e);
    }
  }

  /**
   * Makes the copy last.
   *
   * @throws MooncakeException as {@link #append}
   */
  void finish() {
    try {
      channel.close();
      finished = true;
    } catch (IOException e) {
      throw full(e);
    }
  }

  private MooncakeException full(IOException cause) {
    return new MooncakeException(
        ErrorCode.LIMIT_EXCEEDED,
        "cannot write the copy to "
            + file
            + ": "
            + DemoSource.reason(cause)
            + "; free space, or give --keep another folder",
        cause);
  }

  @Override
  public void close() {
    if (finished) {
      return;
    }
    try {
      channel.close();
      if (created) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // The error that brought us here is the one to tell; a rest of the copy is the lesser evil.
    }
  }
}

package io.mooncake4j.cli.demo;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.cli.setup.Installation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The bytes that the demo sends: one file, or several one after the other.
 *
 * @param description what they are, for the user
 * @param name what a copy is called
 * @param files regular files, at least one
 * @param size bytes of all, at least 1
 */
record DemoSource(String description, String name, List<Path> files, long size) {
  /**
   * Takes a file of the user.
   *
   * @param file the file
   * @return the source
   * @throws MooncakeException with {@link ErrorCode#INVALID_ARGUMENT} when it is missing, empty, no
   *     regular file or not readable
   */
  static DemoSource ofFile(Path file) {
    if (!Files.exists(file)) {
      throw refuse(file, "does not exist");
    }
    if (!Files.isRegularFile(file)) {
      throw refuse(file, "is not a regular file");
    }
    if (!Files.isReadable(file)) {
      throw refuse(file, "must not be read by this user");
    }
    try {
      long size = Files.size(file);
      if (size == 0) {
        throw refuse(file, "is empty");
      }
      return new DemoSource(file.toString(), file.getFileName().toString(), List.of(file), size);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static MooncakeException refuse(Path file, String why) {
    return new MooncakeException(
        ErrorCode.INVALID_ARGUMENT,
        "--file=" + file + " " + why + "; give a readable file with at least one byte");
  }

  /**
   * Takes the distribution's own archive, or its libraries where the archive is not there.
   *
   * @param installation where the program is installed
   * @return the source
   * @throws MooncakeException with {@link ErrorCode#INVALID_ARGUMENT} when there is neither
   */
  static DemoSource ofInstallation(Installation installation) {
    Optional<Path> archive = installation.archive();
    if (archive.isPresent()) {
      return ofFile(archive.get());
    }
    try {
      List<Path> jars = installation.libraries();
      long size = 0;
      for (Path jar : jars) {
        size += Files.size(jar);
      }
      if (size == 0) {
        throw new MooncakeException(
            ErrorCode.INVALID_ARGUMENT,
            "found no archive of mooncake4j to send; name a file with --file");
      }
      String what = "the " + jars.size() + " jars of lib/ in a row (the archive is not here)";
      return new DemoSource(what, "mooncake4j-lib", jars, size);
    } catch (IOException e) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT,
          "cannot read the libraries: " + e + "; name a file with --file",
          e);
    }
  }

  private static MooncakeException unreadable(Path file, IOException cause) {
    return new MooncakeException(
        ErrorCode.INVALID_ARGUMENT, "cannot read " + file + ": " + reason(cause), cause);
  }

  /**
   * Says in words what an input or output error is.
   *
   * @param error the error
   * @return its message, with the class in front where the message alone says too little
   */
  static String reason(IOException error) {
    return error.getClass() == IOException.class && error.getMessage() != null
        ? error.getMessage()
        : error.toString();
  }

  /**
   * Opens the bytes for one pass.
   *
   * @return a reader at the first byte, owned by the caller
   */
  Reader open() {
    return new Reader(new ArrayDeque<>(files));
  }

  /** Reads the files one after the other. Not for concurrent use. */
  static final class Reader implements AutoCloseable {
    private final Deque<Path> remaining;
    private Path file;
    private FileChannel channel;

    private Reader(Deque<Path> files) {
      remaining = files;
    }

    /**
     * Fills a buffer.
     *
     * @param buffer takes bytes up to its limit
     * @throws MooncakeException with {@link ErrorCode#INVALID_ARGUMENT} when a file cannot be read,
     *     or has become shorter than it was
     */
    void fill(ByteBuffer buffer) {
      try {
        while (buffer.hasRemaining()) {
          if (channel == null) {
            next();
          }
          if (channel.read(buffer) < 0) {
            close();
          }
        }
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    }

    private void next() throws IOException {
      if (remaining.isEmpty()) {
        throw new MooncakeException(
            ErrorCode.INVALID_ARGUMENT,
            file + " became shorter while it was sent; run again when nobody writes to it");
      }
      file = remaining.poll();
      channel = FileChannel.open(file);
    }

    @Override
    public void close() {
      if (channel != null) {
        try {
          channel.close();
        } catch (IOException e) {
          // It was only read from; there is nothing to lose.
        }
        channel = null;
      }
    }
  }
}

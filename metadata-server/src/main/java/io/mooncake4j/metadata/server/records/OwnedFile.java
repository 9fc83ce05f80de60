package io.mooncake4j.metadata.server.records;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The place of a file that one server at a time uses. The lock is on a file beside it, because the
 * file itself is replaced when it is tidied up; the lock's file stays.
 */
final class OwnedFile implements AutoCloseable {
  private final Path path;
  private final FileChannel locked;

  private OwnedFile(Path path, FileChannel locked) {
    this.path = path;
    this.locked = locked;
  }

  static OwnedFile take(Path wanted) {
    Path path = resolve(wanted);
    Path beside = beside(path, ".lock");
    try {
      // First of all: nothing is done beside a file that belongs to something else.
      if (Files.exists(path) && !LogReader.isOurs(path)) {
        throw foreign(path);
      }
      FileChannel channel =
          FileChannel.open(beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!tryLock(channel)) {
        channel.close();
        throw new MooncakeException(
            ErrorCode.METADATA,
            "metadata file " + path + " is used by another server; stop it, or give another file");
      }
      return new OwnedFile(path, channel);
    } catch (IOException e) {
      throw unusable(path, e);
    }
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static Path resolve(Path wanted) {
    Path absolute = wanted.toAbsolutePath();
    if (Files.exists(absolute) && !Files.isRegularFile(absolute)) {
      throw new MooncakeException(
          ErrorCode.INVALID_ARGUMENT,
          "metadata file "
              + absolute
              + " is no regular file; give a file, which may not exist yet");
    }
    try {
      if (Files.exists(absolute)) {
        return absolute.toRealPath();
      }
      return absolute.getParent().toRealPath().resolve(absolute.getFileName());
    } catch (IOException e) {
      throw unusable(absolute, e);
    }
  }

  static MooncakeException foreign(Path path) {
    return new MooncakeException(
        ErrorCode.MALFORMED,
        path + " is no metadata file, or its first bytes are damaged; give another file");
  }

  static MooncakeException unusable(Path path, IOException e) {
    return new MooncakeException(
        ErrorCode.METADATA,
        "metadata file "
            + path
            + " cannot be used ("
            + words(e)
            + "); give a file in a folder that exists, may be written to and has space",
        e);
  }

  /** Says in words what a file system's exception tells by its class. */
  static String words(IOException e) {
    if (e instanceof FileSystemException known && known.getReason() == null) {
      return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
    return e.getMessage();
  }

  private static Path beside(Path path, String suffix) {
    return path.resolveSibling(path.getFileName() + suffix);
  }

  Path path() {
    return path;
  }

  /** Where a new version is written before it takes the file's place. */
  Path next() {
    return beside(path, ".new");
  }

  /** Makes the new version the file; for good once the folder is on disk. */
  void replace() throws IOException {
    Files.move(next(), path, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Brings the folder to disk, which says which file is the file. */
  void syncFolder() throws IOException {
    try (FileChannel folder = FileChannel.open(path.getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  /** Keeps a copy of the file as it is; returns where. */
  Path copy() throws IOException {
    Path copy = beside(path, ".damaged");
    Files.copy(path, copy, StandardCopyOption.REPLACE_EXISTING);
    return copy;
  }

  @Override
  public void close() {
    try {
      locked.close();
    } catch (IOException e) {
      throw new MooncakeException(ErrorCode.METADATA, "cannot unlock " + path, e);
    }
  }
}

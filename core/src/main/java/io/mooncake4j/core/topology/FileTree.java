package io.mooncake4j.core.topology;

import io.mooncake4j.ffi.Attempt;
import io.mooncake4j.ffi.Errno;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * The files below a root: this host's, or a recorded copy of another host's {@code /sys} and {@code
 * /dev}. Paths are absolute within the tree, and symbolic links never lead out of it.
 *
 * <p>Every method comes back quickly with a result or with a cause in words: links in a circle,
 * pipes, folders in place of files, files without an end. Stateless; safe from any thread.
 */
final class FileTree {
  /** What is read of a file; the kernel's own files are never longer. */
  static final int MOST_BYTES = 4096;

  /** What is listed of a folder. */
  static final int MOST_ENTRIES = 4096;

  private static final int MOST_LINKS = 40;
  private static final int MOST_PARTS = 1024;

  private final Path root;

  FileTree(Path root) {
    this.root = root;
  }

  /** Returns where the tree is. */
  Path root() {
    return root;
  }

  /**
   * Follows all symbolic links of a path, as C's {@code realpath} does within a changed root.
   *
   * @return an absolute path within the tree; refused with {@link Errno#ENOENT} when nothing is
   *     there
   */
  Attempt<String> real(String path) {
    Deque<String> pending = new ArrayDeque<>();
    List<String> done = new ArrayList<>();
    push(pending, path);
    int links = 0;
    try {
      while (!pending.isEmpty()) {
        String part = pending.pop();
        if (part.equals("..")) {
          if (!done.isEmpty()) {
            done.remove(done.size() - 1);
          }
          continue;
        }
        done.add(part);
        Path here = onHost(done);
        if (Files.isSymbolicLink(here)) {
          String target = Files.readSymbolicLink(here).toString();
          if (++links > MOST_LINKS || pending.size() > MOST_PARTS) {
            return Attempt.refused(path + " leads through a loop of symbolic links");
          }
          done.remove(done.size() - 1);
          if (target.startsWith("/")) {
            done.clear();
          }
          push(pending, target);
        } else if (!Files.exists(here, LinkOption.NOFOLLOW_LINKS)) {
          return missing(path, links);
        }
      }
    } catch (IOException | InvalidPathException e) {
      return Attempt.refused(path + " cannot be followed: " + e);
    }
    return Attempt.success("/" + String.join("/", done));
  }

  private static Attempt<String> missing(String path, int links) {
    String words = links == 0 ? " does not exist" : " leads to something that does not exist";
    return Attempt.refused(path + words, Errno.ENOENT);
  }

  private static void push(Deque<String> pending, String path) {
    List<String> parts =
        Arrays.stream(path.split("/", -1))
            .filter(part -> !part.isEmpty() && !part.equals("."))
            .toList();
    for (int i = parts.size() - 1; i >= 0; i--) {
      pending.push(parts.get(i));
    }
  }

  private Path onHost(List<String> parts) {
    return root.resolve(String.join("/", parts));
  }

  private Attempt<Path> find(String path) {
    return real(path).then(real -> Attempt.success(root.resolve(real.substring(1))));
  }

  /** Reads a short text file, without the blanks around the text. */
  Attempt<String> text(String path) {
    return find(path).then(file -> text(path, file));
  }

  private static Attempt<String> text(String path, Path file) {
    // Opening a pipe would wait for its writer.
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Attempt.refused(path + " is not a regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        return Attempt.refused(path + " is longer than " + MOST_BYTES + " bytes");
      }
      return Attempt.success(new String(bytes, StandardCharsets.UTF_8).trim());
    } catch (IOException e) {
      return Attempt.refused(path + " cannot be read: " + e);
    }
  }

  /** Lists the names in a folder, as people count. */
  Attempt<List<String>> names(String path) {
    return find(path).then(folder -> names(path, folder));
  }

  private static Attempt<List<String>> names(String path, Path folder) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (names.size() == MOST_ENTRIES) {
          return Attempt.refused(path + " has more than " + MOST_ENTRIES + " entries");
        }
        names.add(entry.getFileName().toString());
      }
      names.sort(Names.NATURAL);
      return Attempt.success(names);
    } catch (IOException | java.nio.file.DirectoryIteratorException e) {
      return Attempt.refused(path + " cannot be listed: " + e);
    }
  }

  /** Says whether a folder is at a path, or a link to one. */
  boolean isFolder(String path) {
    Attempt<Path> found = find(path);
    return found.succeeded() && Files.isDirectory(found.value(), LinkOption.NOFOLLOW_LINKS);
  }

  /** Says whether this process may read and write the device file, without opening it. */
  Attempt<Void> usableDevice(String path) {
    return find(path)
        .then(
            file -> {
              if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                return Attempt.refused(path + " is a folder, not a device file");
              }
              return Files.isReadable(file) && Files.isWritable(file)
                  ? Attempt.done()
                  : Attempt.refused(path + " may not be read and written by this process");
            });
  }
}

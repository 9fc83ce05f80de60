package io.mooncake4j.testkit.sim;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.spi.RemoteEntry;
import io.mooncake4j.testkit.SegmentDocument;
import io.mooncake4j.testkit.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A segment of files that no engine owns: each region is a file, described out of band. */
final class FileTarget implements Target {
  private final String name;
  private final Path folder;
  private final List<Path> files = new ArrayList<>();

  FileTarget(String name, Path folder) {
    this.name = name;
    this.folder = folder;
  }

  @Override
  public synchronized Region register(long length, boolean remoteAccessible) {
    Path file = folder.resolve(name + "-" + files.size());
    FileRegion region = new FileRegion(file, files.size(), length);
    region.write(length - 1, new byte[1]);
    files.add(file);
    return region;
  }

  @Override
  public void withdraw(Region region) {
    throw new UnsupportedOperationException("files are not withdrawn");
  }

  @Override
  public Quiescence quiesce(Region region, Duration limit) {
    return Quiescence.UNKNOWABLE;
  }

  @Override
  public synchronized SegmentDocument document() {
    return SegmentDocument.outOfBand(name, SimFileProvider.entries(folder, files));
  }

  @Override
  public Attributes handshake(Attributes request) {
    throw new MooncakeException(ErrorCode.SOCKET, "no engine answers for " + name);
  }

  @Override
  public void die() {
    throw new UnsupportedOperationException("files do not die");
  }

  @Override
  public void assertNoViolations() {
    // No transport runs here that could break a promise.
  }

  @Override
  public void close() {
    // The files go with the folder.
  }

  private final class FileRegion implements Region {
    private final Path file;
    private final int index;
    private final long length;

    FileRegion(Path file, int index, long length) {
      this.file = file;
      this.index = index;
      this.length = length;
    }

    @Override
    public long address() {
      return 0;
    }

    @Override
    public long length() {
      return length;
    }

    @Override
    public List<RemoteEntry> entries() {
      return List.of(document().entries().get(index));
    }

    @Override
    public byte[] bytes(long offset, int size) {
      ByteBuffer bytes = ByteBuffer.allocate(size);
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {}
        return bytes.array();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void write(long offset, byte[] bytes) {
      ByteBuffer source = ByteBuffer.wrap(bytes);
      try (FileChannel channel =
          FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
        while (source.hasRemaining()) {
          channel.write(source, offset + source.position());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

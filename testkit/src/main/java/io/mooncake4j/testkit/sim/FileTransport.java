package io.mooncake4j.testkit.sim;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.OpCode;
import io.mooncake4j.spi.Advertisement;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.LocalRegion;
import io.mooncake4j.spi.PublishedEntry;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.spi.TransportContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Ranges of real files in a folder, without a peer process, as with NVMe over fabrics. Serves no
 * memory of its own engine. All but the SPI's entry points run on the transport's own thread.
 */
final class FileTransport extends SimulatedTransport {
  private final Path folder;
  private final Map<String, FileChannel> channels = new HashMap<>();
  private LocalRegion cursorRegion;
  private int cursorWindow;
  private ByteBuffer cursor;

  FileTransport(TransportContext context, SimulatedNetwork network) {
    super(
        SimFileProvider.NAME, context, network, context.options().get(SimFileProvider.SLICE_BYTES));
    String text = context.options().get(SimFileProvider.FOLDER);
    if (text.isEmpty()) {
      throw new MooncakeException(
          ErrorCode.OPTION, SimFileProvider.FOLDER + " is not set; name the folder of the files");
    }
    this.folder = Path.of(text).toAbsolutePath().normalize();
    start();
  }

  @Override
  public List<List<PublishedEntry>> register(List<LocalRegion> regions) {
    return regions.stream().map(region -> List.<PublishedEntry>of()).toList();
  }

  @Override
  public void withdraw(List<LocalRegion> regions) {
    // No region was ever served.
  }

  @Override
  public Quiescence quiesce(List<LocalRegion> regions, long deadlineNanos) {
    return Quiescence.QUIET;
  }

  @Override
  public Advertisement advertise() {
    return Advertisement.EMPTY;
  }

  @Override
  public Attributes accept(Attributes request) {
    throw new MooncakeException(
        ErrorCode.REJECTED_HANDSHAKE, SimFileProvider.NAME + " needs no handshake");
  }

  @Override
  boolean reach(Flight flight) {
    if (flight.peer.isSelf()) {
      throw new MooncakeException(
          ErrorCode.UNSUPPORTED_TRANSPORT, SimFileProvider.NAME + " reaches no engine's memory");
    }
    return true;
  }

  @Override
  void carry(Flight flight, long from, long count) {
    String path = flight.entry.members().text("path");
    try {
      FileChannel channel = channelOf(path);
      long position = flight.remoteAddress - flight.entry.address() + from;
      for (long done = 0; done < count; ) {
        ByteBuffer window = at(flight.region, flight.localOffset + from + done, count - done);
        int moved =
            flight.opcode == OpCode.READ
                ? channel.read(window, position + done)
                : channel.write(window, position + done);
        if (moved < 0) {
          throw new MooncakeException(
              ErrorCode.PEER_REJECTED_ADDRESS, path + " ends before the range of the " + flight);
        }
        done += moved;
      }
    } catch (IOException e) {
      throw new MooncakeException(
          ErrorCode.PEER_REJECTED_ADDRESS, path + " cannot be used: " + e, e);
    }
  }

  private FileChannel channelOf(String path) throws IOException {
    FileChannel channel = channels.get(path);
    if (channel == null) {
      Path file = folder.resolve(path).normalize();
      if (!file.startsWith(folder)) {
        throw new MooncakeException(
            ErrorCode.PEER_REJECTED_ADDRESS, path + " leads out of the folder " + folder);
      }
      channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
      channels.put(path, channel);
    }
    return channel;
  }

  /** Places the cursor, which is made anew only when region or window change. */
  private ByteBuffer at(LocalRegion region, long offset, long count) {
    int window = region.windowIndex(offset);
    if (region != cursorRegion || window != cursorWindow) {
      cursor = region.window(window).duplicate();
      cursorRegion = region;
      cursorWindow = window;
    }
    int start = (int) (offset - region.windowStart(window));
    int end = (int) Math.min(start + count, cursor.capacity());
    return cursor.limit(end).position(start);
  }

  @Override
  void stopServing() {
    for (FileChannel channel : channels.values()) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new MooncakeException(ErrorCode.INTERNAL, "a file cannot be closed: " + e, e);
      }
    }
    channels.clear();
    cursor = null;
    cursorRegion = null;
  }
}

package io.mooncake4j.benchmarks.peers.engine;

import io.mooncake4j.api.Allocation;
import io.mooncake4j.api.Allocation.Pages;
import io.mooncake4j.api.EngineBuilder;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.RemoteBuffer;
import io.mooncake4j.api.TransferEngine;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** An engine on the loopback interface and its memory, every page of which has been written. */
final class Node implements AutoCloseable {
  private static final int PIECE = 1 << 20;

  private static final String PAGES = "pages=";

  private final TransferEngine engine;
  private final Pages pages;
  private final MemoryRegion memory;
  private MemoryRegion scratch;

  private Node(TransferEngine engine, long bytes, Pages pages) {
    this.engine = engine;
    this.pages = pages;
    this.memory = filled(bytes);
  }

  /**
   * Starts an engine.
   *
   * @param plugins the folder with the transports, or null where they are on the class path
   * @param bytes how much memory peers find
   * @param options more options of the engine, as {@code key=value}, and {@code pages=KIND}
   */
  static Node start(Path plugins, long bytes, List<String> options) {
    EngineBuilder builder =
        TransferEngine.builder()
            .ignoreEnvironment()
            .name("127.0.0.1")
            .option("mooncake.network.bind-address", "127.0.0.1");
    if (plugins != null) {
      builder.pluginFolder(plugins);
    }
    Pages pages = Pages.NORMAL;
    for (String option : options) {
      int equals = option.indexOf('=');
      if (option.startsWith(PAGES)) {
        pages = Pages.valueOf(option.substring(PAGES.length()));
      } else {
        builder.option(option.substring(0, equals), option.substring(equals + 1));
      }
    }
    TransferEngine engine = builder.build();
    try {
      return new Node(engine, bytes, pages);
    } catch (RuntimeException | Error e) {
      engine.close();
      throw e;
    }
  }

  private MemoryRegion filled(long bytes) {
    MemoryRegion region = engine.allocate(Allocation.of(bytes).with(pages));
    for (long offset = 0; offset < bytes; offset += PIECE) {
      ByteBuffer window = region.window(offset, (int) Math.min(PIECE, bytes - offset));
      while (window.remaining() >= Long.BYTES) {
        window.putLong(offset + window.position());
      }
    }
    return region;
  }

  /** Returns the engine. */
  TransferEngine engine() {
    return engine;
  }

  /** Returns the memory that was allocated at the start. */
  MemoryRegion memory() {
    return memory;
  }

  /** Returns more memory of the same kind and length, allocated on the first call. */
  MemoryRegion scratch() {
    if (scratch == null) {
      scratch = filled(memory.length());
    }
    return scratch;
  }

  /** Returns a peer's first buffer; {@code self} is this engine's scratch memory. */
  RemoteBuffer remote(String peer) {
    if (!peer.equals("self")) {
      return engine.openSegment(peer).buffers().get(0);
    }
    long address = scratch().address();
    return engine.openSegment(engine.name()).buffers().stream()
        .filter(buffer -> buffer.address() == address)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the engine does not publish its memory"));
  }

  @Override
  public void close() {
    engine.close();
  }
}

package io.mooncake4j.core.plugin;

import io.mooncake4j.spi.MemoryDevice;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/** A memory device whose calls run with its plugin's context class loader. */
final class ContextMemoryDevice implements MemoryDevice {
  private final MemoryDevice device;
  private final ContextLoader context;

  ContextMemoryDevice(MemoryDevice device, ContextLoader context) {
    this.device = device;
    this.context = context;
  }

  @Override
  public int count() {
    ClassLoader before = context.enter();
    try {
      return device.count();
    } finally {
      context.exit(before);
    }
  }

  @Override
  public OptionalInt ownerOf(long address) {
    ClassLoader before = context.enter();
    try {
      return device.ownerOf(address);
    } finally {
      context.exit(before);
    }
  }

  @Override
  public DeviceMemory allocate(int ordinal, long length) {
    ClassLoader before = context.enter();
    try {
      return ContextProxy.of(DeviceMemory.class, device.allocate(ordinal, length), context);
    } finally {
      context.exit(before);
    }
  }

  @Override
  public CompletableFuture<Void> copy(long destination, long source, long length) {
    ClassLoader before = context.enter();
    try {
      return device.copy(destination, source, length);
    } finally {
      context.exit(before);
    }
  }

  @Override
  public IpcHandle exportIpc(long address) {
    ClassLoader before = context.enter();
    try {
      return device.exportIpc(address);
    } finally {
      context.exit(before);
    }
  }

  @Override
  public DeviceMemory importIpc(byte[] handle, int ordinal) {
    ClassLoader before = context.enter();
    try {
      return ContextProxy.of(DeviceMemory.class, device.importIpc(handle, ordinal), context);
    } finally {
      context.exit(before);
    }
  }

  @Override
  public DmaBuf exportDmaBuf(long address, long length) {
    ClassLoader before = context.enter();
    try {
      return ContextProxy.of(DmaBuf.class, device.exportDmaBuf(address, length), context);
    } finally {
      context.exit(before);
    }
  }

  @Override
  public Optional<String> pciAddress(int ordinal) {
    ClassLoader before = context.enter();
    try {
      return device.pciAddress(ordinal);
    } finally {
      context.exit(before);
    }
  }

  @Override
  public void close() {
    ClassLoader before = context.enter();
    try {
      device.close();
    } finally {
      context.exit(before);
    }
  }

  @Override
  public String toString() {
    return device.toString();
  }
}

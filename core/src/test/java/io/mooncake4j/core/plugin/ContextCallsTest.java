package io.mooncake4j.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.MemoryDevice;
import io.mooncake4j.spi.MemoryDeviceProvider;
import io.mooncake4j.spi.MetadataStore;
import io.mooncake4j.spi.MetadataStoreProvider;
import io.mooncake4j.spi.Slice;
import io.mooncake4j.spi.Transport;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls into plugins, and into all that plugins hand out, run with the plugin's context loader. */
class ContextCallsTest {
  private final ClassLoader plugin = new ClassLoader(getClass().getClassLoader()) {};
  private final ContextLoader context = new ContextLoader(plugin);
  private final ClassLoader before = Thread.currentThread().getContextClassLoader();
  private final List<String> calls = new ArrayList<>();

  @AfterEach
  void theThreadsOwnLoaderIsBack() {
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
  }

  @Test
  void metadataStoresAndTheirCapabilities() throws Exception {
    MetadataStoreProvider provider =
        ContextProxy.of(MetadataStoreProvider.class, fake(MetadataStoreProvider.class), context);
    MetadataStore store = provider.create("x", null);
    store.get("k", Duration.ZERO);
    store.put("k", new byte[0], Duration.ZERO);
    store.remove("k", Duration.ZERO);
    store.require(MetadataStore.PrefixListing.class).list("k", Duration.ZERO);
    MetadataStore.Lease lease =
        store.require(MetadataStore.Leases.class).grant(Duration.ZERO, Duration.ZERO);
    lease.put("k", new byte[0], Duration.ZERO);
    lease.close();
    store.require(MetadataStore.Watch.class).watch("k", key -> {}).close();
    store.close();
    assertThat(calls)
        .containsExactly(
            "create", "get", "put", "remove", "require", "list", "require", "grant", "put", "close",
            "require", "watch", "close", "close");
  }

  @Test
  void memoryDevicesAndTheirMemory() {
    MemoryDevice device =
        ContextProxy.of(MemoryDeviceProvider.class, fake(MemoryDeviceProvider.class), context)
            .create(null);
    device.count();
    device.ownerOf(1);
    MemoryDevice.DeviceMemory memory = device.allocate(0, 1);
    memory.address();
    memory.close();
    assertThat(device.copy(0, 0, 0)).isNull();
    device.exportIpc(0);
    device.importIpc(new byte[0], 0).length();
    device.exportDmaBuf(0, 0).offset();
    device.pciAddress(0);
    device.close();
    assertThat(calls)
        .containsExactly(
            "create",
            "count",
            "ownerOf",
            "allocate",
            "address",
            "close",
            "copy",
            "exportIpc",
            "importIpc",
            "length",
            "exportDmaBuf",
            "offset",
            "pciAddress",
            "close");
  }

  @Test
  void exceptionsComeThroughAsTheyAre() {
    MooncakeException refusal = new MooncakeException(ErrorCode.METADATA, "down");
    MetadataStore store =
        ContextProxy.of(
            MetadataStore.class,
            proxy(
                MetadataStore.class,
                (self, method, arguments) -> {
                  throw refusal;
                }),
            context);
    assertThatThrownBy(() -> store.get("k", Duration.ZERO)).isSameAs(refusal);
  }

  @Test
  void aPluginThatReturnsNothingIsNamedAsTheCulprit() {
    MetadataStoreProvider provider =
        ContextProxy.of(
            MetadataStoreProvider.class,
            proxy(MetadataStoreProvider.class, (self, method, arguments) -> null),
            context);
    assertThatThrownBy(() -> provider.create("x", null))
        .isInstanceOfSatisfying(
            MooncakeException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PLUGIN))
        .hasMessageContaining("a plugin returned no MetadataStore");
  }

  @Test
  void wrappersAreEqualToThemselvesOnly() {
    MetadataStore store = fake(MetadataStore.class);
    MetadataStore one = ContextProxy.of(MetadataStore.class, store, context);
    MetadataStore other = ContextProxy.of(MetadataStore.class, store, context);
    assertThat(one.equals(one)).isTrue();
    assertThat(one.equals(other)).isFalse();
  }

  @Test
  void submittingAllocatesNothing() {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    Transport transport = new ContextTransport(new SilentTransport(), context);
    Slice[] slices = new Slice[8];
    for (int i = 0; i < 20_000; i++) {
      transport.submit(slices, 0, 8);
      transport.cancel(null, ErrorCode.CANCELED);
    }
    long id = Thread.currentThread().getId();
    long start = threads.getThreadAllocatedBytes(id);
    for (int i = 0; i < 10_000; i++) {
      transport.submit(slices, 0, 8);
      transport.cancel(null, ErrorCode.CANCELED);
    }
    // The two measurements themselves may allocate a little; one object a call would be 160 KB.
    assertThat(threads.getThreadAllocatedBytes(id) - start).isLessThan(10_000);
  }

  /** Notes each call that runs with the plugin's loader, and returns fakes for interfaces. */
  private <T> T fake(Class<T> type) {
    return proxy(
        type,
        (self, method, arguments) -> {
          if (Thread.currentThread().getContextClassLoader() == plugin) {
            calls.add(method.getName());
          }
          Thread.currentThread().setContextClassLoader(null);
          return answer(method, arguments);
        });
  }

  private Object answer(Method method, Object[] arguments) {
    if (method.getName().equals("require")) {
      return fake((Class<?>) arguments[0]);
    }
    Class<?> type = method.getReturnType();
    if (type == boolean.class) {
      return true;
    }
    if (type == int.class) {
      return 1;
    }
    if (type == long.class) {
      return 1L;
    }
    boolean made = type.getName().startsWith("io.mooncake4j.spi.") || type == AutoCloseable.class;
    return made && type.isInterface() ? fake(type) : null;
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            ContextCallsTest.class.getClassLoader(), new Class<?>[] {type}, handler));
  }
}

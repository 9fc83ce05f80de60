package io.mooncake4j.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.core.handshake.HandshakeClient;
import io.mooncake4j.core.memory.RegionTable;
import io.mooncake4j.core.plugin.ContextLoader;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.Peer;
import io.mooncake4j.spi.Topology;
import io.mooncake4j.spi.TransportContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On the engine's threads, which plugins share, each plugin's code finds its own class loader. */
class PluginThreadsTest {
  private static final ClassLoader CORE = EngineThreads.class.getClassLoader();
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final ClassLoader one = new ClassLoader("one", CORE) {};
  private final ClassLoader other = new ClassLoader("other", CORE) {};
  private final EngineThreads threads = EngineThreads.start("plugin-threads");
  private final HandshakeClient client =
      new HandshakeClient(new HandshakeClient.Settings(TIMEOUT, TIMEOUT, 1 << 20, false));

  @AfterEach
  void close() {
    client.close();
    threads.close();
  }

  private TransportContext contextOf(ClassLoader plugin) {
    return new EngineTransportContext(
        0,
        null,
        null,
        new ContextLoader(plugin),
        new EngineTransportContext.Shared(
            "here",
            new RegionTable(),
            List.of(),
            new Topology(Map.of()),
            threads,
            client,
            new EngineTransportContext.Late()));
  }

  private static ClassLoader loader() {
    return Thread.currentThread().getContextClassLoader();
  }

  @Test
  void tasksOfOnePluginAfterAnothers() throws Exception {
    ScheduledExecutorService first = contextOf(one).executor();
    ScheduledExecutorService second = contextOf(other).executor();
    // More often than there are threads, so that each has served the other plugin before.
    for (int i = 0; i < 10; i++) {
      assertAllSee(one, first);
      assertAllSee(other, second);
      assertThat(get(threads.timers().submit(PluginThreadsTest::loader))).isSameAs(CORE);
    }
  }

  private static void assertAllSee(ClassLoader plugin, ScheduledExecutorService executor)
      throws Exception {
    Callable<ClassLoader> callable = PluginThreadsTest::loader;
    CompletableFuture<ClassLoader> executed = new CompletableFuture<>();
    executor.execute(() -> executed.complete(loader()));
    CompletableFuture<ClassLoader> timed = new CompletableFuture<>();
    Runnable timer = () -> timed.complete(loader());
    ScheduledFuture<?> once = executor.schedule(timer, 1, TimeUnit.NANOSECONDS);
    assertThat(get(executed)).isSameAs(plugin);
    assertThat(get(timed)).isSameAs(plugin);
    assertThat(get(once)).isNull();
    assertThat(get(executor.submit(callable))).isSameAs(plugin);
    assertThat(get(executor.schedule(callable, 1, TimeUnit.NANOSECONDS))).isSameAs(plugin);
    assertThat(get(executor.invokeAll(List.of(callable)).get(0))).isSameAs(plugin);

    CompletableFuture<ClassLoader> repeated = new CompletableFuture<>();
    CompletableFuture<ClassLoader> delayed = new CompletableFuture<>();
    ScheduledFuture<?> rate =
        executor.scheduleAtFixedRate(
            () -> repeated.complete(loader()), 0, 1, TimeUnit.MILLISECONDS);
    ScheduledFuture<?> delay =
        executor.scheduleWithFixedDelay(
            () -> delayed.complete(loader()), 0, 1, TimeUnit.MILLISECONDS);
    assertThat(get(repeated)).isSameAs(plugin);
    assertThat(get(delayed)).isSameAs(plugin);
    assertThat(rate.cancel(true)).isTrue();
    assertThat(delay.cancel(true)).isTrue();
  }

  @Test
  void aPluginCannotStopTheEnginesThreads() throws Exception {
    ScheduledExecutorService executor = contextOf(one).executor();

    assertThatThrownBy(executor::shutdown).hasMessageContaining("the executor is the engine's");
    assertThatThrownBy(executor::shutdownNow).hasMessageContaining("the executor is the engine's");

    assertThat(executor.isShutdown()).isFalse();
    assertThat(get(executor.submit(() -> 7))).isEqualTo(7);
    threads.timers().shutdown();
    assertThat(executor.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    assertThat(executor.isShutdown()).isTrue();
    assertThat(executor.isTerminated()).isTrue();
  }

  @Test
  void dependentsOfAHandshake() throws Exception {
    try (TestEngines engines = new TestEngines();
        FakePeer fake = new FakePeer();
        EngineThreads shared = threads) {
      TransferEngine here = engines.start("sim-virtual");
      fake.descriptor = "{\"name\":\"n\",\"protocol\":\"simvirtual\",\"buffers\":[]}";
      CountDownLatch attached = new CountDownLatch(1);
      fake.onConnection =
          request -> {
            await(attached);
            return request;
          };
      Peer peer = (Peer) here.openSegment(fake.name());

      List<CompletableFuture<ClassLoader>> seen =
          List.of(
              shake(contextOf(one), peer),
              shake(contextOf(other), peer),
              shake(contextOf(one), peer));
      attached.countDown();

      assertThat(get(seen.get(0))).isSameAs(one);
      assertThat(get(seen.get(1))).isSameAs(other);
      assertThat(get(seen.get(2))).isSameAs(one);
      assertThat(get(shared.blocking().submit(PluginThreadsTest::loader))).isSameAs(CORE);
    }
  }

  private static CompletableFuture<ClassLoader> shake(TransportContext context, Peer peer) {
    return context.handshake(peer, Attributes.emptyMap()).handle((answer, error) -> loader());
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static <T> T get(Future<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.get(20, TimeUnit.SECONDS);
  }
}

package io.mooncake4j.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mooncake4j.api.EngineBuilder;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.management.Attribute;
import javax.management.AttributeNotFoundException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.ReflectionException;
import javax.management.openmbean.CompositeData;
import org.junit.jupiter.api.Test;

/** Engines as the platform's MBean server shows them. */
class EngineBeanTest {
  private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

  private static EngineBuilder engine() {
    return TransferEngine.builder()
        .ignoreEnvironment()
        .name("127.0.0.1")
        .option("mooncake.network.bind-address", "127.0.0.1")
        .option("mooncake.transports", "sim-virtual");
  }

  private static Set<ObjectName> beans(String engine) throws Exception {
    String pattern = "io.mooncake4j:type=TransferEngine,name=" + ObjectName.quote(engine) + ",*";
    return SERVER.queryNames(new ObjectName(pattern), null);
  }

  private static ObjectName bean(String engine, String tail) throws Exception {
    return new ObjectName(
        "io.mooncake4j:type=TransferEngine,name=" + ObjectName.quote(engine) + tail);
  }

  @Test
  void showsTheEngineWhileItRuns() throws Exception {
    String name;
    try (TransferEngine engine = engine().build()) {
      name = engine.name();
      var region = engine.allocate(8192);
      var buffer = engine.openSegment(name).buffers().get(0);
      engine
          .submit(TransferRequest.write(region, 0, buffer, 4096, 4096))
          .orTimeout(20, TimeUnit.SECONDS)
          .join();

      assertThat(beans(name)).containsExactly(bean(name, ""));
      ObjectName bean = bean(name, "");
      assertThat(SERVER.getAttribute(bean, "Name")).isEqualTo(name);
      assertThat((String[]) SERVER.getAttribute(bean, "Transports")).containsExactly("sim-virtual");
      assertThat(SERVER.getAttribute(bean, "engine.regions.bytes")).isEqualTo(8192L);
      assertThat(SERVER.getAttribute(bean, "engine.requests.completed")).isEqualTo(1L);
      CompositeData latency =
          (CompositeData) SERVER.getAttribute(bean, "engine.requests.latency.nanos");
      assertThat(latency.get("count")).isEqualTo(1L);
      assertThat(Arrays.stream((long[]) latency.get("counts")).sum()).isEqualTo(1);
      assertThat((Long) latency.get("sum")).isPositive();
      assertThat((long[]) latency.get("limits")).startsWith(10_000).endsWith(10_000_000_000L);
    }
    assertThat(beans(name)).isEmpty();
  }

  @Test
  void listsWhatTheSnapshotHas() throws Exception {
    try (TransferEngine engine = engine().build()) {
      List<String> listed =
          Arrays.stream(SERVER.getMBeanInfo(bean(engine.name(), "")).getAttributes())
              .peek(it -> assertThat(it.isWritable()).isFalse())
              .map(it -> it.getName())
              .toList();

      var snapshot = engine.metrics();
      assertThat(listed)
          .contains("Name", "Transports", "transport.sim-virtual.slices")
          .containsAll(snapshot.values().keySet())
          .containsAll(snapshot.histograms().keySet())
          .doesNotHaveDuplicates();
      assertThat(
              SERVER.getAttributes(bean(engine.name(), ""), listed.toArray(String[]::new)).asList())
          .extracting(Attribute::getName)
          .isEqualTo(listed);
    }
  }

  @Test
  void canOnlyBeRead() throws Exception {
    try (TransferEngine engine = engine().build()) {
      ObjectName bean = bean(engine.name(), "");
      assertThatThrownBy(() -> SERVER.setAttribute(bean, new Attribute("engine.regions", 1L)))
          .isInstanceOf(AttributeNotFoundException.class);
      assertThatThrownBy(() -> SERVER.getAttribute(bean, "engine.unicorns"))
          .isInstanceOf(AttributeNotFoundException.class)
          .hasMessageContaining(engine.name() + " has no metric engine.unicorns");
      assertThatThrownBy(() -> SERVER.invoke(bean, "reset", null, null))
          .isInstanceOf(ReflectionException.class);
    }
  }

  @Test
  void enginesOfOneNameDoNotClashAndOddNamesAreQuoted() throws Exception {
    String odd = "a=b,c:*?\"\\\n[::1]:1";
    EngineMetrics first = new EngineMetrics();
    first.gauge("which", () -> 1);
    EngineMetrics second = new EngineMetrics();
    second.gauge("which", () -> 2);
    try (AutoCloseable one = EngineBean.register(odd, List.of(), first::snapshot);
        AutoCloseable two = EngineBean.register(odd, List.of(), second::snapshot)) {
      assertThat(one).isNotSameAs(two);
      assertThat(beans(odd)).containsExactlyInAnyOrder(bean(odd, ""), bean(odd, ",instance=2"));
      assertThat(SERVER.getAttribute(bean(odd, ""), "Name")).isEqualTo(odd);
      assertThat(SERVER.getAttribute(bean(odd, ""), "which")).isEqualTo(1L);
      assertThat(SERVER.getAttribute(bean(odd, ",instance=2"), "which")).isEqualTo(2L);
    }
    assertThat(beans(odd)).isEmpty();
  }

  @Test
  void isLeftOutWhenNotWanted() throws Exception {
    try (TransferEngine engine = engine().option("mooncake.metrics.jmx", "false").build()) {
      assertThat(beans(engine.name())).isEmpty();
    }
  }
}

package io.mooncake4j.core.metrics;

import io.mooncake4j.api.MetricsSnapshot;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.ReflectionException;
import javax.management.openmbean.ArrayType;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.CompositeDataSupport;
import javax.management.openmbean.CompositeType;
import javax.management.openmbean.OpenDataException;
import javax.management.openmbean.OpenType;
import javax.management.openmbean.SimpleType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One engine in JMX: {@code io.mooncake4j:type=TransferEngine,name="<engine>"}, for further engines
 * of the same name with {@code ,instance=2} and so on behind it.
 *
 * <p>Its attributes are {@code Name}, {@code Transports} and the metrics under their own names;
 * those that come into being later appear later. Read-only. Safe from any thread.
 */
public final class EngineBean implements DynamicMBean {
  private static final Logger LOG = LoggerFactory.getLogger(EngineBean.class);
  private static final String NAME = "Name";
  private static final String TRANSPORTS = "Transports";
  private static final CompositeType HISTOGRAM = histogramType();

  private final String engine;
  private final List<String> transports;
  private final Supplier<MetricsSnapshot> metrics;

  private EngineBean(String engine, List<String> transports, Supplier<MetricsSnapshot> metrics) {
    this.engine = engine;
    this.transports = List.copyOf(transports);
    this.metrics = metrics;
  }

  /**
   * Registers an engine with the platform's MBean server. An engine that cannot be registered works
   * all the same, so that is no more than a warning.
   *
   * @param engine its name
   * @param transports the names of its transports
   * @param metrics reads its metrics
   * @return takes the engine out again
   */
  public static AutoCloseable register(
      String engine, List<String> transports, Supplier<MetricsSnapshot> metrics) {
    try {
      MBeanServer server = ManagementFactory.getPlatformMBeanServer();
      ObjectName name = register(server, new EngineBean(engine, transports, metrics));
      return () -> server.unregisterMBean(name);
    } catch (JMException | RuntimeException e) {
      LOG.warn("engine {} is not visible in JMX", engine, e);
      return () -> {};
    }
  }

  private static ObjectName register(MBeanServer server, EngineBean bean) throws JMException {
    String base = "io.mooncake4j:type=TransferEngine,name=" + ObjectName.quote(bean.engine);
    ObjectName name = new ObjectName(base);
    for (int instance = 2; ; instance++) {
      try {
        return server.registerMBean(bean, name).getObjectName();
      } catch (InstanceAlreadyExistsException e) {
        name = new ObjectName(base + ",instance=" + instance);
      }
    }
  }

  @Override
  public Object getAttribute(String attribute) throws AttributeNotFoundException {
    Object value = value(attribute, metrics.get());
    if (value == null) {
      throw new AttributeNotFoundException("engine " + engine + " has no metric " + attribute);
    }
    return value;
  }

  @Override
  public AttributeList getAttributes(String[] attributes) {
    MetricsSnapshot snapshot = metrics.get();
    AttributeList found = new AttributeList();
    for (String attribute : attributes) {
      Object value = value(attribute, snapshot);
      if (value != null) {
        found.add(new Attribute(attribute, value));
      }
    }
    return found;
  }

  private Object value(String attribute, MetricsSnapshot snapshot) {
    return switch (attribute) {
      case NAME -> engine;
      case TRANSPORTS -> transports.toArray(String[]::new);
      default -> {
        MetricsSnapshot.Histogram histogram = snapshot.histograms().get(attribute);
        yield histogram == null ? snapshot.values().get(attribute) : composite(histogram);
      }
    };
  }

  @Override
  public MBeanInfo getMBeanInfo() {
    MetricsSnapshot snapshot = metrics.get();
    List<MBeanAttributeInfo> attributes = new ArrayList<>();
    attributes.add(attribute(NAME, String.class, "Name of the engine's segment."));
    attributes.add(attribute(TRANSPORTS, String[].class, "Its transports, best first."));
    snapshot
        .counters()
        .keySet()
        .forEach(it -> attributes.add(attribute(it, Long.class, "Counter")));
    snapshot.gauges().keySet().forEach(it -> attributes.add(attribute(it, Long.class, "Gauge")));
    snapshot
        .histograms()
        .keySet()
        .forEach(it -> attributes.add(attribute(it, CompositeData.class, "Histogram")));
    return new MBeanInfo(
        EngineBean.class.getName(),
        "A transfer engine and its metrics",
        attributes.toArray(MBeanAttributeInfo[]::new),
        null,
        null,
        null);
  }

  private static MBeanAttributeInfo attribute(String name, Class<?> type, String description) {
    return new MBeanAttributeInfo(name, type.getName(), description, true, false, false);
  }

  private static CompositeType histogramType() {
    try {
      ArrayType<long[]> longs = ArrayType.getPrimitiveArrayType(long[].class);
      return new CompositeType(
          "Histogram",
          "Measured values by size",
          new String[] {"count", "sum", "limits", "counts"},
          new String[] {
            "how many values there are",
            "their sum",
            "the largest value of each class but the last, which has no limit",
            "how many values each class has"
          },
          new OpenType<?>[] {SimpleType.LONG, SimpleType.LONG, longs, longs});
    } catch (OpenDataException e) {
      throw new IllegalStateException(e);
    }
  }

  private static CompositeData composite(MetricsSnapshot.Histogram histogram) {
    try {
      return new CompositeDataSupport(
          HISTOGRAM,
          new String[] {"count", "sum", "limits", "counts"},
          new Object[] {
            histogram.count(), histogram.sum(), longs(histogram.limits()), longs(histogram.counts())
          });
    } catch (OpenDataException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long[] longs(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }

  @Override
  public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
    throw new AttributeNotFoundException(attribute.getName() + " can only be read");
  }

  @Override
  public AttributeList setAttributes(AttributeList attributes) {
    return new AttributeList();
  }

  @Override
  public Object invoke(String action, Object[] parameters, String[] signature)
      throws ReflectionException {
    throw new ReflectionException(new NoSuchMethodException(action));
  }
}

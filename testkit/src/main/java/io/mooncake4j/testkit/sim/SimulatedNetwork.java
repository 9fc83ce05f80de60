package io.mooncake4j.testkit.sim;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What links simulated transports of one process: those whose option {@code
 * mooncake.<provider>.network} names the same network reach each other, and its {@link #faults()}
 * strike them. Networks are made on first use and live until {@link #forget}. Safe from any thread.
 */
public final class SimulatedNetwork {
  private static final Map<String, SimulatedNetwork> NETWORKS = new ConcurrentHashMap<>();
  private static final AtomicLong NODE_NUMBERS = new AtomicLong();

  private final String name;
  private final Faults faults = new Faults();
  private final Map<String, SimulatedNode> nodes = new ConcurrentHashMap<>();
  private volatile SimulatedDeviceSpace device;

  private SimulatedNetwork(String name) {
    this.name = name;
  }

  /**
   * Finds or makes a network.
   *
   * @param name its name
   * @return the network
   */
  public static SimulatedNetwork named(String name) {
    return NETWORKS.computeIfAbsent(name, SimulatedNetwork::new);
  }

  /**
   * Forgets a network, so that its name begins anew; transports on it go on.
   *
   * @param name its name
   */
  public static void forget(String name) {
    NETWORKS.remove(name);
  }

  /**
   * Returns the script of faults.
   *
   * @return takes effect at once
   */
  public Faults faults() {
    return faults;
  }

  /**
   * Returns the memory that {@code sim-device} transports of this network share.
   *
   * @return made on first use
   */
  public SimulatedDeviceSpace device() {
    SimulatedDeviceSpace space = device;
    if (space == null) {
      synchronized (this) {
        space = device == null ? new SimulatedDeviceSpace() : device;
        device = space;
      }
    }
    return space;
  }

  /**
   * Makes every {@code sim-handle} transport of an engine revoke its handles and publish new ones.
   *
   * @param segmentName the engine's name
   * @return how many transports did so
   */
  public int republish(String segmentName) {
    List<SimulatedNode> found =
        nodes.values().stream().filter(node -> node.segmentName().equals(segmentName)).toList();
    found.forEach(SimulatedNode::renew);
    return found.size();
  }

  String nextNodeId() {
    return name + "/" + NODE_NUMBERS.incrementAndGet();
  }

  void join(SimulatedNode node) {
    nodes.put(node.id(), node);
  }

  void leave(SimulatedNode node) {
    nodes.remove(node.id());
  }

  /** Finds an open node, or null. */
  SimulatedNode node(String id) {
    return nodes.get(id);
  }

  @Override
  public String toString() {
    return "simulated network " + name;
  }
}

package io.mooncake4j.core.topology;

import io.mooncake4j.ffi.Attempt;
import io.mooncake4j.ffi.Errno;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the RDMA devices that can be used. Used once, by one thread.
 *
 * <p>A device counts when its verbs device file may be read and written and at least one of its
 * ports is active and has a table of GIDs. Format: {@code /sys/class/infiniband}, {@code
 * /sys/class/infiniband_verbs}.
 */
final class RdmaDevices {
  static final int MOST_DEVICES = 1024;
  private static final int MOST_PORTS = 256;
  private static final String CLASS = "/sys/class/infiniband";
  private static final String VERBS = "/sys/class/infiniband_verbs";
  private static final String DEVICE_FILES = "/dev/infiniband/";

  private final FileTree tree;
  private final PciDevices pci;
  private final Findings findings;

  RdmaDevices(FileTree tree, PciDevices pci, Findings findings) {
    this.tree = tree;
    this.pci = pci;
    this.findings = findings;
  }

  /**
   * Finds them.
   *
   * @param allowed names that count; empty for all
   * @return usable devices, as people count
   */
  List<RdmaDevice> usable(Set<String> allowed) {
    List<String> names = names();
    for (String missing :
        allowed.stream().filter(name -> !names.contains(name)).sorted().toList()) {
      findings.odd("device " + missing + " is in the filter, but not on this host");
    }
    Map<String, String> deviceFiles = names.isEmpty() ? Map.of() : deviceFiles();
    List<RdmaDevice> usable = new ArrayList<>();
    for (String name : names) {
      if (!allowed.isEmpty() && !allowed.contains(name)) {
        findings.leftOut("device " + name + " is left out: the filter does not name it");
      } else if (isUsable(name, deviceFiles)) {
        usable.add(describe(name));
      }
    }
    return usable;
  }

  /** Describes a device, usable or not; one that is not there has no folder and no node. */
  RdmaDevice describe(String name) {
    // Two folders up from the link's target is what the device sits on.
    Attempt<String> parent = tree.real(CLASS + "/" + name + "/../..");
    if (!parent.succeeded()) {
      findings.odd("the place of device " + name + " is not known: " + parent.cause());
      return new RdmaDevice(name, "", PciDevices.UNKNOWN_NODE);
    }
    String folder = parent.value();
    return new RdmaDevice(
        name,
        folder.substring(folder.lastIndexOf('/') + 1),
        pci.numaNode(folder, "device " + name));
  }

  /** Says whether the tree has a device of this name. */
  boolean exists(String name) {
    return Names.isDevice(name) && tree.real(CLASS + "/" + name).succeeded();
  }

  private List<String> names() {
    Attempt<List<String>> listed = tree.names(CLASS);
    if (!listed.succeeded()) {
      if (isMissing(listed)) {
        findings.leftOut("there are no RDMA devices: " + listed.cause());
      } else {
        findings.odd("RDMA devices are not known: " + listed.cause());
      }
      return List.of();
    }
    List<String> names = new ArrayList<>();
    for (String name : listed.value()) {
      if (Names.isDevice(name)) {
        names.add(name);
      } else {
        findings.odd("device \"" + name + "\" is left out: this is no name of an RDMA device");
      }
    }
    if (names.size() > MOST_DEVICES) {
      findings.odd(
          "only the first " + MOST_DEVICES + " of " + names.size() + " RDMA devices count");
      return names.subList(0, MOST_DEVICES);
    }
    return names;
  }

  private static boolean isMissing(Attempt<?> attempt) {
    return attempt.errno().filter(Errno.ENOENT::equals).isPresent();
  }

  /** Device name to the name of its verbs device file. */
  private Map<String, String> deviceFiles() {
    Map<String, String> files = new HashMap<>();
    Attempt<List<String>> listed = tree.names(VERBS);
    if (!listed.succeeded()) {
      findings.odd("no RDMA device can be opened: " + listed.cause());
      return files;
    }
    for (String entry : listed.value()) {
      // abi_version lies in the same folder.
      if (!entry.startsWith("uverbs") || !Names.isDevice(entry)) {
        continue;
      }
      Attempt<String> device = tree.text(VERBS + "/" + entry + "/ibdev");
      if (device.succeeded()) {
        files.putIfAbsent(device.value(), entry);
      } else {
        findings.odd("nothing is known of " + entry + ": " + device.cause());
      }
    }
    return files;
  }

  private boolean isUsable(String name, Map<String, String> deviceFiles) {
    if (!tree.isFolder(CLASS + "/" + name)) {
      Attempt<String> real = tree.real(CLASS + "/" + name);
      String why = real.succeeded() ? CLASS + "/" + name + " is not a folder" : real.cause();
      findings.odd(leftOut(name) + why);
      return false;
    }
    String file = deviceFiles.get(name);
    if (file == null) {
      findings.odd(leftOut(name) + "nothing in " + VERBS + " stands for it");
      return false;
    }
    Attempt<Void> usable = tree.usableDevice(DEVICE_FILES + file);
    if (!usable.succeeded()) {
      findings.odd(leftOut(name) + usable.cause());
      return false;
    }
    return hasUsablePort(name);
  }

  private boolean hasUsablePort(String name) {
    String folder = CLASS + "/" + name + "/ports";
    Attempt<List<String>> ports = tree.names(folder);
    if (!ports.succeeded()) {
      findings.odd(leftOut(name) + ports.cause());
      return false;
    }
    List<Port> unusable = new ArrayList<>();
    List<String> sorted = ports.value().stream().limit(MOST_PORTS).toList();
    for (String port : sorted) {
      Port state = Names.isDevice(port) ? port(folder + "/" + port) : Port.odd("this is no port");
      if (state.usable()) {
        return true;
      }
      unusable.add(new Port(false, state.odd(), "port " + port + ": " + state.words()));
    }
    report(name, unusable);
    return false;
  }

  private void report(String name, List<Port> unusable) {
    String words =
        unusable.isEmpty()
            ? "it has no ports"
            : String.join(", ", unusable.stream().map(Port::words).toList());
    if (unusable.isEmpty() || unusable.stream().anyMatch(Port::odd)) {
      findings.odd(leftOut(name) + words);
    } else {
      findings.leftOut(leftOut(name) + words);
    }
  }

  /** Whether a port can be used, and if not, whether that is strange, and why. */
  private record Port(boolean usable, boolean odd, String words) {
    static Port odd(String words) {
      return new Port(false, true, words);
    }
  }

  private Port port(String folder) {
    Attempt<String> state = tree.text(folder + "/state");
    if (!state.succeeded()) {
      return Port.odd(state.cause());
    }
    if (!isActive(state.value())) {
      boolean known = state.value().matches("[0-9]: ?[A-Z_]+");
      return new Port(false, !known, "its state is \"" + state.value() + "\", not ACTIVE");
    }
    Attempt<List<String>> gids = tree.names(folder + "/gids");
    if (!gids.succeeded()) {
      return Port.odd(gids.cause());
    }
    return gids.value().isEmpty()
        ? Port.odd("its table of GIDs is empty")
        : new Port(true, false, "");
  }

  /** The kernel writes number and word, such as {@code 4: ACTIVE}. */
  private static boolean isActive(String state) {
    return state.matches("4: ?ACTIVE");
  }

  private static String leftOut(String name) {
    return "device " + name + " is left out: ";
  }
}

package io.mooncake4j.cli.cmake;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * The CMake options of C++ Mooncake, each with what stands for it here. The one source of
 * docs/build-options.md, of {@code mooncake doctor -DUSE_X=ON} and of what other commands make of
 * such words.
 */
public enum BuildOption {
  WITH_TE(
      Group.COMPONENTS,
      true,
      "transfer engine",
      Effect.always("every command and every other part runs on the transfer engine")),
  WITH_STORE(Group.COMPONENTS, true, "object store", Effect.absent("the object store")),
  WITH_P2P_STORE(Group.COMPONENTS, false, "P2P store", Effect.absent("the P2P store")),
  WITH_EP(
      Group.COMPONENTS,
      false,
      "expert parallelism for PyTorch, deprecated in C++; BUILD_WITH_EP is another spelling",
      Effect.absent("expert parallelism, a part of PyTorch programs")),
  WITH_RUST_EXAMPLE(
      Group.COMPONENTS,
      false,
      "Rust interface and its example",
      Effect.absent("interfaces for languages outside of the JVM")),

  USE_CUDA(Group.ACCELERATORS, false, "NVIDIA GPU memory", Effect.plugin("cuda")),
  USE_MUSA(Group.ACCELERATORS, false, "Moore Threads GPU memory", Effect.plugin("musa")),
  USE_HIP(Group.ACCELERATORS, false, "AMD GPU memory", Effect.plugin("hip")),
  USE_CXL(Group.ACCELERATORS, false, "CXL memory", Effect.plugin("cxl")),

  USE_ETCD(
      Group.METADATA,
      false,
      "engines find each other through etcd",
      Effect.plugin("metadata-etcd")),
  STORE_USE_ETCD(
      Group.METADATA,
      false,
      "failover of the object store's master through etcd; independent of USE_ETCD",
      Effect.absent("high availability of the object store")),
  USE_REDIS(
      Group.METADATA,
      false,
      "engines find each other through Redis",
      Effect.plugin("metadata-redis")),
  USE_HTTP(
      Group.METADATA,
      false,
      "engines find each other through an HTTP server; ON in newer versions of C++ Mooncake",
      Effect.plugin("metadata-http")),

  BUILD_UNIT_TESTS(
      Group.BUILD,
      true,
      "compile the unit tests",
      Effect.outside("mvn verify runs the tests, mvn package -DskipTests leaves them out")),
  BUILD_EXAMPLES(
      Group.BUILD,
      true,
      "compile the examples and transfer_engine_bench",
      Effect.outside("mooncake demo and mooncake bench are in every archive")),
  BUILD_SHARED_LIBS(
      Group.BUILD,
      false,
      "build the engine as a shared library",
      Effect.noSwitch("jars are loaded at run time, there is no static and no shared variant")),
  STORE_USE_JEMALLOC(
      Group.BUILD,
      false,
      "jemalloc in the object store's master",
      Effect.outside(
          "start with LD_PRELOAD=libjemalloc.so.2 to exchange the allocator of native libraries;"
              + " the object store's master is not in this release")),

  WITH_STORE_RUST(Group.FURTHER, true, "Rust client of the object store", Known.STORE),
  WITH_STORE_GO(Group.FURTHER, false, "Go client of the object store", Known.STORE),
  WITH_STORE_C_SHARED(Group.FURTHER, false, "C client of the object store", Known.STORE),
  USE_TCP(Group.FURTHER, true, "TCP transport", Effect.plugin("tcp")),
  USE_NVMEOF(Group.FURTHER, false, "NVMe over Fabrics transport", Effect.plugin("nvmeof")),
  WITH_METRICS(
      Group.FURTHER,
      true,
      "metrics",
      Effect.noSwitch("an engine always counts; whoever wants the numbers asks for them")),
  ENABLE_MULTI_PROTOCOL(
      Group.FURTHER,
      false,
      "several transports in one engine",
      Effect.noSwitch("an engine uses every transport that is available, or mooncake.transports")),
  BUILD_BENCHMARK(
      Group.FURTHER,
      false,
      "compile micro-benchmarks",
      Effect.outside("script/bench-allocation builds and runs those of benchmarks/")),
  ENABLE_ASAN(
      Group.FURTHER,
      false,
      "address sanitizer",
      Effect.outside("there is no native code to build")),
  ENABLE_CCACHE(
      Group.FURTHER, false, "compiler cache", Effect.outside("there is no native code to build")),
  ENABLE_SCCACHE(
      Group.FURTHER, false, "compiler cache", Effect.outside("there is no native code to build")),
  ENABLE_DEBUG_SYMBOLS(
      Group.FURTHER,
      false,
      "debug symbols",
      Effect.outside("class files always name their source lines")),
  USE_ETCD_LEGACY(
      Group.FURTHER, false, "etcd by the older client", Effect.absent("a second client of etcd")),
  STORE_USE_REDIS(Group.FURTHER, false, "object store failover through Redis", Known.STORE),
  STORE_USE_K8S_LEASE(Group.FURTHER, false, "object store failover in Kubernetes", Known.STORE),
  USE_LRU_MASTER(Group.FURTHER, false, "LRU eviction in the object store's master", Known.STORE),
  USE_VRAM_SEGMENT(Group.FURTHER, false, "GPU memory in the object store", Known.STORE),
  ENABLE_KV_EVENTS(Group.FURTHER, false, "events of the object store by ZeroMQ", Known.STORE),
  USE_NOF(Group.FURTHER, false, "remote SSD replicas in the object store", Known.STORE),
  USE_3FS(Group.FURTHER, false, "3FS files in the object store", Known.STORE),
  USE_MNNVL(Group.FURTHER, false, "NVLink between nodes", Known.TRANSPORT),
  USE_INTRA_NVLINK(Group.FURTHER, false, "NVLink within a node", Known.TRANSPORT),
  USE_BAREX(Group.FURTHER, false, "the barex transport", Known.TRANSPORT),
  USE_EFA(Group.FURTHER, false, "AWS Elastic Fabric Adapter", Known.TRANSPORT),
  USE_CXI(Group.FURTHER, false, "CXI network adapters", Known.TRANSPORT),
  USE_UB(Group.FURTHER, false, "the UB transport", Known.TRANSPORT),
  USE_UBSHMEM(Group.FURTHER, false, "the UB transport for shared memory", Known.TRANSPORT),
  USE_ASCEND(Group.FURTHER, false, "Ascend NPU memory", Known.DEVICE),
  USE_ASCEND_DIRECT(Group.FURTHER, false, "Ascend NPU memory, direct", Known.DEVICE),
  USE_ASCEND_HETEROGENEOUS(Group.FURTHER, false, "Ascend NPU and GPU memory", Known.DEVICE),
  USE_MACA(Group.FURTHER, false, "MACA GPU memory", Known.DEVICE),
  USE_MLU(Group.FURTHER, false, "MLU memory", Known.DEVICE),
  USE_HYGON(Group.FURTHER, false, "Hygon DCU memory", Known.DEVICE),
  USE_COREX(Group.FURTHER, false, "CoreX GPU memory", Known.DEVICE),
  USE_SUPA(Group.FURTHER, false, "SUPA GPU memory", Known.DEVICE),
  USE_SUNRISE(Group.FURTHER, false, "Sunrise GPU memory", Known.DEVICE),
  USE_TPU(Group.FURTHER, false, "TPU memory", Known.DEVICE),
  USE_TENT(Group.FURTHER, false, "the second transfer engine of C++ Mooncake", Known.ENGINE),
  USE_MPCOMM(Group.FURTHER, false, "the mpcomm library", Known.ENGINE),
  USE_EVENT_DRIVEN_COMPLETION(
      Group.FURTHER,
      false,
      "completion by event instead of polling",
      Effect.noSwitch("transports report each completion, nobody has to poll"));

  /** The sections of the table: those of C++ Mooncake's developer guide, and what came later. */
  public enum Group {
    COMPONENTS("Components"),
    ACCELERATORS("Accelerators"),
    METADATA("Metadata and failover"),
    BUILD("The build"),
    FURTHER("Options of newer versions");

    private final String title;

    Group(String title) {
      this.title = title;
    }

    /**
     * Returns the heading.
     *
     * @return a few words
     */
    public String title() {
      return title;
    }
  }

  /** What many of the further options come to, and another spelling. */
  private static final class Known {
    static final String OTHER_WITH_EP = "BUILD_WITH_EP";
    static final Effect STORE = Effect.absent("the object store");
    static final Effect TRANSPORT = Effect.absent("a transport for this hardware");
    static final Effect DEVICE = Effect.absent("memory of this hardware");
    static final Effect ENGINE = Effect.absent("another engine behind the same api");

    private Known() {}
  }

  private final Group group;
  private final boolean cxxDefault;
  private final String meaning;
  private final Effect.Kind effect;
  private final String subject;

  BuildOption(Group group, boolean cxxDefault, String meaning, Effect effect) {
    this.group = group;
    this.cxxDefault = cxxDefault;
    this.meaning = meaning;
    this.effect = effect.kind();
    this.subject = effect.subject();
  }

  /**
   * Finds an option.
   *
   * @param name as CMake writes it, or the variable of C++'s Python build; case counts
   * @return the option, or nothing
   */
  public static Optional<BuildOption> find(String name) {
    String known = name.equals(Known.OTHER_WITH_EP) ? WITH_EP.name() : name;
    return Stream.of(values()).filter(option -> option.name().equals(known)).findFirst();
  }

  /**
   * Returns the section it belongs to.
   *
   * @return the group
   */
  public Group group() {
    return group;
  }

  /**
   * Returns what holds in C++ Mooncake when it is not given.
   *
   * @return true for ON
   */
  public boolean cxxDefault() {
    return cxxDefault;
  }

  /**
   * Says what it builds into C++ Mooncake.
   *
   * @return a few words
   */
  public String meaning() {
    return meaning;
  }

  /**
   * Returns what it comes to here.
   *
   * @return the effect
   */
  public Effect effect() {
    return new Effect(effect, subject);
  }

  /**
   * Says whether ON requires a plugin.
   *
   * @return true when {@link #effect()} names a plugin
   */
  public boolean requiresPlugin() {
    return effect == Effect.Kind.PLUGIN;
  }
}

package io.mooncake4j.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NumaTest {
  private static final int NO_SUCH_NODE = 1023;
  private static final int PAGE = (int) PageSizes.small();

  @BeforeEach
  void needsNuma() {
    try (NativeMemory memory = NativeMemory.allocate(PAGE)) {
      Attempt<NumaPolicy> policy = Numa.policyAt(memory.address());
      assumeTrue(policy.succeeded(), policy.cause());
    }
  }

  @Test
  void theNodesOfThisMachineAreListed() {
    assertThat(Numa.availableNodes()).isNotEmpty().allMatch(node -> node >= 0);
  }

  @Test
  void nodeListsAreRead() {
    assertThat(Numa.parseNodes("0")).containsExactly(0);
    assertThat(Numa.parseNodes("0-2,5")).containsExactly(0, 1, 2, 5);
    assertThat(Numa.parseNodes("")).isEmpty();
  }

  @Test
  void aPolicyIsSetReadBackAndFollowed() {
    int node = Numa.availableNodes().last();
    try (NativeMemory memory = NativeMemory.allocate(4L * PAGE)) {
      for (NumaPolicy policy :
          List.of(
              NumaPolicy.preferred(node),
              NumaPolicy.bind(node),
              NumaPolicy.interleave(node),
              NumaPolicy.local(),
              NumaPolicy.systemDefault())) {
        Attempt<Void> bound = Numa.bind(memory.address(), memory.length(), policy);
        assertThat(bound.succeeded()).as(policy + ": " + bound.cause()).isTrue();
        assertThat(Numa.policyAt(memory.address()).value()).isEqualTo(policy);
      }
    }
  }

  @Test
  void pagesTellTheirNodeOnceTouched() {
    int node = Numa.availableNodes().last();
    MemoryOptions options = MemoryOptions.DEFAULT.withNumaNode(node);
    try (NativeMemory memory = NativeMemory.allocate(2L * PAGE, options)) {
      assertThat(memory.numaPlacement().succeeded()).isTrue();
      memory.window(PAGE, 1).put(0, (byte) 1);
      assertThat(Numa.nodesOf(memory.address(), memory.address() + PAGE).value())
          .containsExactly(Numa.NOT_PRESENT, node);
    }
  }

  @Test
  void pagesThatAreNotMappedAreToldApart() {
    assertThat(Numa.nodesOf(16).value()).containsExactly(-Errno.EFAULT.value());
    assertThat(Numa.nodesOf().value()).isEmpty();
  }

  @Test
  void aNodeThatIsNotThereIsRefusedInWordsAndTheMemoryServesAllTheSame() {
    MemoryOptions options = MemoryOptions.DEFAULT.withNumaNode(NO_SUCH_NODE);
    try (NativeMemory memory = NativeMemory.allocate(PAGE, options)) {
      assertThat(memory.numaPlacement().succeeded()).isFalse();
      assertThat(memory.numaPlacement().errno()).contains(Errno.EINVAL);
      assertThat(memory.numaPlacement().cause())
          .startsWith("mbind(PREFERRED [1023], address 0x")
          .contains("EINVAL (22)")
          .endsWith("nodes with memory: " + Numa.availableNodes());
      memory.window(0, 8).putLong(0, 1);
    }
  }

  @Test
  void addressesThatAreNotMappedAreRefused() {
    Attempt<NumaPolicy> policy = Numa.policyAt(16);
    assertThat(policy.cause()).startsWith("get_mempolicy(0x10) failed: EFAULT (14)");
    assertThat(Numa.bind(16L * PAGE, PAGE, NumaPolicy.local()).errno()).contains(Errno.EFAULT);
  }

  @Test
  void policiesWithoutSenseAreRefused() {
    assertThatThrownBy(() -> NumaPolicy.bind())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("BIND needs at least one node");
    assertThatThrownBy(() -> new NumaPolicy(NumaPolicy.Mode.LOCAL, Set.of(0)))
        .hasMessage("LOCAL takes no nodes: [0]");
    assertThatThrownBy(() -> NumaPolicy.preferred(1024))
        .hasMessage("node 1024: nodes are numbered 0 to 1023");
    assertThatThrownBy(() -> NumaPolicy.preferred(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MemoryOptions.DEFAULT.withNumaNode(-2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("numaNode -2");
  }

  @Test
  void policiesOfTheKernelAreRead() {
    assertThat(NumaPolicy.ofKernel(2, Set.of(1))).contains(NumaPolicy.bind(1));
    assertThat(NumaPolicy.ofKernel(1, Set.of())).contains(NumaPolicy.local());
    assertThat(NumaPolicy.ofKernel(0, Set.of())).contains(NumaPolicy.systemDefault());
    assertThat(NumaPolicy.ofKernel(200, Set.of())).isEmpty();
  }
}

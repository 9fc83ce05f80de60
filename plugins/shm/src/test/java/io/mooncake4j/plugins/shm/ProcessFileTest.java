package io.mooncake4j.plugins.shm;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.plugins.shm.wire.ProcessIdentity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whether a process lives: the place of a living one must not be given away. */
@Timeout(30)
class ProcessFileTest {
  private static ProcessIdentity self() {
    return ProcessFile.find(ProcessHandle.current().pid()).orElseThrow();
  }

  @Test
  void aLivingProcessIsNotGone() {
    assertThat(ProcessFile.isGone(self())).isFalse();
  }

  @Test
  void aLaterProcessWithTheSameNumberIsAnother() {
    ProcessIdentity self = self();
    assertThat(ProcessFile.isGone(new ProcessIdentity(self.pid(), self.start() - 1))).isTrue();
  }

  @Test
  void aNumberThatNobodyHasIsGone() {
    // The kernel's numbers stay below 2^22; an identity's field holds as much.
    long highest = (1L << 22) - 1;
    assertThat(ProcessHandle.of(highest)).isEmpty();
    assertThat(ProcessFile.isGone(new ProcessIdentity(highest, 1))).isTrue();
  }

  @Test
  void anInterruptedThreadTakesNobodyForDead() {
    ProcessIdentity self = self();
    Thread.currentThread().interrupt();
    try {
      assertThat(ProcessFile.isGone(self)).isFalse();
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}

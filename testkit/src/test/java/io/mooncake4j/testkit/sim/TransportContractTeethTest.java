package io.mooncake4j.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.mooncake4j.testkit.TransportContract;
import io.mooncake4j.testkit.TransportFixture;
import io.mooncake4j.testkit.sim.DefectiveProvider.Defect;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The contract fails transports that break it: each defect is found by the test made for it. */
class TransportContractTeethTest {
  private static volatile Defect present = Defect.NONE;

  /** Not a test class by its name: run by this test alone. */
  static class Subject extends TransportContract {
    @Override
    protected TransportFixture fixture() {
      return new SimulatedFixture(new DefectiveProvider(present));
    }
  }

  private static Thread.UncaughtExceptionHandler usual;

  /** The defects end threads on purpose; a trace of each would look like trouble. */
  @BeforeAll
  static void expectDefects() {
    usual = Thread.getDefaultUncaughtExceptionHandler();
    // The slices have recorded what went wrong, and the tests look there.
    Thread.setDefaultUncaughtExceptionHandler((thread, error) -> {});
  }

  @AfterAll
  static void expectNoneAgain() {
    Thread.setDefaultUncaughtExceptionHandler(usual);
  }

  @ParameterizedTest
  @CsvSource({
    "NONE, readsTheBytesOfEveryLength, false",
    "NONE, lateBytesOfATimedOutReadNeverAppear, false",
    "COMPLETES_TWICE, reachesTheLastByteOfARegion, true",
    "TOUCHES_COMPLETED_SLICES, reachesTheLastByteOfARegion, true",
    "MOVES_ONE_BYTE_TOO_MANY, readsTheBytesOfEveryLength, true",
    "MOVES_ONE_BYTE_TOO_MANY, writesTheBytesOfEveryLength, true",
    "CONFIRMS_WITHOUT_MOVING, writesTheBytesOfEveryLength, true",
    "CONFIRMS_WITHOUT_MOVING, directionsWorkAsClaimed, false",
    "PUBLISHES_LOCAL_ONLY_REGIONS, aLocalOnlyRegionIsNeitherPublishedNorServed, true",
    "DENIES_THAT_IT_REACHES_ITSELF, theEnginesOwnSegmentWorksAsClaimed, true",
    "CLAIMS_HANDSHAKES, handshakesWorkAsClaimed, true",
    "DOES_NOT_KNOW_QUIESCENCE, quiescenceIsKnownAsClaimed, true",
    "TOUCHES_MEMORY_AFTER_TIMEOUT, lateBytesOfATimedOutReadNeverAppear, true",
    "SAYS_A_LANDING_WRITE_CANNOT_LAND, aTimedOutWriteThatSaysItCannotLandNeverLands, true",
    "CALLS_REFUSALS_BROKEN_LINKS, aRangeThatWasNeverPublishedIsRefused, true",
    "CALLS_REFUSALS_BROKEN_LINKS, aWithdrawnRegionIsRefused, true",
    "LEAVES_A_THREAD_BEHIND, closingLeavesNoThreadAndNoDescriptor, true",
    "MOVES_SHARED_WINDOWS, aSliceCanBeUsedAgainOnceItIsCompleted, true"
  })
  void aDefectIsFound(Defect defect, String test, boolean found) {
    present = defect;
    assertThat(failuresOf(test)).isEqualTo(found ? Set.of(test) : Set.of());
  }

  private static Set<String> failuresOf(String test) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(DiscoverySelectors.selectMethod(Subject.class, test))
            .build();
    Set<String> failures = new ConcurrentSkipListSet<>();
    Set<String> finished = new ConcurrentSkipListSet<>();
    Launcher launcher =
        LauncherFactory.create(
            LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .enableLauncherSessionListenerAutoRegistration(false)
                .build());
    launcher.execute(
        request,
        new TestExecutionListener() {
          @Override
          public void executionFinished(TestIdentifier id, TestExecutionResult result) {
            if (id.isTest()) {
              String name = id.getDisplayName().replace("()", "");
              finished.add(name);
              if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                failures.add(name);
              }
            }
          }
        });
    assertThat(finished).as("the tests that ran").containsExactly(test);
    return new TreeSet<>(failures);
  }
}

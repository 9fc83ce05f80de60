package io.mooncake4j.testkit.sim;

import io.mooncake4j.testkit.Target;
import io.mooncake4j.testkit.TransportContract;
import io.mooncake4j.testkit.TransportFixture;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SimFileContractTest extends TransportContract {
  @TempDir Path folder;

  @Override
  protected TransportFixture fixture() {
    return new SimulatedFixture(new SimFileProvider()) {
      @Override
      public Target startTarget(String name) {
        return new FileTarget(name, folder);
      }
    }.with("folder", folder.toString());
  }
}

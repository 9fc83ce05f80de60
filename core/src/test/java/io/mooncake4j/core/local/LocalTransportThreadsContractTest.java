package io.mooncake4j.core.local;

import io.mooncake4j.testkit.TransportContract;
import io.mooncake4j.testkit.TransportFixture;
import java.util.Map;

/** The same promises where every copy is left to the copying threads and cut into pieces. */
class LocalTransportThreadsContractTest extends TransportContract {
  @Override
  protected TransportFixture fixture() {
    return new LocalTransportContractTest.SelfFixture(
        Map.of(
            "mooncake.local.direct-bytes", "0",
            "mooncake.local.parallel-bytes", "4k",
            "mooncake.local.threads", "3"));
  }
}

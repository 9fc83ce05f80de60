package io.mooncake4j.plugins.metadata.http;

import io.mooncake4j.spi.MetadataStoreProvider;
import io.mooncake4j.testkit.MetadataStoreContract;
import io.mooncake4j.testkit.MetadataStoreFixture;
import io.mooncake4j.testkit.http.HttpFaults;
import io.mooncake4j.testkit.http.HttpStub;
import io.mooncake4j.testkit.http.MetadataRecords;
import io.mooncake4j.testkit.http.MetadataRecords.Dialect;
import java.util.Optional;

/** The contract against a stub, which can also fall silent. */
class HttpStoreContractTest extends MetadataStoreContract {
  @Override
  protected MetadataStoreFixture fixture() {
    MetadataRecords records = new MetadataRecords(Dialect.JAVA);
    HttpStub server = HttpStub.start(records);
    return new MetadataStoreFixture() {
      @Override
      public MetadataStoreProvider provider() {
        return new HttpStoreProvider();
      }

      @Override
      public String connection() {
        return server.url("/metadata");
      }

      @Override
      public String[] invalidConnections() {
        return new String[] {"http://", "https://", "http:///metadata", "http://host:99999/"};
      }

      @Override
      public Optional<Outage> takeDown() {
        server.stop();
        return Optional.of(server::restart);
      }

      @Override
      public Optional<Outage> silence() {
        server.behave(HttpFaults.silence());
        return Optional.of(() -> server.behave(records));
      }

      @Override
      public void close() {
        server.close();
      }
    };
  }
}

package io.mooncake4j.metadata.server;

import io.mooncake4j.testkit.ChildJvm;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** The main class of a process that is a metadata server, for tests that kill it. */
final class ServerProcess {
  private ServerProcess() {}

  public static void main(String[] arguments) {
    MetadataServer server =
        MetadataServer.start(
            MetadataServerConfiguration.at(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .keptIn(Path.of(arguments[0])));
    ChildJvm.serve(question -> Integer.toString(server.port()));
  }
}

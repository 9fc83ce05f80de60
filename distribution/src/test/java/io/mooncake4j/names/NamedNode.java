package io.mooncake4j.names;

import io.mooncake4j.api.EngineBuilder;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.testkit.ChildJvm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A process with engines that publish themselves. Arguments: the metadata URL, the name of the
 * first engine, how many engines, how many buffers each, and options as {@code key=value}.
 *
 * <p>Answers {@code buffers} with the addresses of the first engine's, {@code close} once it has
 * begun to close the first engine on another thread, and {@code late} when another engine will be
 * started while the process ends.
 */
final class NamedNode {
  private NamedNode() {}

  public static void main(String[] arguments) {
    List<TransferEngine> engines = new ArrayList<>();
    TreeSet<String> buffers = new TreeSet<>();
    for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
      TransferEngine engine = start(arguments, i == 0 ? arguments[1] : arguments[1] + "-" + i);
      engines.add(engine);
      for (int j = 0; j < Integer.parseInt(arguments[3]); j++) {
        MemoryRegion region = engine.allocate(4096);
        if (i == 0) {
          buffers.add(Long.toUnsignedString(region.address()));
        }
      }
      engine.awaitPublication(Duration.ofSeconds(30));
    }
    ChildJvm.serve(
        line -> {
          if (line.equals("close")) {
            Thread closing = new Thread(engines.get(0)::close, "closing");
            closing.setDaemon(true);
            closing.start();
            return "closing";
          }
          if (line.equals("late")) {
            Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> start(arguments, arguments[1] + "-late")));
            return "at the end";
          }
          return buffers.stream().collect(Collectors.joining(","));
        });
  }

  private static TransferEngine start(String[] arguments, String name) {
    EngineBuilder builder =
        TransferEngine.builder()
            .ignoreEnvironment()
            .name(name)
            .metadata(arguments[0])
            .option("mooncake.network.bind-address", "127.0.0.1")
            .option("mooncake.transports", "tcp");
    for (int i = 4; i < arguments.length; i++) {
      String[] option = arguments[i].split("=", 2);
      builder.option(option[0], option[1]);
    }
    return builder.build();
  }
}

package io.mooncake4j.core.plugin;

import io.mooncake4j.core.options.OptionResolver;
import io.mooncake4j.core.options.ProcessEnvironment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a child process runs to show that core finds plugins on a class path without pf4j. */
final class ClassPathProbe {
  private ClassPathProbe() {}

  public static void main(String[] arguments) {
    for (String absent :
        List.of("org.pf4j.PluginManager", "com.fasterxml.jackson.core.JsonFactory")) {
      try {
        Class.forName(absent);
        System.out.println("present " + absent);
      } catch (ClassNotFoundException e) {
        System.out.println("absent " + absent);
      }
    }
    PluginSources sources =
        new PluginSources(ClassPathProbe.class.getClassLoader(), List.of(), Set.of());
    try (PluginCatalog catalog = PluginCatalog.load(sources)) {
      catalog.transports().forEach(transport -> System.out.println("found " + transport));
      catalog.problems().forEach(problem -> System.out.println("problem " + problem));
      new OptionResolver(
              Optional.empty(), ProcessEnvironment.none(), Map.of("mooncake.wire.lanes", "2"))
          .resolve(catalog.options()).values().stream()
              .filter(value -> value.isSet())
              .forEach(value -> System.out.println("set " + value));
    }
  }
}

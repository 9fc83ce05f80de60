package io.mooncake4j.testkit.sim;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.config.Option;
import io.mooncake4j.config.OptionType;
import io.mooncake4j.spi.Availability;
import io.mooncake4j.spi.ClassicForm;
import io.mooncake4j.spi.TransportContext;
import io.mooncake4j.spi.TransportDescription;
import io.mooncake4j.spi.TransportFeature;
import io.mooncake4j.spi.TransportLimits;
import io.mooncake4j.spi.TransportProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the providers of simulated transports share. "Other processes" are the other engines of this
 * process that name the same {@link SimulatedNetwork}. Immutable.
 */
abstract class SimulatedProvider implements TransportProvider {
  private static final String VERSION = "0.1.0";

  private final String name;
  private final Option<String> network;

  SimulatedProvider(String name) {
    this.name = name;
    this.network = networkOption(name);
  }

  static Option<String> networkOption(String name) {
    return Option.of(
        "mooncake." + name + ".network",
        OptionType.TEXT,
        "default",
        "Name of the simulated network; engines of one process on the same network reach each"
            + " other.");
  }

  static Option<Long> sliceOption(String name) {
    return Option.of(
            "mooncake." + name + ".slice-bytes",
            OptionType.BYTES,
            256L << 10,
            "Longest slice the simulated transport takes.")
        .range(1L, 1L << 30);
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final Availability availability() {
    return Availability.yes();
  }

  final SimulatedNetwork networkOf(TransportContext context) {
    return SimulatedNetwork.named(context.options().get(network));
  }

  final TransportDescription description(
      String summary,
      AddressSpace space,
      int rank,
      Set<TransportFeature> features,
      Optional<ClassicForm> classicForm,
      Option<?>... options) {
    List<Option<?>> all = new ArrayList<>(List.of(options));
    all.add(network);
    return new TransportDescription(
        VERSION,
        summary,
        Set.of("cpu"),
        space,
        rank,
        features,
        TransportLimits.NONE,
        all,
        Set.of(),
        classicForm);
  }
}

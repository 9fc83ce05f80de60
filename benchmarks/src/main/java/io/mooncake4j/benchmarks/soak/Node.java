package io.mooncake4j.benchmarks.soak;

import io.mooncake4j.api.EngineBuilder;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.testkit.ChildJvm;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A process of the soak: engines, areas that others read and write, workers that read and write the
 * areas of others. Driven by lines (see {@link #answer}).
 */
final class Node {
  private final List<TransferEngine> engines = new ArrayList<>();
  private final List<Area> areas = new ArrayList<>();
  private final List<Worker> workers = new ArrayList<>();
  private Tally tally = new Tally();
  private List<String> ways = List.of("shm", "tcp");
  private Footprint before;

  private Node() {}

  public static void main(String[] arguments) {
    ChildJvm.serve(new Node()::answer);
  }

  private String answer(String line) {
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case "open" -> {
        return open(Integer.parseInt(words[1]), words[2]);
      }
      case "area" -> {
        TransferEngine engine = engines.get(Integer.parseInt(words[1]));
        areas.add(new Area(engine, Integer.parseInt(words[2]), areas.size()));
        return Long.toString(areas.get(areas.size() - 1).address());
      }
      case "worker" -> startWorker(words);
      case "up" -> {
        long address = Long.parseLong(words[3]);
        long goneAt = Long.parseLong(words[4]);
        onLanes(worker -> worker.up(words[1], number(words[2]), address, goneAt));
      }
      case "down" -> onLanes(worker -> worker.down(words[1], number(words[2])));
      case "withdraw" -> withdraw(number(words[1]), number(words[2]));
      case "replace" -> {
        return replace(areas.get(number(words[1])));
      }
      case "counts" -> {
        return tally.counts();
      }
      case "violations" -> {
        return String.join(" | ", tally.violations());
      }
      case "verify" -> {
        onLanes(Worker::verify);
        return checksums();
      }
      case "checksum" -> {
        return Long.toString(areas.get(number(words[1])).checksum());
      }
      case "close" -> close();
      case "remember" -> {
        before = new Footprint();
        return before.toString();
      }
      case "grown" -> {
        return String.join(" | ", before.grown(number(words[1])));
      }
      default -> throw new IllegalArgumentException("no such order: " + line);
    }
    return "done";
  }

  private static int number(String word) {
    return Integer.parseInt(word);
  }

  /** Answers the names of so many engines, with commas between. */
  private String open(int count, String transports) {
    for (int i = 0; i < count; i++) {
      EngineBuilder builder =
          TransferEngine.builder()
              .ignoreEnvironment()
              .name("127.0.0.1")
              .option("mooncake.network.bind-address", "127.0.0.1")
              .option("mooncake.close.timeout", "10s")
              .option("mooncake.tcp.status-timeout", "3s")
              .option("mooncake.tcp.stall-timeout", "3s");
      if (!transports.equals("-")) {
        builder.option("mooncake.transports", transports);
        ways = List.of(transports.split(",", -1));
      }
      engines.add(builder.build());
    }
    return engines.stream().map(TransferEngine::name).collect(Collectors.joining(","));
  }

  /** The engine's number, a seed, and lanes as {@code front/area/bytes}. */
  private void startWorker(String[] words) {
    List<Lane> lanes = new ArrayList<>();
    for (int i = 3; i < words.length; i++) {
      String[] parts = words[i].split("/", -1);
      lanes.add(new Lane(parts[0], number(parts[1]), number(parts[2])));
    }
    TransferEngine engine = engines.get(number(words[1]));
    workers.add(new Worker(engine, Long.parseLong(words[2]), lanes, ways, tally));
  }

  private void onLanes(Consumer<Worker> what) {
    workers.parallelStream().forEach(worker -> worker.order(() -> what.accept(worker)));
  }

  private void withdraw(int area, int millis) {
    String wrong = areas.get(area).withdraw(millis);
    tally.count("withdrawals", 1);
    if (wrong != null) {
      tally.violation(wrong);
    }
  }

  /**
   * Answers the new address and when the old memory was gone; nothing if it is not the engine's.
   */
  private String replace(Area area) {
    if (!area.isOfTheEngine()) {
      return "";
    }
    tally.count("withdrawals of shared memory", 1);
    long goneAt = area.replace();
    return area.address() + " " + goneAt;
  }

  private String checksums() {
    return workers.stream()
        .flatMap(worker -> worker.lanes().stream())
        .map(lane -> lane.front() + "/" + lane.area() + "=" + lane.checksum())
        .collect(Collectors.joining(","));
  }

  private void close() {
    workers.forEach(Worker::end);
    engines.forEach(TransferEngine::close);
    workers.clear();
    areas.clear();
    engines.clear();
    tally = new Tally();
  }
}

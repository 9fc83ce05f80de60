package io.mooncake4j.benchmarks.soak;

import io.mooncake4j.testkit.ChildJvm;
import io.mooncake4j.testkit.CutRelay.Manner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Traffic between three processes for a while, with everything going wrong that can. Two of them
 * transfer and are there to stay; the third, a target only, is killed and replaced.
 */
final class Phase implements AutoCloseable {
  /** A process, its engines' fronts, and the areas it has. */
  private static final class Host {
    ChildJvm child;
    final List<Front> fronts = new ArrayList<>();
    final List<String> addresses = new ArrayList<>();
    final List<Integer> owners = new ArrayList<>();
    final List<Integer> sizes = new ArrayList<>();
  }

  private static final int ENGINES = 2;
  private static final int THREADS = 2;
  private static final int SMALL_BYTES = 2 << 20;

  /** For an area that replaces none. */
  private static final long NEVER = Long.MAX_VALUE;

  private static final Duration CALL = Duration.ofSeconds(200);

  private final SplittableRandom random;
  private final String transports;
  private final int largest;
  private final Supplier<ChildJvm> spawn;
  private final List<Host> hosts = new ArrayList<>();
  private final Host mortal;
  private final List<String> wrong = new ArrayList<>();
  private final Map<String, Integer> events = new LinkedHashMap<>();

  Phase(
      long seed, String transports, int largest, List<ChildJvm> staying, Supplier<ChildJvm> spawn) {
    this.random = new SplittableRandom(seed);
    this.transports = transports;
    this.largest = largest;
    this.spawn = spawn;
    for (ChildJvm child : staying) {
      Host host = new Host();
      host.child = child;
      hosts.add(host);
      open(host, ENGINES);
    }
    mortal = new Host();
    mortal.child = spawn.get();
    hosts.add(mortal);
    open(mortal, 1);
    for (int i = 0; i < staying.size(); i++) {
      for (int engine = 0; engine < ENGINES; engine++) {
        for (int thread = 0; thread < THREADS; thread++) {
          startWorker(hosts.get(i), hosts.get(1 - i), engine, thread == 0 && engine == 0);
        }
      }
    }
    hosts.forEach(this::announce);
  }

  private void open(Host host, int engines) {
    String[] names = call(host, "open " + engines + " " + transports).split(",", -1);
    for (int i = 0; i < engines; i++) {
      if (host.fronts.size() <= i) {
        host.fronts.add(new Front());
      }
      host.fronts.get(i).standBefore(names[i]);
    }
  }

  private static String call(Host host, String line) {
    return host.child.call(line, CALL);
  }

  private void startWorker(Host from, Host peer, int engine, boolean large) {
    int bytes = large ? largest : SMALL_BYTES;
    String first = addArea(peer, engine, bytes);
    String second = addArea(mortal, 0, bytes);
    call(from, "worker " + engine + " " + random.nextLong() + " " + first + " " + second);
  }

  /** Answers the lane. */
  private static String addArea(Host host, int engine, int bytes) {
    host.addresses.add(call(host, "area " + engine + " " + bytes));
    host.owners.add(engine);
    host.sizes.add(bytes);
    return host.fronts.get(engine).name() + "/" + (host.addresses.size() - 1) + "/" + bytes;
  }

  /** Tells the workers where the areas of a fresh host are. */
  private void announce(Host host) {
    for (int i = 0; i < host.addresses.size(); i++) {
      String front = host.fronts.get(host.owners.get(i)).name();
      for (Host other : hosts) {
        call(other, "up " + front + " " + i + " " + host.addresses.get(i) + " " + NEVER);
      }
    }
  }

  /** Lets it run, breaking something every now and then. */
  void run(Duration span, Duration report) {
    long start = System.nanoTime();
    long reported = start;
    long killed = start;
    while (System.nanoTime() - start < span.toNanos() && wrong.isEmpty()) {
      LockSupport.parkNanos(Duration.ofMillis(100 + random.nextInt(1500)).toNanos());
      if (System.nanoTime() - killed > Math.min(span.toNanos() / 3, 20_000_000_000L)) {
        killAndReplace();
        killed = System.nanoTime();
      } else {
        disturb();
      }
      if (System.nanoTime() - reported > report.toNanos()) {
        reported = System.nanoTime();
        System.out.println(
            "soak: " + Duration.ofNanos(reported - start).toSeconds() + " s, " + counts());
      }
      collectViolations();
    }
  }

  private void disturb() {
    Host host = hosts.get(random.nextInt(hosts.size()));
    Front front = host.fronts.get(random.nextInt(host.fronts.size()));
    switch (random.nextInt(5)) {
      case 0 -> note("cut by FIN", front.cut(Manner.FIN));
      case 1 -> note("cut by reset", front.cut(Manner.RESET));
      case 2 -> {
        front.refuse(true);
        front.cut(Manner.RESET);
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(1500)).toNanos());
        front.refuse(false);
        note("refused for a while", 1);
      }
      case 3 -> {
        int area = random.nextInt(host.addresses.size());
        call(host, "withdraw " + area + " " + random.nextInt(600));
        replace(host, area);
      }
      default -> hosts.forEach(each -> each.fronts.forEach(one -> one.cut(Manner.RESET)));
    }
  }

  /**
   * Takes memory of an engine away under traffic; what is carried out later is lost, so none may.
   */
  private void replace(Host host, int area) {
    String[] news = call(host, "replace " + area).split(" ", -1);
    if (news.length < 2) {
      return;
    }
    String front = host.fronts.get(host.owners.get(area)).name();
    host.addresses.set(area, news[0]);
    hosts.forEach(other -> call(other, "down " + front + " " + area));
    hosts.forEach(other -> call(other, "up " + front + " " + area + " " + news[0] + " " + news[1]));
  }

  private void note(String event, int howOften) {
    events.merge(event, howOften, Integer::sum);
  }

  private void killAndReplace() {
    collectViolations();
    mortal.child.kill();
    for (Host host : hosts) {
      if (host != mortal) {
        call(host, "down " + mortal.fronts.get(0).name() + " -1");
      }
    }
    mortal.child = spawn.get();
    open(mortal, 1);
    for (int i = 0; i < mortal.addresses.size(); i++) {
      mortal.addresses.set(i, call(mortal, "area 0 " + mortal.sizes.get(i)));
    }
    announce(mortal);
    note("killed", 1);
  }

  private void collectViolations() {
    for (Host host : hosts) {
      String found = call(host, "violations");
      if (!found.isEmpty()) {
        wrong.add(found);
      }
    }
  }

  /** What happened so far. */
  String counts() {
    Map<String, Long> sum = new TreeMap<>();
    for (Host host : hosts) {
      for (String count : call(host, "counts").split(",", -1)) {
        int equals = count.indexOf('=');
        if (equals > 0) {
          sum.merge(
              count.substring(0, equals), Long.parseLong(count.substring(equals + 1)), Long::sum);
        }
      }
    }
    events.forEach((event, count) -> sum.put(event, (long) count));
    return sum.toString();
  }

  /** Compares what the workers know with what is there, from both ends; what is wrong, in words. */
  List<String> verify() {
    for (Host host : hosts) {
      String[] lanes = call(host, "verify").split(",", -1);
      for (String lane : lanes) {
        if (!lane.isEmpty()) {
          compareAtTarget(lane);
        }
      }
    }
    collectViolations();
    return wrong;
  }

  private void compareAtTarget(String lane) {
    String place = lane.substring(0, lane.indexOf('='));
    String known = lane.substring(lane.indexOf('=') + 1);
    String front = place.substring(0, place.indexOf('/'));
    String area = place.substring(place.indexOf('/') + 1);
    for (Host host : hosts) {
      if (host.fronts.stream().anyMatch(each -> each.name().equals(front))
          && !call(host, "checksum " + area).equals(known)) {
        wrong.add("area " + area + " of " + front + " is not what its worker has written");
      }
    }
  }

  @Override
  public void close() {
    for (Host host : hosts) {
      if (host != mortal) {
        call(host, "close");
      }
    }
    mortal.child.close();
    hosts.forEach(host -> host.fronts.forEach(Front::close));
  }
}

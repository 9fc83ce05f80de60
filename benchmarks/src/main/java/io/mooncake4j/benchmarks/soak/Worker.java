package io.mooncake4j.benchmarks.soak;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.Allocation;
import io.mooncake4j.api.Batch;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.Registration;
import io.mooncake4j.api.Segment;
import io.mooncake4j.api.TransferEngine;
import io.mooncake4j.api.TransferRequest;
import io.mooncake4j.api.TransferStatus;
import io.mooncake4j.benchmarks.soak.Lane.Doubt;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that reads and writes its areas of other processes at random and compares every byte
 * that it reads with what it knows.
 */
final class Worker implements Runnable {
  private static final Duration TIMEOUT = Duration.ofSeconds(8);

  /** By then every request is final, on a busy machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int BATCHES_PER_REGISTRATION = 40;
  private static final long PAUSE_NANOS = 20_000_000;

  /** Carries requests by no transport but the one with the name, or by any. */
  private final List<String> transports;

  private final TransferEngine engine;
  private final SplittableRandom random;
  private final List<Lane> lanes;
  private final Tally tally;
  private final int bytes;
  private final Map<Lane, Long> addresses = new HashMap<>();
  private final ConcurrentLinkedQueue<Runnable> orders = new ConcurrentLinkedQueue<>();
  private final Thread thread = new Thread(this, "soak-worker");
  private ByteBuffer memory;
  private MemoryRegion region;
  private int batches;
  private volatile boolean over;

  Worker(TransferEngine engine, long seed, List<Lane> lanes, List<String> transports, Tally tally) {
    this.engine = engine;
    this.transports = transports;
    this.random = new SplittableRandom(seed);
    this.lanes = lanes;
    this.tally = tally;
    this.bytes = lanes.stream().mapToInt(Lane::bytes).max().orElseThrow();
    register();
    thread.start();
  }

  /** Memory that peers cannot reach: it comes to be where areas were that have been replaced. */
  private void register() {
    if (random.nextBoolean()) {
      region = engine.allocate(Allocation.of(bytes).localOnly());
      memory = region.window(0, bytes);
    } else {
      memory = ByteBuffer.allocateDirect(bytes);
      region = engine.register(Registration.of(memory).localOnly());
    }
    memory.order(ByteOrder.nativeOrder());
  }

  /** Has the thread do something between two batches, and waits until it has. */
  void order(Runnable what) {
    CountDownLatch done = new CountDownLatch(1);
    orders.add(
        () -> {
          what.run();
          done.countDown();
        });
    try {
      if (!done.await(4 * PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("a worker hangs: " + List.of(thread.getStackTrace()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Learns where a fresh area is.
   *
   * @param goneAt when the area that it replaces was gone, by the clock of this host
   */
  void up(String front, int area, long address, long goneAt) {
    for (Lane lane : lanes) {
      if (lane.front().equals(front) && lane.area() == area) {
        if (lane.wasServedAfter(goneAt)) {
          tally.violation(lane + " was served although it had been withdrawn");
        }
        addresses.put(lane, address);
        lane.up();
      }
    }
  }

  /** Leaves an area alone, or with a negative number all. */
  void down(String front, int area) {
    lanes.stream()
        .filter(lane -> lane.front().equals(front) && (area < 0 || lane.area() == area))
        .forEach(Lane::down);
  }

  List<Lane> lanes() {
    return lanes;
  }

  @Override
  public void run() {
    while (!over) {
      try {
        for (Runnable order = orders.poll(); order != null; order = orders.poll()) {
          order.run();
        }
        work();
      } catch (RuntimeException e) {
        tally.violation("a worker failed: " + e + " at " + e.getStackTrace()[0]);
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
    region.close();
  }

  private void work() {
    Lane lane = lanes.get(random.nextInt(lanes.size()));
    if (!lane.isUp()) {
      LockSupport.parkNanos(PAUSE_NANOS);
      return;
    }
    Doubt doubt = lane.oldDoubt(System.nanoTime());
    if (doubt != null) {
      resolve(lane, doubt);
      return;
    }
    List<Job> jobs = Job.random(lane, random);
    if (jobs.isEmpty() || !carryOut(lane, jobs)) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    if (++batches % BATCHES_PER_REGISTRATION == 0) {
      // Nothing of ours is under way, so it closes at once.
      region.close();
      register();
      tally.count("registrations", 1);
    }
  }

  private ByteBuffer window(Job job) {
    return memory
        .duplicate()
        .order(ByteOrder.nativeOrder())
        .clear()
        .limit(job.local() + job.length())
        .position(job.local());
  }

  private TransferRequest request(Segment segment, Lane lane, Job job, String way) {
    Lane.fill(window(job), job.localSeed());
    TransferRequest request =
        TransferRequest.raw(
                job.opcode(),
                region,
                job.local(),
                segment,
                AddressSpace.VIRTUAL,
                addresses.get(lane) + job.offset(),
                job.length())
            .within(TIMEOUT);
    if (way != null) {
      request = request.via(way);
    }
    return job.isIdempotent() ? request.asIdempotent() : request;
  }

  /** One transport for the whole batch, or null for any: then a request may change over. */
  private String way(Lane lane) {
    int choice = random.nextInt(transports.size() + 1);
    String way = choice < transports.size() ? transports.get(choice) : null;
    return Area.isReachedBy(way, lane.area()) ? way : null;
  }

  /** Whether any request was completed. */
  private boolean carryOut(Lane lane, List<Job> jobs) {
    Segment segment;
    try {
      segment = engine.openSegment(lane.front());
    } catch (MooncakeException e) {
      tally.count("segment " + e.code(), 1);
      return false;
    }
    List<TransferRequest> requests = new ArrayList<>();
    String way = way(lane);
    jobs.forEach(job -> requests.add(request(segment, lane, job, way)));
    long beganAt = System.nanoTime();
    try (Batch batch = engine.newBatch(jobs.size())) {
      batch.submit(requests);
      if (!batch.await(PATIENCE)) {
        tally.violation("requests are not final " + PATIENCE + " after a deadline of " + TIMEOUT);
        batch.await(PATIENCE);
      }
      boolean any = false;
      for (int i = 0; i < jobs.size(); i++) {
        any |= settle(lane, jobs.get(i), batch, i, beganAt);
      }
      return any;
    }
  }

  private boolean settle(Lane lane, Job job, Batch batch, int i, long beganAt) {
    TransferStatus status = batch.status(i);
    boolean completed = status == TransferStatus.COMPLETED;
    lane.history().add(job, beganAt, outcome(batch, i));
    if (completed) {
      lane.served(beganAt);
      tally.count("completed " + job.opcode() + " by " + batch.servedBy(i), 1);
      tally.count("bytes", job.length());
      if (job.isWrite()) {
        lane.wrote(job.offset(), window(job));
        if (job.isIdempotent()) {
          // A first try may land behind a second: no other bytes may be written there until then.
          lane.mayHaveWritten(job.offset(), job.length(), job.seed(), System.nanoTime());
        }
      } else {
        String wrong = lane.compare(job.offset(), window(job));
        if (wrong != null) {
          tally.violation(
              wrong
                  + (", by a completed " + job + " by " + batch.servedBy(i) + ": ")
                  + lane.explain(job, window(job))
                  + "; "
                  + again(lane, job));
        }
      }
      return true;
    }
    boolean lands = batch.mayStillLand(i);
    tally.count(
        "failed " + job.opcode() + (lands ? " that may land " : " ") + batch.failure(i).code(), 1);
    if (lands && job.isWrite()) {
      lane.mayHaveWritten(job.offset(), job.length(), job.seed(), System.nanoTime());
    } else if (lands) {
      tally.violation("a read may still land: " + job);
    }
    return false;
  }

  private static String outcome(Batch batch, int i) {
    MooncakeException failure = batch.failure(i);
    return (failure == null ? "completed" : "failed " + failure.code())
        + " by "
        + batch.servedBy(i)
        + (batch.mayStillLand(i) ? ", may still land" : "");
  }

  /** Whether the same bytes are wrong in the same way when they are read anew. */
  private String again(Lane lane, Job job) {
    byte[] first = new byte[job.length()];
    window(job).get(first);
    Job anew = Job.read(job.offset(), job.length(), job.seed() + 1);
    for (int i = 0; i < 100; i++) {
      if (read(lane, anew)) {
        boolean same = window(anew).equals(ByteBuffer.wrap(first));
        String now = lane.compare(anew.offset(), window(anew)) == null ? "right" : "else";
        return "read anew it is " + (same ? "as wrong" : now);
      }
    }
    return "it cannot be read anew";
  }

  private void resolve(Lane lane, Doubt doubt) {
    Job job = Job.read(doubt.offset(), doubt.length(), doubt.seed() + 1);
    if (read(lane, job)) {
      String wrong = lane.resolve(doubt, window(job));
      if (wrong != null) {
        tally.violation(wrong);
      }
      tally.count("doubts resolved", 1);
    }
  }

  private boolean read(Lane lane, Job job) {
    try (Batch batch = engine.newBatch(1)) {
      batch.submit(List.of(request(engine.openSegment(lane.front()), lane, job, null)));
      if (!batch.await(PATIENCE)) {
        tally.violation("a read is not final " + PATIENCE + " after its start");
        batch.await(PATIENCE);
      }
      return batch.status(0) == TransferStatus.COMPLETED;
    } catch (MooncakeException e) {
      LockSupport.parkNanos(PAUSE_NANOS);
      return false;
    }
  }

  /**
   * Reads all areas as a whole, compares them, and does no more; nobody may disturb the links then.
   */
  void verify() {
    long deadline = System.nanoTime() + 2 * PATIENCE.toNanos();
    for (Lane lane : lanes) {
      while (lane.hasDoubts() && deadline - System.nanoTime() > 0) {
        Doubt doubt = lane.oldDoubt(System.nanoTime());
        if (doubt == null) {
          LockSupport.parkNanos(PAUSE_NANOS);
        } else {
          resolve(lane, doubt);
        }
      }
      Job whole = Job.read(0, lane.bytes(), 7);
      boolean read = false;
      while (!read && deadline - System.nanoTime() > 0) {
        read = read(lane, whole);
      }
      String wrong = read ? lane.compare(0, window(whole)) : lane + " cannot be read at the end";
      if (wrong != null) {
        tally.violation(wrong + ", at the end");
      }
      lane.down();
    }
  }

  void end() {
    over = true;
    try {
      thread.join(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

package io.mooncake4j.benchmarks.soak;

import io.mooncake4j.api.AddressSpace;
import io.mooncake4j.api.Batch;
import io.mooncake4j.api.MemoryRegion;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.api.OpCode;
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

  private static final int MAX_REQUESTS = 32;
  private static final long WRITES_PER_IDEMPOTENT = 200;
  private static final int BATCHES_PER_REGISTRATION = 40;
  private static final long PAUSE_NANOS = 20_000_000;

  /** A request of a batch: where, and for a write which bytes. */
  private record Job(OpCode opcode, int offset, int length, long seed) {}

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

  Worker(TransferEngine engine, long seed, List<Lane> lanes, Tally tally) {
    this.engine = engine;
    this.random = new SplittableRandom(seed);
    this.lanes = lanes;
    this.tally = tally;
    this.bytes = lanes.stream().mapToInt(Lane::bytes).max().orElseThrow();
    register();
    thread.start();
  }

  private void register() {
    if (random.nextBoolean()) {
      region = engine.allocate(bytes);
      memory = region.window(0, bytes);
    } else {
      memory = ByteBuffer.allocateDirect(bytes);
      region = engine.register(Registration.of(memory));
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

  void up(String front, int area, long address) {
    for (Lane lane : lanes) {
      if (lane.front().equals(front) && lane.area() == area) {
        addresses.put(lane, address);
        lane.up();
      }
    }
  }

  void down(String front) {
    lanes.stream().filter(lane -> lane.front().equals(front)).forEach(Lane::down);
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
    List<Job> jobs = jobs(lane);
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

  /** Ranges that do not touch, of all magnitudes, some side by side. */
  private List<Job> jobs(Lane lane) {
    List<Job> jobs = new ArrayList<>();
    int most = 1 + random.nextInt(MAX_REQUESTS);
    int at = random.nextInt(1 + random.nextInt(lane.bytes()));
    while (jobs.size() < most && at < lane.bytes()) {
      double magnitude = random.nextDouble() * Math.log(lane.bytes() - at);
      int length = (int) Math.min(lane.bytes() - at, Math.max(1, Math.exp(magnitude)));
      OpCode opcode = random.nextBoolean() ? OpCode.READ : OpCode.WRITE;
      if (!lane.isInDoubt(at, length)) {
        jobs.add(new Job(opcode, at, length, random.nextLong()));
      }
      at += length + (random.nextInt(3) == 0 ? 0 : random.nextInt(5000));
    }
    return jobs;
  }

  private ByteBuffer window(Job job) {
    return memory
        .duplicate()
        .order(ByteOrder.nativeOrder())
        .clear()
        .limit(job.offset + job.length)
        .position(job.offset);
  }

  private TransferRequest request(Segment segment, Lane lane, Job job) {
    ByteBuffer window = window(job);
    if (job.opcode == OpCode.WRITE) {
      Lane.fill(window, job.seed);
    } else {
      Lane.fill(window, ~job.seed);
    }
    TransferRequest request =
        TransferRequest.raw(
                job.opcode,
                region,
                job.offset,
                segment,
                AddressSpace.VIRTUAL,
                addresses.get(lane) + job.offset,
                job.length)
            .within(TIMEOUT);
    return isIdempotent(job) ? request.asIdempotent() : request;
  }

  private static boolean isIdempotent(Job job) {
    return job.opcode == OpCode.WRITE && Math.floorMod(job.seed, WRITES_PER_IDEMPOTENT) == 0;
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
    jobs.forEach(job -> requests.add(request(segment, lane, job)));
    try (Batch batch = engine.newBatch(jobs.size())) {
      batch.submit(requests);
      if (!batch.await(PATIENCE)) {
        tally.violation("requests are not final " + PATIENCE + " after a deadline of " + TIMEOUT);
        batch.await(PATIENCE);
      }
      boolean any = false;
      for (int i = 0; i < jobs.size(); i++) {
        any |= settle(lane, jobs.get(i), batch, i);
      }
      return any;
    }
  }

  private boolean settle(Lane lane, Job job, Batch batch, int i) {
    TransferStatus status = batch.status(i);
    boolean write = job.opcode == OpCode.WRITE;
    if (status == TransferStatus.COMPLETED) {
      tally.count("completed " + job.opcode + " by " + batch.servedBy(i), 1);
      tally.count("bytes", job.length);
      if (write) {
        lane.wrote(job.offset, window(job));
        if (isIdempotent(job)) {
          // A first try may land behind a second: no other bytes may be written there until then.
          lane.mayHaveWritten(job.offset, job.length, job.seed, System.nanoTime());
        }
      } else {
        String wrong = lane.compare(job.offset, window(job));
        if (wrong != null) {
          tally.violation(wrong + ", by a completed read of " + job);
        }
      }
      return true;
    }
    boolean lands = batch.mayStillLand(i);
    tally.count(
        "failed " + job.opcode + (lands ? " that may land " : " ") + batch.failure(i).code(), 1);
    if (lands && write) {
      lane.mayHaveWritten(job.offset, job.length, job.seed, System.nanoTime());
    } else if (lands) {
      tally.violation("a read may still land: " + job);
    }
    return false;
  }

  private void resolve(Lane lane, Doubt doubt) {
    Job job = new Job(OpCode.READ, doubt.offset(), doubt.length(), doubt.seed() + 1);
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
      batch.submit(List.of(request(engine.openSegment(lane.front()), lane, job)));
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
      Job whole = new Job(OpCode.READ, 0, lane.bytes(), 7);
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

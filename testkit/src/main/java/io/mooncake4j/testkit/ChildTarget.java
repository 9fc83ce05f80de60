package io.mooncake4j.testkit;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.Attributes;
import io.mooncake4j.spi.Quiescence;
import io.mooncake4j.spi.RemoteEntry;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/** A target in a second process: the parent's side of {@link TargetProcess}. */
public final class ChildTarget implements Target {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration ANSWER = Duration.ofSeconds(30);

  private final String name;
  private final ChildJvm child;

  private ChildTarget(String name, ChildJvm child) {
    this.name = name;
    this.child = child;
  }

  /**
   * Starts a process with an engine in it.
   *
   * @param name the engine's segment name
   * @param fixture its class, which needs a constructor without parameters, is made anew in the
   *     child
   * @return the target, owned by the caller
   */
  public static ChildTarget start(String name, TransportFixture fixture) {
    ChildJvm child = ChildJvm.start(TargetProcess.class, fixture.getClass().getName(), name);
    try {
      return new ChildTarget(name, child.awaitReady(START));
    } catch (AssertionError e) {
      child.close();
      throw e;
    }
  }

  /**
   * Returns the process, to pause or kill it.
   *
   * @return owned by the target
   */
  public ChildJvm process() {
    return child;
  }

  @Override
  public Region register(long length, boolean remoteAccessible) {
    String[] words = call("register " + length + " " + remoteAccessible).split(" ", 3);
    List<RemoteEntry> entries = SegmentDocument.parse(words[2]).entries();
    return new ChildRegion(Long.parseLong(words[0]), Long.parseLong(words[1]), length, entries);
  }

  @Override
  public void withdraw(Region region) {
    call("withdraw " + ((ChildRegion) region).id);
  }

  @Override
  public Quiescence quiesce(Region region, Duration limit) {
    String answer = call("quiesce " + ((ChildRegion) region).id + " " + limit.toMillis());
    return Quiescence.valueOf(answer);
  }

  @Override
  public SegmentDocument document() {
    if (!child.isAlive()) {
      throw new MooncakeException(ErrorCode.SOCKET, name + " is gone: nobody answers");
    }
    return SegmentDocument.parse(call("document"));
  }

  @Override
  public Attributes handshake(Attributes request) {
    if (!child.isAlive()) {
      throw new MooncakeException(ErrorCode.SOCKET, name + " is gone: nobody answers");
    }
    String[] words = call("handshake " + AttributesText.write(request)).split(" ", 2);
    if (words[0].equals("refused")) {
      throw new MooncakeException(ErrorCode.REJECTED_HANDSHAKE, words[1]);
    }
    return AttributesText.read(words[1]);
  }

  @Override
  public void die() {
    child.kill();
  }

  @Override
  public void assertNoViolations() {
    if (child.isAlive()) {
      String found = call("violations");
      if (!found.equals("none")) {
        throw new AssertionError(this + ": " + found);
      }
    }
  }

  @Override
  public void close() {
    child.close();
  }

  private String call(String line) {
    return child.call(line, ANSWER);
  }

  @Override
  public String toString() {
    return "target " + name + " in " + child;
  }

  private final class ChildRegion implements Region {
    private final long id;
    private final long address;
    private final long length;
    private final List<RemoteEntry> entries;

    ChildRegion(long id, long address, long length, List<RemoteEntry> entries) {
      this.id = id;
      this.address = address;
      this.length = length;
      this.entries = entries;
    }

    @Override
    public long address() {
      return address;
    }

    @Override
    public long length() {
      return length;
    }

    @Override
    public List<RemoteEntry> entries() {
      return entries;
    }

    @Override
    public byte[] bytes(long offset, int size) {
      return Base64.getDecoder().decode(call("bytes " + id + " " + offset + " " + size));
    }

    @Override
    public void write(long offset, byte[] bytes) {
      String text = Base64.getEncoder().encodeToString(bytes);
      call("write " + id + " " + offset + " " + text);
    }

    @Override
    public void fill(long seed) {
      call("fill " + id + " " + seed);
    }
  }
}

package io.mooncake4j.testkit;

import io.mooncake4j.api.MooncakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The main class of a second process that holds a target: the child's side of ChildTarget. */
public final class TargetProcess {
  private final HarnessTarget target;
  private final List<Target.Region> regions = new ArrayList<>();

  private TargetProcess(HarnessTarget target) {
    this.target = target;
  }

  /**
   * Serves until standard input ends.
   *
   * @param arguments the fixture's class and the segment's name
   * @throws ReflectiveOperationException when the fixture cannot be made
   */
  public static void main(String[] arguments) throws ReflectiveOperationException {
    var constructor = Class.forName(arguments[0]).getDeclaredConstructor();
    constructor.setAccessible(true);
    TransportFixture fixture = (TransportFixture) constructor.newInstance();
    TransportHarness harness = fixture.startHarness(arguments[1]);
    ChildJvm.serve(new TargetProcess(new HarnessTarget(harness, fixture))::answer);
  }

  private String answer(String line) {
    String[] words = line.split(" ");
    return switch (words[0]) {
      case "register" -> register(Long.parseLong(words[1]), Boolean.parseBoolean(words[2]));
      case "withdraw" -> {
        target.withdraw(region(words));
        yield "";
      }
      case "quiesce" ->
          target.quiesce(region(words), Duration.ofMillis(Long.parseLong(words[2]))).name();
      case "document" -> target.document().text();
      case "handshake" -> handshake(words[1]);
      case "violations" -> violations();
      case "bytes" ->
          Base64.getEncoder()
              .encodeToString(
                  region(words).bytes(Long.parseLong(words[2]), Integer.parseInt(words[3])));
      case "write" -> {
        region(words).write(Long.parseLong(words[2]), Base64.getDecoder().decode(words[3]));
        yield "";
      }
      case "fill" -> {
        region(words).fill(Long.parseLong(words[2]));
        yield "";
      }
      default -> throw new IllegalArgumentException("unknown command " + words[0]);
    };
  }

  private Target.Region region(String... words) {
    return regions.get(Integer.parseInt(words[1]));
  }

  private String register(long length, boolean remoteAccessible) {
    Target.Region region = target.register(length, remoteAccessible);
    regions.add(region);
    // The document is only the envelope that carries the entries over the pipe.
    String entries = SegmentDocument.outOfBand("entries", region.entries()).text();
    return (regions.size() - 1) + " " + region.address() + " " + entries;
  }

  private String handshake(String request) {
    try {
      return "answer " + AttributesText.write(target.handshake(AttributesText.read(request)));
    } catch (MooncakeException e) {
      return "refused " + e.getMessage();
    }
  }

  private String violations() {
    List<AssertionError> errors = target.harness().violations().errors();
    return errors.isEmpty() ? "none" : errors.toString();
  }
}

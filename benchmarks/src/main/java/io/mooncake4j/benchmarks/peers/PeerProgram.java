package io.mooncake4j.benchmarks.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;

/**
 * The loop of a program that script/bench-peers compares.
 *
 * <p>It prints one line of JSON when it is ready, {@code {"ready":true,"name":…,"version":…}}, or
 * {@code {"unsupported":"why"}} and ends. Then it reads commands, one a line, from the standard
 * input: {@code run <read|write> <blockBytes> <batch> <threads> <seconds>}, perhaps with words for
 * {@link PeerWorkload#choose}, answered by one line ({@link PeerResult#toJson} or {@code
 * {"error":"why"}}), and {@code exit}. The end of the input ends it as well. Nothing else is
 * printed to the standard output; what libraries print there goes to the standard error.
 */
public final class PeerProgram {
  private static final int MAX_LINE = 1_000;
  private static final double MAX_SECONDS = 600;

  /** Of a command to run; those that follow are the workload's. */
  private static final int WORDS = 6;

  private final PeerWorkload workload;
  private final PrintStream out;

  private PeerProgram(PeerWorkload workload, PrintStream out) {
    this.workload = workload;
    this.out = out;
  }

  /**
   * Runs a program on the standard streams and ends this process.
   *
   * @param starter starts the server and connects to it; throws {@link UnsupportedPeerException}
   *     when the program cannot run here
   */
  public static void main(Callable<? extends PeerWorkload> starter) {
    PrintStream out = System.out;
    System.setOut(System.err);
    int status = serve(starter, System.in, out);
    // Threads of libraries must not keep the process alive.
    System.exit(status);
  }

  /** Serves one input to its end; returns the exit status. */
  static int serve(Callable<? extends PeerWorkload> starter, InputStream in, PrintStream out) {
    try (PeerWorkload workload = starter.call()) {
      workload.verify();
      print(
          out,
          "{\"ready\":true,\"name\":%s,\"version\":%s}"
              .formatted(quoted(workload.name()), quoted(workload.version())));
      new PeerProgram(workload, out)
          .loop(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
      return 0;
    } catch (UnsupportedPeerException e) {
      print(out, "{\"unsupported\":%s}".formatted(quoted(e.getMessage())));
      return 0;
    } catch (Exception | LinkageError e) {
      e.printStackTrace();
      print(out, "{\"error\":%s}".formatted(quoted(rootMessage(e))));
      return 1;
    }
  }

  private void loop(BufferedReader commands) throws IOException, TimeoutException {
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      String[] words = line.strip().split("\\s+");
      if (words[0].equals("exit")) {
        return;
      }
      if (!line.isBlank()) {
        print(out, answer(line, words));
      }
    }
  }

  private String answer(String line, String[] words) throws TimeoutException {
    try {
      if (line.length() > MAX_LINE || words.length < WORDS || !words[0].equals("run")) {
        throw new IllegalArgumentException(
            "unknown command: say run <read|write> <blockBytes> <batch> <threads> <seconds>, or exit");
      }
      PeerShape shape =
          new PeerShape(
              isWrite(words[1]),
              Integer.parseInt(words[2]),
              Integer.parseInt(words[3]),
              Integer.parseInt(words[4]));
      workload.choose(List.of(words).subList(WORDS, words.length));
      return new PeerRun(workload, shape, seconds(words[5])).execute().toJson();
    } catch (TimeoutException e) {
      throw new TimeoutException("the run did not come to an end: " + line);
    } catch (Exception | LinkageError e) {
      e.printStackTrace();
      return "{\"error\":%s}".formatted(quoted(rootMessage(e)));
    }
  }

  private static boolean isWrite(String word) {
    return switch (word) {
      case "write" -> true;
      case "read" -> false;
      default -> throw new IllegalArgumentException("'" + word + "' is neither read nor write");
    };
  }

  private static double seconds(String word) {
    double seconds = Double.parseDouble(word);
    if (!(seconds > 0 && seconds <= MAX_SECONDS)) {
      throw new IllegalArgumentException(
          "%s seconds: more than 0 and at most %.0f are allowed".formatted(word, MAX_SECONDS));
    }
    return seconds;
  }

  private static void print(PrintStream out, String line) {
    out.println(line);
    out.flush();
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.toString();
  }

  /** The text as a JSON string. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}

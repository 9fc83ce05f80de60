package io.mooncake4j.benchmarks.rivals.ucx;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.openucx.jucx.ucp.UcpContext;
import org.openucx.jucx.ucp.UcpMemMapParams;
import org.openucx.jucx.ucp.UcpMemory;
import org.openucx.jucx.ucp.UcpWorker;
import org.openucx.jucx.ucp.UcpWorkerParams;

/**
 * The side whose memory is read and written. Commands, one a line: {@code open <threads> <bytes>}
 * makes that many workers, each with memory of its own and a thread that lets it progress, and is
 * answered by their {@link RemoteRegion}s; {@code close} ends them. The end of the input ends it.
 */
public final class UcxServer implements AutoCloseable {
  private final List<Serving> servings = new ArrayList<>();

  private UcxServer(UcpContext context, int threads, long bytes) {
    for (int i = 0; i < threads; i++) {
      servings.add(new Serving(context, bytes));
    }
  }

  /**
   * Runs it.
   *
   * @param arguments none
   * @throws IOException when the pipe to the initiator breaks
   */
  public static void main(String[] arguments) throws IOException {
    PrintStream out = System.out;
    System.setOut(System.err);
    try (UcpContext context = Waiting.context();
        BufferedReader commands =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      out.println("ready");
      UcxServer server = new UcxServer(context, 0, 0);
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        String[] words = line.split(" ", -1);
        server.close();
        if (words[0].equals("open")) {
          server = new UcxServer(context, Integer.parseInt(words[1]), Long.parseLong(words[2]));
        }
        out.println(server.regions());
      }
      server.close();
    }
  }

  private String regions() {
    StringJoiner text = new StringJoiner(" ", "regions ", "");
    servings.forEach(serving -> text.add(serving.region().toText()));
    return text.toString();
  }

  @Override
  public void close() {
    servings.forEach(Serving::close);
    servings.clear();
  }

  /** One worker, its memory and its thread. */
  private static final class Serving implements AutoCloseable {
    private final UcpWorker worker;
    private final UcpMemory memory;
    private final Thread thread;
    private volatile boolean closing;

    Serving(UcpContext context, long bytes) {
      worker = context.newWorker(new UcpWorkerParams().requestThreadSafety());
      memory = context.memoryMap(new UcpMemMapParams().allocate().setLength(bytes));
      thread = new Thread(this::serve, "ucx-server");
      thread.setDaemon(true);
      thread.start();
    }

    RemoteRegion region() {
      return new RemoteRegion(
          memory.getAddress(), memory.getRemoteKeyBuffer(), worker.getAddress());
    }

    private void serve() {
      Waiting waiting = new Waiting(worker);
      try {
        while (!closing) {
          waiting.progress();
        }
      } catch (IOException e) {
        // Nobody is served any more: the initiator sees the process end.
        e.printStackTrace();
        Runtime.getRuntime().halt(1);
      }
    }

    @Override
    public void close() {
      closing = true;
      worker.signal();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      memory.close();
      worker.close();
    }
  }
}

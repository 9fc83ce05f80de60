package io.mooncake4j.core.plugin;

/**
 * The source of a transport provider that notes, for each call, whether the context class loader
 * was the plugin's; its command {@code calls} prints them.
 *
 * @param name the provider's name
 * @param options a Java expression for its options
 * @param availability a Java expression
 * @param members further members of the class, such as a static block
 * @param probe statements of the command {@code probe}, which may write to {@code out}
 */
record TransportSource(
    String name, String options, String availability, String members, String probe) {
  private static final String CODE =
      """
      package p.@NAME@;

      import io.mooncake4j.api.*;
      import io.mooncake4j.config.*;
      import io.mooncake4j.spi.*;
      import java.io.PrintWriter;
      import java.util.*;

      public final class Wire implements TransportProvider, Transport {
        private static final List<String> CALLS = new ArrayList<>();

        @MEMBERS@

        private static void note(String call) {
          boolean own =
              Thread.currentThread().getContextClassLoader() == Wire.class.getClassLoader();
          CALLS.add(call + "=" + own);
        }

        public Wire() {
          note("constructor");
        }

        public String name() {
          note("name");
          return "@NAME@";
        }

        public Availability availability() {
          note("availability");
          return @AVAILABILITY@;
        }

        public TransportDescription describe() {
          note("describe");
          return new TransportDescription(
              "1.2.3", "For tests.", Set.of("cpu"), AddressSpace.VIRTUAL, 1, Set.of(),
              TransportLimits.NONE, @OPTIONS@, Set.of(), Optional.empty());
        }

        public Transport create(TransportContext context) {
          note("create");
          return this;
        }

        public List<Command> commands() {
          note("commands");
          return List.of(command("calls"), command("probe"));
        }

        private static Command command(String name) {
          return new Command() {
            public String name() {
              return name;
            }

            public String usage() {
              return "";
            }

            public int run(List<String> arguments, PrintWriter out, PrintWriter err) {
              note("run");
              if (name.equals("calls")) {
                CALLS.forEach(out::println);
              } else {
                probe(out);
              }
              out.flush();
              return 0;
            }
          };
        }

        private static void probe(PrintWriter out) {
          @PROBE@
        }

        public List<List<PublishedEntry>> register(List<LocalRegion> regions) {
          note("register");
          return List.of();
        }

        public void withdraw(List<LocalRegion> regions) {
          note("withdraw");
        }

        public Quiescence quiesce(List<LocalRegion> regions, long deadlineNanos) {
          note("quiesce");
          return Quiescence.QUIET;
        }

        public Advertisement advertise() {
          note("advertise");
          throw new IllegalStateException("on purpose");
        }

        public long maxSliceBytes() {
          note("maxSliceBytes");
          return 1;
        }

        public void submit(Slice[] slices, int from, int to) {
          note("submit");
        }

        public void cancel(Slice slice, ErrorCode reason) {
          note("cancel");
        }

        public Attributes accept(Attributes request) {
          note("accept");
          return request;
        }

        public void release(Peer peer) {
          note("release");
          Thread.currentThread().setContextClassLoader(null);
        }

        public void close() {
          note("close");
        }
      }
      """;

  static TransportSource named(String name) {
    return new TransportSource(name, "List.of()", "Availability.yes()", "", "");
  }

  TransportSource options(String expression) {
    return new TransportSource(name, expression, availability, members, probe);
  }

  TransportSource availability(String expression) {
    return new TransportSource(name, options, expression, members, probe);
  }

  TransportSource members(String code) {
    return new TransportSource(name, options, availability, code, probe);
  }

  TransportSource probe(String statements) {
    return new TransportSource(name, options, availability, members, statements);
  }

  String className() {
    return "p." + name + ".Wire";
  }

  String code() {
    return CODE.replace("@NAME@", name)
        .replace("@OPTIONS@", options)
        .replace("@AVAILABILITY@", availability)
        .replace("@MEMBERS@", members)
        .replace("@PROBE@", probe);
  }
}

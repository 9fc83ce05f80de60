package io.mooncake4j.cli.bench;

import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The flags that say how results are written. */
final class ReportFlags {
  /** What a target has no use for. */
  static final List<String> NAMES = List.of("--report_unit", "--report_precision", "--json");

  /** Far more than a throughput has. */
  private static final int MOST_DIGITS = 30;

  /** The forms of a report. */
  enum Format {
    TEXT,
    CLASSIC,
    JSON
  }

  private final Flavor flavor;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--report_unit",
      paramLabel = "UNIT",
      defaultValue = "GB",
      converter = ReportUnit.Converter.class,
      description =
          "GB, GiB, Gb, MB, MiB, Mb, KB, KiB or Kb per second (default: ${DEFAULT-VALUE}).")
  private ReportUnit unit;

  @Option(
      names = "--report_precision",
      paramLabel = "DIGITS",
      defaultValue = "2",
      converter = FlagNumbers.Count.class,
      description = "Digits behind the point, 0 to 30 (default: ${DEFAULT-VALUE}).")
  private int precision;

  @Option(
      names = "--report_format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description =
          "text for people; classic for the log lines of C++ on standard error; json for one"
              + " object, in bytes whatever the unit (default: ${DEFAULT-VALUE}; not in C++).")
  private Format format;

  @Option(
      names = "--json",
      paramLabel = "BOOL",
      arity = "1",
      defaultValue = "false",
      description = "The same as --report_format=json (not in C++).")
  private boolean json;

  ReportFlags(Flavor flavor) {
    this.flavor = flavor;
  }

  /** Refuses what contradicts itself. */
  void validate() {
    if (precision < 0 || precision > MOST_DIGITS) {
      throw refuse("--report_precision=" + precision + " is not in 0 to " + MOST_DIGITS);
    }
    boolean given = spec.commandLine().getParseResult().hasMatchedOption("--report_format");
    if (json && given && format != Format.JSON) {
      throw refuse("--json contradicts --report_format=" + format.name().toLowerCase(Locale.ROOT));
    }
  }

  private ParameterException refuse(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** Returns the unit of throughput. */
  ReportUnit unit() {
    return unit;
  }

  /** Returns the digits behind the point. */
  int precision() {
    return precision;
  }

  /** Returns the form of the report. */
  Format format() {
    return json ? Format.JSON : format;
  }

  /** Says whether everything the program tells goes to standard error, in lines as glog's. */
  boolean logsAsGlog() {
    return format() == Format.CLASSIC || flavor == Flavor.CLASSIC;
  }
}

package io.mooncake4j.cli.bench;

import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Units of throughput, named as C++ Mooncake's transfer_engine_bench names them. */
enum ReportUnit {
  GIGABYTES("GB", 1e9),
  GIBIBYTES("GiB", 1L << 30),
  GIGABITS("Gb", 1e9 / 8),
  MEGABYTES("MB", 1e6),
  MEBIBYTES("MiB", 1L << 20),
  MEGABITS("Mb", 1e6 / 8),
  KILOBYTES("KB", 1e3),
  KIBIBYTES("KiB", 1L << 10),
  KILOBITS("Kb", 1e3 / 8);

  private final String symbol;
  private final double bytes;

  ReportUnit(String symbol, double bytes) {
    this.symbol = symbol;
    this.bytes = bytes;
  }

  /**
   * Converts a rate.
   *
   * @param bytesPerSecond the rate
   * @return the rate in this unit per second
   */
  double of(double bytesPerSecond) {
    return bytesPerSecond / bytes;
  }

  @Override
  public String toString() {
    return symbol;
  }

  /** Finds a unit by its symbol; case tells bits from bytes. */
  static final class Converter implements ITypeConverter<ReportUnit> {
    @Override
    public ReportUnit convert(String text) {
      return Arrays.stream(values())
          .filter(unit -> unit.symbol.equals(text))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "\"" + text + "\" is none of " + symbols() + " (case counts)"));
    }

    private static String symbols() {
      return Arrays.stream(values()).map(ReportUnit::toString).collect(Collectors.joining(", "));
    }
  }
}

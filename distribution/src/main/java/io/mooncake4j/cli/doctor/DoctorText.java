package io.mooncake4j.cli.doctor;

import io.mooncake4j.cli.doctor.DoctorReport.Alias;
import io.mooncake4j.cli.doctor.DoctorReport.Asked;
import io.mooncake4j.cli.doctor.DoctorReport.Configured;
import io.mooncake4j.cli.doctor.DoctorReport.Finding;
import io.mooncake4j.cli.doctor.DoctorReport.Provided;
import io.mooncake4j.cli.doctor.DoctorReport.Refused;
import io.mooncake4j.core.plugin.LoadedPlugin;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;

/** Writes a report for people. Used by one thread. */
final class DoctorText {
  private final PrintWriter out;

  DoctorText(PrintWriter out) {
    this.out = out;
  }

  void write(DoctorReport report) {
    out.println("mooncake4j " + report.version());
    out.println("configuration file: " + (report.file().isEmpty() ? "none" : report.file()));
    heading("Host");
    report.host().forEach(fact -> out.println("  " + fact.subject() + ": " + fact.value()));
    writePlugins(report);
    if (!report.buildOptions().isEmpty()) {
      heading("Build options of C++ Mooncake");
      report.buildOptions().forEach(this::write);
    }
    heading("Options (value, source, variable of C++ Mooncake)");
    report.options().forEach(this::write);
    heading("An engine with this configuration");
    report
        .checks()
        .forEach(
            answer ->
                out.println(
                    "  "
                        + answer.subject()
                        + ": "
                        + (answer.good() ? "" : "FAILS: ")
                        + answer.words()));
    writeFindings(report);
  }

  private void heading(String title) {
    out.println();
    out.println(title);
  }

  private void writePlugins(DoctorReport report) {
    heading("Plugins");
    report.providers().forEach(this::write);
    report.refused().forEach(this::write);
    report.disabled().forEach(id -> out.println("  plugin " + id + ": disabled by an option"));
    if (report.providers().stream().allMatch(it -> it.plugin().equals(LoadedPlugin.ENGINE_ID))) {
      out.println("  no plugin; see --plugins");
    }
  }

  private void write(Provided provided) {
    out.println(
        "  "
            + provided.kind()
            + " "
            + provided.name()
            + " "
            + provided.version()
            + ": "
            + (provided.available() ? "available" : "not available: " + provided.cause()));
    boolean own = provided.plugin().equals(LoadedPlugin.ENGINE_ID);
    out.println(
        "    "
            + (own ? "" : "plugin " + provided.plugin() + " (")
            + provided.source()
            + (own ? "" : ")"));
  }

  private void write(Refused refused) {
    out.println(
        "  refused"
            + (refused.plugin().isEmpty() ? "" : " plugin " + refused.plugin())
            + " ("
            + refused.source()
            + "): "
            + refused.cause());
  }

  private void write(Asked asked) {
    out.println("  " + asked.name() + "=" + (asked.on() ? "ON" : "OFF") + ": " + asked.meaning());
    out.println("    here: " + asked.here());
    boolean said = asked.granted() || asked.cause().equals(asked.here());
    String granted = asked.effective() ? "granted" : "no effect";
    out.println(
        "    "
            + (asked.granted() ? granted : "cannot be had")
            + (said ? "" : ": " + asked.cause()));
  }

  private void write(Configured option) {
    String aliases =
        option.aliases().stream()
            .map(Alias::variable)
            .filter(variable -> !option.source().endsWith(" " + variable))
            .collect(Collectors.joining(", "));
    out.println(
        "  "
            + option.key()
            + " = "
            + option.value()
            + "  ("
            + option.source()
            + (aliases.isEmpty() ? "" : "; " + aliases)
            + ")");
  }

  private void writeFindings(DoctorReport report) {
    heading("Findings");
    List<Finding> findings = report.findings();
    for (Finding finding : findings) {
      out.println(
          "  "
              + (finding.fatal() ? "ERROR " : "WARNING ")
              + finding.subject()
              + ": "
              + finding.message().replaceAll("\\s*\\R\\s*", " "));
    }
    if (findings.isEmpty()) {
      out.println("  none");
    }
    out.println();
    out.println(
        report.canStart()
            ? "An engine can start with this configuration."
            : "An engine cannot start with this configuration: see the lines with ERROR.");
    out.flush();
  }
}

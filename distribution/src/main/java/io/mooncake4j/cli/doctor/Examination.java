package io.mooncake4j.cli.doctor;

import io.mooncake4j.api.EngineConfiguration;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.cli.cmake.BuildOption;
import io.mooncake4j.cli.cmake.BuildOptions;
import io.mooncake4j.cli.doctor.DoctorReport.Asked;
import io.mooncake4j.cli.doctor.DoctorReport.Finding;
import io.mooncake4j.cli.doctor.DoctorReport.Refused;
import io.mooncake4j.cli.setup.EngineArguments;
import io.mooncake4j.cli.setup.Installation;
import io.mooncake4j.core.engine.StartCheck;
import io.mooncake4j.core.options.Diagnosis;
import io.mooncake4j.core.options.OptionResolver;
import io.mooncake4j.core.options.ProcessEnvironment;
import io.mooncake4j.core.options.ResolvedOptions;
import io.mooncake4j.core.plugin.PluginCatalog;
import io.mooncake4j.core.plugin.PluginSources;
import io.mooncake4j.core.plugin.RequiredPlugins;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks at everything once; whatever is broken becomes a finding, and the look goes on. Used once,
 * by one thread.
 */
final class Examination {
  private final EngineArguments arguments;
  private final ProcessEnvironment environment;
  private final boolean askMetadata;
  private final List<Finding> findings = new ArrayList<>();
  private final Map<String, String> sources = new LinkedHashMap<>();

  /**
   * Makes an examination.
   *
   * @param arguments what the user asks an engine to be
   * @param environment environment variables and system properties
   * @param askMetadata whether the metadata store is contacted
   */
  Examination(EngineArguments arguments, ProcessEnvironment environment, boolean askMetadata) {
    this.arguments = arguments;
    this.environment = environment;
    this.askMetadata = askMetadata;
  }

  DoctorReport run() {
    arguments.missing().ifPresent(words -> fatal("command line", words));
    EngineConfiguration plain = arguments.plainConfiguration();
    Optional<Path> file = OptionResolver.fileOf(plain, environment);
    Optional<Path> readable = file.filter(this::isReadable);
    Map<String, String> program = new LinkedHashMap<>(plain.options());
    sources.putAll(plain.sources());
    BuildOptions build = arguments.buildOptions();
    translate(build, resolver(readable, program).diagnoseCore().options(), program);
    OptionResolver resolver = resolver(readable, program);
    ResolvedOptions core = resolver.diagnoseCore().options();
    try (PluginCatalog catalog = PluginCatalog.load(PluginSources.of(plain, environment, core))) {
      return report(file, build, resolver, catalog);
    }
  }

  private OptionResolver resolver(Optional<Path> file, Map<String, String> program) {
    return new OptionResolver(file, environment, program, sources);
  }

  private boolean isReadable(Path file) {
    try {
      resolver(Optional.of(file), Map.of());
      return true;
    } catch (MooncakeException e) {
      fatal("configuration file", e.getMessage() + " (the rest of this report is without it)");
      return false;
    }
  }

  private void translate(BuildOptions build, ResolvedOptions before, Map<String, String> program) {
    build.problems().forEach(words -> fatal("build option", words));
    build.contradictions(before).forEach(words -> fatal("build option", words));
    build
        .propertiesOfPlugins(before)
        .forEach(
            (key, value) -> {
              program.put(key, value);
              sources.put(key, build.sourceOf(key));
            });
  }

  private DoctorReport report(
      Optional<Path> file, BuildOptions build, OptionResolver resolver, PluginCatalog catalog) {
    Diagnosis diagnosis = resolver.diagnose(catalog.options());
    for (Diagnosis.Problem problem : diagnosis.problems()) {
      fatal(problem.key(), problem.exception().getMessage());
    }
    diagnosis.options().warnings().forEach(words -> note("options", words));
    for (var problem : catalog.problems()) {
      note("plugins", "refused " + problem);
    }
    List<Asked> asked = asked(build, catalog);
    List<StartCheck.Answer> checks = checks(catalog, diagnosis.options());
    return new DoctorReport(
        Installation.version(),
        file.map(Path::toString).orElse(""),
        new HostFacts(Path.of("/")).read(),
        Inventory.providers(catalog),
        catalog.problems().stream()
            .map(it -> new Refused(it.pluginId(), it.source(), it.cause()))
            .toList(),
        catalog.disabled(),
        asked,
        Inventory.options(catalog.options(), diagnosis.options()),
        checks,
        List.copyOf(findings));
  }

  private List<Asked> asked(BuildOptions build, PluginCatalog catalog) {
    List<Asked> all = new ArrayList<>();
    for (Map.Entry<BuildOption, Boolean> entry : build.asked().entrySet()) {
      BuildOption option = entry.getKey();
      String cause = cause(build, option, catalog);
      if (!build.allowed(option)) {
        fatal("build option", build.refusal(option));
      }
      all.add(
          new Asked(
              option.name(),
              entry.getValue(),
              option.meaning(),
              build.meaning(option),
              cause.isEmpty(),
              option.effect().isSwitch(),
              cause));
    }
    return all;
  }

  private static String cause(BuildOptions build, BuildOption option, PluginCatalog catalog) {
    if (!build.allowed(option)) {
      return build.meaning(option);
    }
    boolean required = option.requiresPlugin() && build.asked().get(option);
    return required ? RequiredPlugins.problemOf(option.effect().subject(), catalog).orElse("") : "";
  }

  private List<StartCheck.Answer> checks(PluginCatalog catalog, ResolvedOptions options) {
    StartCheck check = new StartCheck(catalog, options);
    List<StartCheck.Answer> answers = new ArrayList<>(check.answers());
    check.warnings().forEach(words -> note("engine", words));
    if (askMetadata) {
      answers.add(check.askMetadata());
    }
    for (StartCheck.Answer answer : answers) {
      if (!answer.good()) {
        fatal(answer.subject(), answer.words());
      }
    }
    return answers;
  }

  private void fatal(String subject, String message) {
    findings.add(new Finding(true, subject, message));
  }

  private void note(String subject, String message) {
    findings.add(new Finding(false, subject, message));
  }
}

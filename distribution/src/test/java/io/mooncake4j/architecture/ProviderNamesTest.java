package io.mooncake4j.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.mooncake4j.core.violation.NamesProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Core names no provider: ranks, aliases and schemes are declared by the providers themselves. The
 * vocabulary that every C++ peer shares lives in {@code core.classic} alone. ArchUnit sees no
 * literals, so this reads constant pools.
 */
class ProviderNamesTest {
  private static final String CORE = "io.mooncake4j.core";
  private static final Set<String> PROVIDERS =
      Set.of(
          "tcp", "shm", "rdma", "nvmeof", "cxl", "cuda", "hip", "musa", "etcd", "redis", "http",
          "https");

  @Test
  void coreNamesNoProvider() {
    JavaClasses core =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(CORE);
    List<String> named =
        core.stream()
            .filter(javaClass -> !isClassic(javaClass))
            .flatMap(javaClass -> providersNamedBy(javaClass).stream())
            .toList();

    assertThat(core).isNotEmpty();
    assertThat(named).isEmpty();
  }

  @Test
  void aNameInCoreIsNoticed() {
    JavaClass culprit = new ClassFileImporter().importClass(NamesProvider.class);

    assertThat(providersNamedBy(culprit)).containsExactly(NamesProvider.class.getName() + ": TCP");
  }

  private static boolean isClassic(JavaClass javaClass) {
    return (javaClass.getPackageName() + ".").startsWith(CORE + ".classic.");
  }

  private static List<String> providersNamedBy(JavaClass javaClass) {
    try (InputStream classFile =
        javaClass.getSource().orElseThrow().getUri().toURL().openStream()) {
      return StringConstants.of(classFile).stream()
          .filter(literal -> PROVIDERS.contains(literal.toLowerCase(Locale.ROOT)))
          .map(literal -> javaClass.getName() + ": " + literal)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(javaClass.getName(), e);
    }
  }
}

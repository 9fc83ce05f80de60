package io.mooncake4j.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.mooncake4j.api.violation.NeedsJackson;
import io.mooncake4j.core.violation.NeedsPlugin;
import io.mooncake4j.core.violation.ReadsEnvironment;
import io.mooncake4j.plugins.violation.NeedsPf4j;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** All modules keep the rules, and a rule that is broken is noticed. */
class DependencyRulesTest {
  private static JavaClasses production;

  @BeforeAll
  static void importProduction() {
    production =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.mooncake4j");
  }

  /** Every constant of {@link DependencyRules}: a rule cannot be written and then left out. */
  static Stream<Arguments> rules() {
    return Arrays.stream(DependencyRules.class.getDeclaredFields())
        .filter(field -> Modifier.isStatic(field.getModifiers()))
        .filter(field -> ArchRule.class.isAssignableFrom(field.getType()))
        .map(field -> Arguments.of(field.getName(), valueOf(field)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void everyModuleKeepsTheRule(String name, ArchRule rule) {
    rule.check(production);
  }

  @Test
  void seesEveryModule() {
    assertThat(production.stream().map(JavaClass::getPackageName))
        .contains("io.mooncake4j.api", "io.mooncake4j.spi", "io.mooncake4j.config")
        .contains("io.mooncake4j.ffi", "io.mooncake4j.core", "io.mooncake4j.plugins.tcp")
        .contains("io.mooncake4j.testkit", "io.mooncake4j.cli");
  }

  @Test
  void aModuleThatBreaksARuleFails() {
    assertBroken(DependencyRules.API_NEEDS_THE_JDK_ALONE, NeedsJackson.class);
    assertBroken(DependencyRules.ONLY_CORE_KNOWS_PF4J, NeedsPf4j.class);
    assertBroken(
        DependencyRules.CORE_KNOWS_NEITHER_PLUGINS_NOR_THE_COMMAND_LINE, NeedsPlugin.class);
    assertBroken(DependencyRules.ENVIRONMENT_IS_READ_IN_ONE_PLACE, ReadsEnvironment.class);
    assertBroken(DependencyRules.LIBRARIES_DO_NOT_PRINT, ReadsEnvironment.class);
  }

  private static void assertBroken(ArchRule rule, Class<?> culprit) {
    JavaClasses classes = new ClassFileImporter().importClasses(culprit);
    assertThatThrownBy(() -> rule.check(classes))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(culprit.getName());
  }

  private static Object valueOf(Field field) {
    try {
      return field.get(null);
    } catch (IllegalAccessException e) {
      throw new AssertionError(field.getName(), e);
    }
  }
}

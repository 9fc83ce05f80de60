package io.mooncake4j.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Set;

/** Which package may know which: the design's dependency rules, one constant a rule. */
final class DependencyRules {
  private static final String[] API = {
    "io.mooncake4j.api..", "io.mooncake4j.spi..", "io.mooncake4j.config.."
  };
  private static final String FFI = "io.mooncake4j.ffi..";
  private static final String CORE = "io.mooncake4j.core..";
  private static final String PLUGINS = "io.mooncake4j.plugins..";
  private static final String TESTKIT = "io.mooncake4j.testkit..";
  private static final String CLI = "io.mooncake4j.cli..";

  /** The one class that reads environment variables and system properties. */
  private static final String ENVIRONMENT_READER =
      "io\\.mooncake4j\\.core\\.options\\.ProcessEnvironment(\\$.*)?";

  private static final Set<String> ENVIRONMENT_METHODS =
      Set.of(
          "System.getenv",
          "System.getProperty",
          "System.getProperties",
          "Integer.getInteger",
          "Long.getLong",
          "Boolean.getBoolean");

  static final ArchRule API_NEEDS_THE_JDK_ALONE =
      classes()
          .that()
          .resideInAnyPackage(API)
          .should()
          .onlyDependOnClassesThat(resideInAnyPackage(API).or(resideInAnyPackage("java..")))
          .because("its users bring no library because of us");

  static final ArchRule ONLY_CORE_KNOWS_PF4J =
      noClasses()
          .that()
          .resideOutsideOfPackage(CORE)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.pf4j..")
          .because("a plugin is a plain jar with a manifest, and the loader can be exchanged");

  static final ArchRule ONLY_THE_COMMAND_LINE_KNOWS_ITS_LIBRARIES =
      noClasses()
          .that()
          .resideOutsideOfPackage(CLI)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("picocli..", "org.HdrHistogram..")
          .because("engines run in other people's applications");

  static final ArchRule FFI_STANDS_ALONE =
      noClasses()
          .that()
          .resideInAPackage(FFI)
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("io.mooncake4j..").and(resideInAnyPackage(FFI).negate()))
          .because("it is a library for core and for plugins");

  static final ArchRule PLUGINS_KNOW_THE_API_AND_FFI_ALONE =
      noClasses()
          .that()
          .resideInAPackage(PLUGINS)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CORE, CLI, TESTKIT)
          .because("a plugin's loader shows it the api, not core");

  static final ArchRule PLUGINS_DO_NOT_KNOW_ONE_ANOTHER =
      slices()
          .matching("io.mooncake4j.plugins.(*)..")
          .should()
          .notDependOnEachOther()
          .allowEmptyShould(true);

  static final ArchRule CORE_KNOWS_NEITHER_PLUGINS_NOR_THE_COMMAND_LINE =
      noClasses()
          .that()
          .resideInAPackage(CORE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(PLUGINS, CLI, TESTKIT)
          .because("core contains no provider's name");

  static final ArchRule TESTKIT_KNOWS_THE_API_AND_FFI_ALONE =
      noClasses()
          .that()
          .resideInAPackage(TESTKIT)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CORE, PLUGINS, CLI)
          .because("plugin authors run it against an engine found by ServiceLoader");

  static final ArchRule NO_CYCLES_BETWEEN_PACKAGES =
      slices().assignedFrom(onePackageEach()).should().beFreeOfCycles();

  static final ArchRule ENVIRONMENT_IS_READ_IN_ONE_PLACE =
      noClasses()
          .that()
          .haveNameNotMatching(ENVIRONMENT_READER)
          // Tests start child processes with the class path and the JVM of their own.
          .and()
          .resideOutsideOfPackage(TESTKIT)
          .should()
          .accessTargetWhere(readsEnvironment())
          .because("options come from one place, documented and checked");

  static final ArchRule LIBRARIES_DO_NOT_PRINT =
      noClasses()
          .that()
          // A child process of a test answers its parent on standard output.
          .resideOutsideOfPackages(CLI, TESTKIT)
          .should(ACCESS_STANDARD_STREAMS)
          .because("they run in other people's processes: slf4j, or an exception");

  static final ArchRule LOGS_GO_TO_SLF4J = noClasses().should(USE_JAVA_UTIL_LOGGING);

  static final ArchRule NO_INTERNALS_OF_THE_JDK =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("sun..", "jdk.internal..", "com.sun.jna..")
          .because("it has to run on every JDK without --add-opens");

  private DependencyRules() {}

  private static DescribedPredicate<JavaAccess<?>> readsEnvironment() {
    return DescribedPredicate.describe(
        "reads environment variables or system properties",
        access ->
            ENVIRONMENT_METHODS.contains(
                access.getTargetOwner().getSimpleName() + "." + access.getName()));
  }

  private static SliceAssignment onePackageEach() {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
        return javaClass.getPackageName().startsWith("io.mooncake4j.")
            ? SliceIdentifier.of(javaClass.getPackageName())
            : SliceIdentifier.ignore();
      }

      @Override
      public String getDescription() {
        return "packages";
      }
    };
  }
}

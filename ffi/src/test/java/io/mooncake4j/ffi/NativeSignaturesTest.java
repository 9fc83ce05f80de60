package io.mooncake4j.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import jnr.ffi.Pointer;
import org.junit.jupiter.api.Test;

class NativeSignaturesTest {
  /** Stands for a binding that somebody will write one day. */
  public interface SixIntegers {
    long six(long a, int b, Pointer c, short d, String e, byte f);
  }

  public interface SixIntegersAndFloats {
    long six(long a, double x, long b, long c, float y, long d, long e, long f);
  }

  public interface Inherits extends SixIntegers {
    int five(int a, int b, int c, int d, int e);
  }

  public interface Allowed {
    int none();

    long five(long a, long b, long c, long d, long e);

    long seven(long a, long b, long c, long d, long e, long f, long g);

    double sixDoubles(double a, double b, double c, double d, double e, double f);

    double fiveAndOne(long a, long b, long c, long d, long e, double f);

    long variable(long a, long b, long c, long d, long e, Object... rest);

    default long wrapped(long a, long b, long c, long d, long e, long f) {
      return seven(a, b, c, d, e, f, 0);
    }
  }

  @Test
  void sixIntegersAreFound() {
    assertThat(NativeSignatures.sixIntegerArgumentMethods(SixIntegers.class))
        .containsExactly(SixIntegers.class.getName() + ".six");
  }

  @Test
  void floatingPointArgumentsBesideSixIntegersDoNotHelp() {
    assertThat(NativeSignatures.sixIntegerArgumentMethods(SixIntegersAndFloats.class)).hasSize(1);
  }

  @Test
  void inheritedMethodsCount() {
    assertThat(NativeSignatures.sixIntegerArgumentMethods(Allowed.class, Inherits.class))
        .containsExactly(Inherits.class.getName() + ".six");
  }

  @Test
  void fiveAndSevenPass() {
    assertThat(NativeSignatures.sixIntegerArgumentMethods(Allowed.class)).isEmpty();
  }

  @Test
  void loadingRefusesABannedInterfaceBeforeItLooksForTheLibrary() {
    assertThatThrownBy(() -> NativeLibrary.find(SixIntegers.class, "libabsent.so.9"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(SixIntegers.class.getName() + ".six")
        .hasMessageContaining("com.kenai.jffi.Invoker");
    NativeLibrary c = NativeLibrary.open("libc.so.6").value();
    assertThatThrownBy(() -> c.bind(SixIntegers.class))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void noInterfaceOfThisModuleBreaksTheRule() throws Exception {
    List<Class<?>> interfaces = interfacesOf(mainClasses());
    assertThat(NativeSignatures.sixIntegerArgumentMethods(interfaces.toArray(Class<?>[]::new)))
        .isEmpty();
  }

  private static Path mainClasses() throws URISyntaxException {
    return Path.of(NativeLibrary.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static List<Class<?>> interfacesOf(Path folder) throws Exception {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> classes =
          files.filter(file -> file.toString().endsWith(".class")).map(folder::relativize).toList();
      assertThat(classes).as("classes in " + folder).hasSizeGreaterThan(20);
      return classes.stream()
          .map(NativeSignaturesTest::load)
          .<Class<?>>map(type -> type)
          .filter(Class::isInterface)
          .toList();
    }
  }

  private static Class<?> load(Path relative) {
    String name = relative.toString().replace('/', '.').replaceAll("\\.class$", "");
    try {
      return Class.forName(name, false, NativeLibrary.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(name, e);
    }
  }
}

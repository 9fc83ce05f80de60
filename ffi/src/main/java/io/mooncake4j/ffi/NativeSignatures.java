package io.mooncake4j.ffi;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The rule that no method declared to jnr-ffi takes exactly six integer arguments.
 *
 * <p>On x86_64 jnr-ffi (2.2.17 to 2.3.4, jnr-ffi issue 181) hands garbage to the native function as
 * the sixth of six integer arguments, with or without floating-point arguments beside them. Five
 * and seven are right. Functions of six arguments ({@code mmap}, {@code mbind}) are called through
 * jffi's {@code Invoker}, which has no such fault. {@link NativeLibrary} refuses interfaces that
 * break the rule; a module's test should check them all with this class.
 *
 * <p>Stateless and thread-safe.
 */
public final class NativeSignatures {
  private static final int FAULTY_COUNT = 6;

  private NativeSignatures() {}

  /**
   * Lists the methods with exactly six integer arguments.
   *
   * <p>Everything that is not {@code float} or {@code double} counts: addresses, strings, buffers
   * and enums travel in integer registers too. Methods with a variable argument list, default and
   * static methods are not bound by the faulty path and pass.
   *
   * @param jnrInterfaces interfaces as handed to jnr-ffi; inherited methods are included
   * @return one line per method, empty when all are right
   */
  public static List<String> sixIntegerArgumentMethods(Class<?>... jnrInterfaces) {
    List<String> banned = new ArrayList<>();
    for (Class<?> type : jnrInterfaces) {
      for (Method method : nativeMethods(type)) {
        if (!method.isVarArgs() && integerArguments(method) == FAULTY_COUNT) {
          banned.add(type.getName() + "." + method.getName());
        }
      }
    }
    return banned;
  }

  /** Returns the methods of an interface that stand for native functions, by name. */
  static List<Method> nativeMethods(Class<?> type) {
    List<Method> methods = new ArrayList<>();
    for (Method method : type.getMethods()) {
      if (Modifier.isAbstract(method.getModifiers())) {
        methods.add(method);
      }
    }
    methods.sort((a, b) -> a.getName().compareTo(b.getName()));
    return methods;
  }

  private static long integerArguments(Method method) {
    return Arrays.stream(method.getParameterTypes()).filter(type -> !isFloatingPoint(type)).count();
  }

  private static boolean isFloatingPoint(Class<?> type) {
    return type == float.class
        || type == double.class
        || type == Float.class
        || type == Double.class;
  }
}

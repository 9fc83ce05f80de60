package io.mooncake4j.ffi;

import com.kenai.jffi.Library;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import jnr.ffi.LibraryLoader;

/**
 * A shared library found and checked at once: what is missing shows at lookup, in words, and never
 * as an {@code UnsatisfiedLinkError} at the first call.
 *
 * <p>Immutable and thread-safe. Addresses from {@link #symbol} are valid while this object is
 * reachable; a bound interface keeps its library loaded by itself.
 */
public final class NativeLibrary {
  private final String name;
  private final Library handle;

  private NativeLibrary(String name, Library handle) {
    this.name = name;
    this.handle = handle;
  }

  /**
   * Opens the first of several candidates that loads.
   *
   * @param candidates names as the dynamic linker takes them ({@code libibverbs.so.1}) or paths, in
   *     order of preference
   * @return the library, or for every candidate why it did not load
   */
  public static Attempt<NativeLibrary> open(String... candidates) {
    List<String> causes = new ArrayList<>();
    for (String candidate : requireCandidates(candidates)) {
      Attempt<NativeLibrary> opened = openOne(candidate);
      if (opened.succeeded()) {
        return opened;
      }
      causes.add(opened.cause());
    }
    return Attempt.refused(String.join("; ", causes));
  }

  /**
   * Finds the first of several libraries that has every function of an interface, and binds it.
   *
   * @param functions a public interface for jnr-ffi; each method is the C function of its name
   * @param candidates names or paths, in order of preference
   * @return the bound interface, or for every candidate what is wrong with it
   * @throws IllegalArgumentException if the interface breaks the rule of {@link NativeSignatures}
   */
  public static <T> Attempt<T> find(Class<T> functions, String... candidates) {
    requireBindable(functions);
    List<String> causes = new ArrayList<>();
    for (String candidate : requireCandidates(candidates)) {
      Attempt<T> bound = openOne(candidate).then(library -> library.bind(functions));
      if (bound.succeeded()) {
        return bound;
      }
      causes.add(bound.cause());
    }
    return Attempt.refused(String.join("; ", causes));
  }

  /**
   * Binds an interface to this library; a second interface holds functions that only newer versions
   * have.
   *
   * @param functions a public interface for jnr-ffi; each method is the C function of its name
   * @return the bound interface, or the names of the functions that the library lacks
   * @throws IllegalArgumentException if the interface breaks the rule of {@link NativeSignatures}
   */
  public <T> Attempt<T> bind(Class<T> functions) {
    requireBindable(functions);
    Set<String> missing = new LinkedHashSet<>();
    for (Method method : NativeSignatures.nativeMethods(functions)) {
      if (symbol(method.getName()).isEmpty()) {
        missing.add(method.getName());
      }
    }
    if (!missing.isEmpty()) {
      return Attempt.refused(
          name + " lacks " + String.join(", ", missing) + "; install a version that has them");
    }
    try {
      return Attempt.success(LibraryLoader.create(functions).failImmediately().load(name));
    } catch (LinkageError e) {
      return Attempt.refused(name + " cannot be bound to " + functions.getName() + ": " + e);
    }
  }

  /** Returns the address of a function or variable, empty when the library has none such. */
  public OptionalLong symbol(String symbol) {
    long address = handle.getSymbolAddress(symbol);
    return address == 0 ? OptionalLong.empty() : OptionalLong.of(address);
  }

  /** Returns the candidate that was loaded. */
  public String name() {
    return name;
  }

  @Override
  public String toString() {
    return name;
  }

  private static Attempt<NativeLibrary> openOne(String candidate) {
    Library handle;
    try {
      handle = Library.getCachedInstance(candidate, Library.LAZY | Library.LOCAL);
    } catch (LinkageError e) {
      return Attempt.refused(
          candidate
              + ": native calls are not possible here, jffi's own library does not load"
              + " (unsupported machine, or a temporary folder that is read-only or noexec): "
              + e.getMessage());
    }
    if (handle != null) {
      return Attempt.success(new NativeLibrary(candidate, handle));
    }
    String linkerError = Objects.requireNonNullElse(Library.getLastError(), "no cause given");
    // The linker says "No such file" of a file for another processor: look ourselves.
    return Attempt.refused(
        ElfHeader.mismatch(candidate)
            .orElseGet(
                () ->
                    linkerError.contains(candidate)
                        ? linkerError
                        : candidate + ": " + linkerError));
  }

  private static String[] requireCandidates(String... candidates) {
    if (candidates.length == 0) {
      throw new IllegalArgumentException("no library named: give at least one candidate");
    }
    return candidates;
  }

  private static void requireBindable(Class<?> functions) {
    if (!functions.isInterface()) {
      throw new IllegalArgumentException(functions.getName() + " is not an interface");
    }
    List<String> banned = NativeSignatures.sixIntegerArgumentMethods(functions);
    if (!banned.isEmpty()) {
      throw new IllegalArgumentException(
          "exactly six integer arguments, of which jnr-ffi corrupts the last: "
              + String.join(", ", banned)
              + "; call such functions through com.kenai.jffi.Invoker");
    }
  }
}

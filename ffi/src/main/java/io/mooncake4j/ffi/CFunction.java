package io.mooncake4j.ffi;

import com.kenai.jffi.Function;
import com.kenai.jffi.HeapInvocationBuffer;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.LastError;
import com.kenai.jffi.Type;
import java.util.Arrays;

/**
 * A C function of integer arguments, called through jffi: right for any number of them.
 *
 * <p>Thread-safe. Costs about 100 ns over the call itself, which system calls dwarf.
 */
final class CFunction {
  /** Held because the function's address is valid only while the library is loaded. */
  private final NativeLibrary library;

  private final Function function;

  CFunction(NativeLibrary library, String name, int arguments) {
    this.library = library;
    long address =
        library
            .symbol(name)
            .orElseThrow(() -> new IllegalStateException(this.library + " lacks " + name));
    Type[] types = new Type[arguments];
    Arrays.fill(types, Type.SINT64);
    this.function = new Function(address, Type.SINT64, types);
  }

  /** Calls a function that returns a 64-bit value: the value, or its errno negated if it is -1. */
  long call(long... arguments) {
    long result = invoke(arguments);
    return result == -1 ? -lastError() : result;
  }

  /** Calls a function that returns C's int: the value, or its errno negated if it is -1. */
  int callInt(long... arguments) {
    // The upper half of the register is undefined for an int.
    int result = (int) invoke(arguments);
    return result == -1 ? -lastError() : result;
  }

  /** Calls a function that reports no errors. */
  long invoke(long... arguments) {
    HeapInvocationBuffer buffer = new HeapInvocationBuffer(function);
    for (long argument : arguments) {
      buffer.putLong(argument);
    }
    return Invoker.getInstance().invokeLong(function, buffer);
  }

  private static int lastError() {
    return LastError.getInstance().get();
  }
}

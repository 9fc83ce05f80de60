package io.mooncake4j.core.plugin;

import io.mooncake4j.api.ErrorCode;
import io.mooncake4j.api.MooncakeException;
import io.mooncake4j.spi.Command;
import io.mooncake4j.spi.MemoryDevice;
import io.mooncake4j.spi.MetadataStore;
import io.mooncake4j.spi.Transport;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/**
 * Any interface of the SPI whose calls run with the plugin's context class loader, where speed does
 * not matter; what a call returns is wrapped likewise.
 */
final class ContextProxy implements InvocationHandler {
  private final Object delegate;
  private final ContextLoader context;

  private ContextProxy(Object delegate, ContextLoader context) {
    this.delegate = delegate;
    this.context = context;
  }

  /**
   * Wraps an object.
   *
   * @param type the interface to show
   * @param delegate what implements it
   * @param context the plugin's loader
   * @throws MooncakeException with {@link ErrorCode#PLUGIN} when the plugin gave nothing
   */
  static <T> T of(Class<T> type, T delegate, ContextLoader context) {
    if (delegate == null) {
      throw new MooncakeException(
          ErrorCode.PLUGIN,
          "a plugin returned no " + type.getSimpleName() + "; report it to its author");
    }
    // A capability may be an interface of the plugin's own, which core's loader does not see.
    ClassLoader loader =
        type.getClassLoader() == null ? ContextProxy.class.getClassLoader() : type.getClassLoader();
    return type.cast(
        Proxy.newProxyInstance(loader, new Class<?>[] {type}, new ContextProxy(delegate, context)));
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    if (method.getName().equals("equals") && method.getParameterCount() == 1) {
      return proxy == arguments[0];
    }
    ClassLoader before = context.enter();
    try {
      return wrap(method, arguments, method.invoke(delegate, arguments));
    } catch (InvocationTargetException e) {
      throw e.getCause();
    } finally {
      context.exit(before);
    }
  }

  private Object wrap(Method method, Object[] arguments, Object result) {
    if (result instanceof Transport transport) {
      return new ContextTransport(transport, context);
    }
    if (result instanceof MemoryDevice device) {
      return new ContextMemoryDevice(device, context);
    }
    if (method.getName().equals("require")) {
      return ofUnchecked((Class<?>) arguments[0], result);
    }
    if (method.getName().equals("commands")) {
      return commands((List<?>) result);
    }
    Class<?> type = method.getReturnType();
    boolean owned =
        type == MetadataStore.class
            || type == MetadataStore.Lease.class
            || type == AutoCloseable.class;
    boolean made = method.getName().equals("create");
    return owned || made ? ofUnchecked(type, result) : result;
  }

  private <T> T ofUnchecked(Class<T> type, Object result) {
    return of(type, type.cast(result), context);
  }

  private List<Command> commands(List<?> list) {
    List<Command> wrapped = new ArrayList<>();
    for (Object command : list) {
      wrapped.add(of(Command.class, (Command) command, context));
    }
    return List.copyOf(wrapped);
  }
}

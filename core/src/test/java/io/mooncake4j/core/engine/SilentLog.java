package io.mooncake4j.core.engine;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** Keeps errors that a test provokes off the screen until it is closed. */
final class SilentLog implements AutoCloseable {
  private final Logger logger = (Logger) LoggerFactory.getLogger("io.mooncake4j.core");

  SilentLog() {
    logger.setLevel(Level.OFF);
  }

  @Override
  public void close() {
    logger.setLevel(null);
  }
}

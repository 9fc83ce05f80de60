/** What an engine counts and measures, and where it shows that inside the JVM: JMX and the log. */
package io.mooncake4j.core.metrics;

/**
 * Where option values come from: declarations of the engine and of providers, and the sources that
 * set them. The one place that reads environment variables and system properties.
 */
package io.mooncake4j.core.options;

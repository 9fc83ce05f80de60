/** Options: declared once, read from file, environment, system properties and code. */
package io.mooncake4j.config;

/** Declared options: keys, types, defaults, ranges and documentation. Needs the JDK alone. */
package io.mooncake4j.config;

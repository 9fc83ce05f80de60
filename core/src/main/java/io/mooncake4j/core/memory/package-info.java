/** Registered memory: regions, who holds them, and the index by address. */
package io.mooncake4j.core.memory;

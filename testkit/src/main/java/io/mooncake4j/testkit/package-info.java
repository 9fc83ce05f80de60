/** Contracts for plugins, and simulated transports with scripted faults. */
package io.mooncake4j.testkit;

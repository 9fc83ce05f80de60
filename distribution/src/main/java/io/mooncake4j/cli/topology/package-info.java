/** {@code mooncake topology}. */
package io.mooncake4j.cli.topology;

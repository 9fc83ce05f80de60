/** {@code mooncake metadata-server}. */
package io.mooncake4j.cli.server;

/** The frames of Mooncake's TCP data port. */
package io.mooncake4j.plugins.tcp.wire;

/** Transport over TCP, in the v1 and v2 wire formats of Mooncake. */
package io.mooncake4j.plugins.tcp;

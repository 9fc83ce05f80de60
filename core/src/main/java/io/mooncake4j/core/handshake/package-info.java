/** The handshake service at every engine's control port, and the way to ask other engines' ones. */
package io.mooncake4j.core.handshake;

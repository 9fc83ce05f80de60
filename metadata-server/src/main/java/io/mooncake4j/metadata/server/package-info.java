/** To come. */
package io.mooncake4j.metadata.server;

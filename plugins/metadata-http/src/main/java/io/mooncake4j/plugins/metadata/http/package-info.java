/** To come. */
package io.mooncake4j.plugins.metadata.http;

/** The engine's own transport: copies between the regions of one engine. */
package io.mooncake4j.core.local;

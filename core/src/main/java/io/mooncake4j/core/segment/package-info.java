/** Segments: what this engine publishes, and what it knows of its peers. */
package io.mooncake4j.core.segment;

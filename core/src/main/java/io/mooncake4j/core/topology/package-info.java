/** Which devices are near which memory: found in a file tree such as this host's, or in a file. */
package io.mooncake4j.core.topology;

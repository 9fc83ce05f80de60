/**
 * The HTTP metadata server: an embeddable one, with the answers of C++ Mooncake's, for Java, C++
 * and Python nodes.
 */
package io.mooncake4j.metadata.server;

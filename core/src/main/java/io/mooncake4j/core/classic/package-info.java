/**
 * C++ Mooncake's documents and keys: the only package of core where its vocabulary and the names of
 * its protocols appear.
 */
package io.mooncake4j.core.classic;

/** The options with which C++ Mooncake is built, and what stands for each of them here. */
package io.mooncake4j.cli.cmake;

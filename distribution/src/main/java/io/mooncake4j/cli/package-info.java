/** The mooncake command line. */
package io.mooncake4j.cli;

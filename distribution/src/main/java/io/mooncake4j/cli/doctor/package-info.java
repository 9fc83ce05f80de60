/** {@code mooncake doctor}: what is installed, what is configured, and whether it would start. */
package io.mooncake4j.cli.doctor;

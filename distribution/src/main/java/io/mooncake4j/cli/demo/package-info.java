/** {@code mooncake demo}: a real file to a second process and back. */
package io.mooncake4j.cli.demo;

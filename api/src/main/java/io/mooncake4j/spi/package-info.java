/** What plugin authors implement: transports, memory devices and metadata stores. */
package io.mooncake4j.spi;

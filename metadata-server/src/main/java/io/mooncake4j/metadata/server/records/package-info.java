/**
 * The records themselves, and the file that keeps them.
 *
 * <p>A key is a string of bytes. Here it is a {@link java.lang.String} with one character of 0 to
 * 255 for each byte (ISO-8859-1), whose natural order is the order of the bytes.
 */
package io.mooncake4j.metadata.server.records;

/**
 * The records of engines in a metadata store: their keys, their owners, and who may take a name.
 */
package io.mooncake4j.core.records;

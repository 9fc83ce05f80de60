/** {@code mooncake metadata}: what a metadata store holds, and what of it can go. */
package io.mooncake4j.cli.metadata;

/** What all commands share: where the distribution is, common parameters, how errors are shown. */
package io.mooncake4j.cli.setup;

/** {@code mooncake bench}: the counterpart of C++ Mooncake's transfer_engine_bench. */
package io.mooncake4j.cli.bench;

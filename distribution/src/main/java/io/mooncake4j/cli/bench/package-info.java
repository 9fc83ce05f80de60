/**
 * {@code mooncake bench} and {@code mooncake validate}: the counterparts of C++ Mooncake's
 * transfer_engine_bench and transfer_engine_validator.
 */
package io.mooncake4j.cli.bench;

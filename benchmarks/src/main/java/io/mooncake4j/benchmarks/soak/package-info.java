/**
 * Random traffic with random disconnects between several processes, and proof that no byte and no
 * resource was lost: the program behind {@code script/soak}.
 */
package io.mooncake4j.benchmarks.soak;

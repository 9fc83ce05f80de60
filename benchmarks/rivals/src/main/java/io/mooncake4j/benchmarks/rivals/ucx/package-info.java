/** UCX by JUCX: one-sided put and get with remote keys, over TCP or shared memory. */
package io.mooncake4j.benchmarks.rivals.ucx;

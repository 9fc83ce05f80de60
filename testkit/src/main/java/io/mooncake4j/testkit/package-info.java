/**
 * What a plugin author needs to test a provider without the engine: a harness that stands in for
 * it, contracts that every transport, memory device and metadata store passes, and small tools for
 * tests (bounded waits, leak checks, child processes).
 *
 * <p>Put it in test scope. Nothing in here belongs on the class path of an application.
 */
package io.mooncake4j.testkit;

/** What applications use: engines, memory regions, segments, requests and batches. */
package io.mooncake4j.api;

/** What lies in the memory that two processes share, and what they tell each other to find it. */
package io.mooncake4j.plugins.shm.wire;

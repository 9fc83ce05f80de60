/** Native libraries, errno, struct views and memory mapping. */
package io.mooncake4j.ffi;

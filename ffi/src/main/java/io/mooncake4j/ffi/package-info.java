/**
 * Native libraries and native memory: eager library lookup, {@code errno}, C struct layouts,
 * page-aligned mappings with huge pages and NUMA placement, memory shared between processes, and
 * direct buffers over raw addresses.
 *
 * <p>Linux on 64-bit machines. Nothing here names a link or a device: transports and memory devices
 * build on it. Calls go through jffi and jnr-ffi; a method with exactly six integer arguments must
 * not be declared to jnr-ffi, see {@link io.mooncake4j.ffi.NativeSignatures}.
 */
package io.mooncake4j.ffi;

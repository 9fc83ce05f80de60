/**
 * Transport through shared memory, between processes of one user on one host.
 *
 * <p>Data moves one-sided: the initiator maps the file behind a peer's region and copies ({@code
 * RemoteRegion}), in the submitting thread or in copy threads ({@code CopyThreads}). The peer takes
 * no part, so there is no ring and nobody to wake. What both sides must agree on, which regions may
 * be touched and who is touching them, lies in each engine's control area ({@code
 * wire.ControlArea}), which the owner keeps ({@code ServedRegions}) and initiators map ({@code
 * PeerLink}).
 */
package io.mooncake4j.plugins.shm;

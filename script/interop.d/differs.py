"""What the installed C++ package does otherwise than the specification, found by trying it.

The specification that mooncake4j was written from describes commit 3b5a594, which was packaged as
0.3.12.post1. Each line printed here was observed in this run.
"""

import re
from pathlib import Path

import wire
from peers import cpp_peer

SPECIFIED_VERSION = "0.3.12.post1 (commit 3b5a594)"
MIB = 1 << 20
BASE = 0x7100_0000_0000

DESCRIPTOR_MEMBERS = set("buffers name protocol tcp_data_port tcp_proto_version timestamp".split())
CONNECTION_MEMBERS = set(
    "local_gid local_lid local_nic_path payload peer_nic_path qp_num reply_msg".split()
)
METHODS = set(
    """
    TransferOpcode allocate_managed_buffer batch_register_memory batch_transfer_async
    batch_transfer_async_read batch_transfer_async_write batch_transfer_sync
    batch_transfer_sync_read batch_transfer_sync_write batch_unregister_memory
    free_managed_buffer get_batch_transfer_status get_engine get_engine_ptr
    get_first_buffer_address get_local_topology get_notifies get_rpc_port initialize
    initialize_ext read_bytes_from_buffer register_memory send_probe transfer_check_status
    transfer_submit_write transfer_sync transfer_sync_read transfer_sync_write
    unregister_memory warmup_efa_segment write_bytes_to_buffer
    """.split()
)
# The specified environment variables that concern TCP, the handshake and peer-to-peer metadata.
VARIABLES = set(
    """
    MC_FORCE_TCP MC_HANDSHAKE_CONNECT_TIMEOUT MC_HANDSHAKE_LISTEN_BACKLOG MC_HANDSHAKE_MAX_LENGTH
    MC_HANDSHAKE_PORT MC_MAX_PRC_PORT MC_MAX_RPC_PORT MC_MIN_PRC_PORT MC_MIN_RPC_PORT
    MC_TCP_ADMISSION_TIMEOUT_MS MC_TCP_BIND_ADDRESS MC_TCP_ENABLE_CONNECTION_POOL
    MC_TCP_LANES_PER_PEER MC_TCP_MAX_CONNECTIONS_PER_PEER MC_TCP_MAX_PENDING_ADMISSIONS_PER_PEER
    MC_TCP_MAX_QUEUED_TRANSFERS_PER_PEER MC_TCP_PROTO MC_TCP_SLICE_SIZE MC_TCP_STATUS_TIMEOUT_SEC
    """.split()
)


def report(session):
    """Prints the package's version and one line for each difference."""
    peer = session.peer("cpp-default")
    print(f"C++ package: mooncake-transfer-engine-non-cuda {peer.version}")
    print(f"differs from the specification, which describes {SPECIFIED_VERSION}:")
    lines = [
        *descriptor(peer),
        *connection_reply(peer),
        *data_host(peer),
        *pool_default(peer),
        *progress_timeout(session),
        *python_api(),
        *variables(),
    ]
    for line in lines or ["nothing that was looked at"]:
        print(f"  - {line}")


def changed(what, found, specified):
    """One line for what came and one for what went."""
    if found - specified:
        yield f"{what}: also {', '.join(sorted(found - specified))}"
    if specified - found:
        yield f"{what}: no {', '.join(sorted(specified - found))}"


def descriptor(peer):
    parsed = wire.fetch_descriptor(peer.port)[1]
    for member in sorted(set(parsed) - DESCRIPTOR_MEMBERS):
        yield f"descriptor: also {member}, here {parsed[member]!r}"
    for member in sorted(DESCRIPTOR_MEMBERS - set(parsed)):
        yield f"descriptor: no {member}"


def connection_reply(peer):
    reply = wire.exchange_json(peer.port, wire.CONNECTION, {})
    return changed("reply to a Connection frame", set(reply), CONNECTION_MEMBERS)


def data_host(peer):
    local = peer.regions["small"].address
    with wire.FakeNode(memory={BASE: bytearray(64)}, data_host="127.0.0.2") as node:
        node.descriptor["tcp_data_host"] = "127.0.0.2"
        if peer.transfer("read", node.name, [[local, BASE, 64]])["completed"]:
            yield "initiator: dials the descriptor's tcp_data_host instead of the name's host"
    peer.regions["small"].fill(0, 64, 1)


def pool_default(peer):
    local = peer.regions["small"].address
    with wire.FakeNode(memory={BASE: bytearray(64)}) as node:
        for _ in range(5):
            peer.transfer("write", node.name, [[local, BASE, 64]])
        if node.data.accepted == 1:
            yield "initiator: the connection pool is on by default (5 requests, 1 connection)"


def progress_timeout(session):
    def stall(sock):
        wire.receive_exactly(sock, wire.HEADER_BYTES, "header")
        sock.sendall(wire.status_frame(wire.STATUS_OK) + bytes(10))
        sock.recv(1)

    impatient = cpp_peer("cpp-impatient", session.logs, MC_TCP_PROGRESS_TIMEOUT_SEC="1")
    try:
        local = impatient.add_region("small", MIB, 1).address
        with wire.Listener(stall) as data, wire.FakeNode(descriptor={}) as node:
            node.descriptor = wire.classic_descriptor(node.name, data.port, {BASE: 64})
            answer = impatient.transfer("read", node.name, [[local, BASE, 64]])
        if not answer["completed"] and answer["seconds"] < 5:
            yield (
                "initiator: a payload that stalls fails after MC_TCP_PROGRESS_TIMEOUT_SEC"
                f" (set to 1 here: {answer['seconds']:.1f} s); the specification has no such limit"
            )
    finally:
        impatient.close()


def python_api():
    from mooncake.engine import TransferEngine

    found = {name for name in dir(TransferEngine) if not name.startswith("_")}
    return changed("Python TransferEngine", found, METHODS)


def variables():
    import mooncake.engine

    binary = Path(mooncake.engine.__file__).read_bytes()
    found = {name.decode() for name in re.findall(rb"\bMC_[A-Z0-9_]{4,}", binary)}
    about = re.compile("MC_(FORCE_TCP|HANDSHAKE|MAX_PRC|MAX_RPC|MIN_PRC|MIN_RPC|TCP|.*NOTIFY)")
    return changed("environment", {name for name in found if about.match(name)}, VARIABLES)

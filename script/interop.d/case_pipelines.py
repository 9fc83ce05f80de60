"""Many requests under way at once from Java to C++: mixed directions, full sockets, a refusal."""

import wire
from case_faults import OLD_BASE, served_by
from case_transfer import MIB, scattered
from session import case, check


def mixed(session, key, spans, region):
    """One batch of reads and writes in no order; places never touch, all bytes right."""
    initiator, target = session.peer(key), session.peer("cpp-target")
    local, remote = initiator.regions[region], target.regions[region]
    local.fill(0, local.size, session.seed())
    remote.fill(0, remote.size, session.seed())
    rows, after = [], []
    for local_offset, remote_offset, length in spans:
        opcode = session.random.choice(("read", "write"))
        rows.append([local.address + local_offset, remote.address + remote_offset, length, opcode])
        if opcode == "write":
            after.append((remote, remote_offset, local.slice(local_offset, length)))
        else:
            after.append((local, local_offset, remote.slice(remote_offset, length)))
    answer = initiator.transfer("read", target.name, rows)
    check(answer["completed"], f"mixed batch: {answer}")
    for changed, offset, pieces in after:
        changed.expect(offset, pieces)
    session.verify(initiator, target)


def small_mixed(session, key):
    """500 requests of all magnitudes up to 50,000 bytes."""
    mixed(session, key, scattered(session, 500, 50_000), "small")


def large_mixed(session, key):
    """64 requests of 4 MiB: C++ reads no WRITE while it cannot send a READ's bytes, and Java sends
    more than the sockets hold, so that an initiator that does not read while it writes hangs."""
    size = 4 * MIB - 1
    offsets = [i * 4 * MIB for i in range(64)]
    shuffled = session.random.sample(offsets, len(offsets))
    mixed(session, key, [(l, r, size) for l, r in zip(offsets, shuffled)], "big")


def one_bad_request(session, key, opcode, size):
    """Of 64 pipelined requests the one that C++ rejects fails alone: C++ closes the connection
    behind its refusal, so those after it must go out again, and so must READs before it whose
    bytes C++ has thrown away with the connection."""
    initiator, target = session.peer(key), session.peer("cpp-target")
    local, remote = initiator.regions["big"], target.regions["big"]
    cpp = wire.fetch_descriptor(target.port)[1]
    local.fill(0, local.size, session.seed())
    remote.fill(0, remote.size, session.seed())
    bad, step = 20, size + 1
    with wire.FakeNode(descriptor={}) as node:
        # Java would refuse an address that is not in the descriptor: let it be there.
        node.descriptor = served_by(node, cpp["tcp_data_port"], target.regions.values(), cpp)
        node.descriptor["buffers"].append({"addr": OLD_BASE, "length": 4 * MIB, "name": node.name})
        rows = [[local.address + i * step, remote.address + i * step, size] for i in range(64)]
        rows[bad][1] = OLD_BASE
        answer = initiator.transfer(opcode, node.name, rows)
    wanted = "C" * bad + "F" + "C" * (63 - bad)
    check(answer["statuses"] == wanted, f"statuses {answer['statuses']}: {answer['failures']}")
    check("PEER_REJECTED_ADDRESS" in answer["failures"][0], f"words: {answer['failures']}")
    to, source = (remote, local) if opcode == "write" else (local, remote)
    for i in range(64):
        if i != bad:
            to.expect(i * step, source.slice(i * step, size))
    session.verify(initiator, target)


for _label, _key in {
    "": "java",
    "-one-small-connection": "java-narrow",
    "-v1": "java-v1",
}.items():
    case(f"java-to-cpp/mixed-small{_label}")(lambda s, k=_key: small_mixed(s, k))
    case(f"java-to-cpp/mixed-large{_label}")(lambda s, k=_key: large_mixed(s, k))
    if _key == "java-v1":
        continue  # v1 has no refusal in words
    for _opcode in ("write", "read"):
        for _size_label, _size in (("10KB", 9_999), ("1MiB", MIB), ("4MiB", 4 * MIB - 1)):
            case(f"java-to-cpp/one-bad-{_opcode}-{_size_label}{_label}")(
                lambda s, k=_key, o=_opcode, n=_size: one_bad_request(s, k, o, n)
            )

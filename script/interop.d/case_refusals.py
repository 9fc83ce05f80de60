"""Several refusals in one pipeline, side by side and apart, and sockets that hold little while the
C++ peer pauses."""

import signal
import threading
import time

import wire
from case_faults import OLD_BASE, served_by
from case_pipelines import mixed
from case_transfer import MIB
from session import case, check

COUNT = 48


def target_of(session, server):
    """The server's process, its data port's descriptor, and the descriptor as C++ would have it."""
    target = session.peer(server)
    return target, wire.fetch_descriptor(target.port)[1]


def check_statuses(answer, wanted):
    check(answer["statuses"] == wanted, f"statuses {answer['statuses']}: {answer['failures']}")
    check(
        all("PEER_REJECTED_ADDRESS" in words for words in answer["failures"]),
        f"words: {answer['failures']}",
    )


def past_the_end(session, key, server, opcode, backwards):
    """Half of the requests lie behind the end of a region that the descriptor makes too long: each
    is a neighbour of the one before, and the good half completes."""
    initiator = session.peer(key)
    target, descriptor = target_of(session, server)
    local, remote = initiator.regions["small"], target.regions["small"]
    local.fill(0, local.size, session.seed())
    remote.fill(0, remote.size, session.seed())
    step, good = 9_000, COUNT // 2
    first = remote.size - good * step
    numbers = list(range(COUNT))[:: -1 if backwards else 1]
    with wire.FakeNode(descriptor={}) as node:
        regions = target.regions.values()
        node.descriptor = served_by(node, descriptor["tcp_data_port"], regions, descriptor)
        node.descriptor.pop("mooncake4j", None)
        for buffer in node.descriptor["buffers"]:
            if buffer["addr"] == remote.address:
                buffer["length"] += good * step
        rows = [
            [local.address + i * step, remote.address + first + i * step, step] for i in numbers
        ]
        answer = initiator.transfer(opcode, node.name, rows)
    check_statuses(answer, "".join("C" if i < good else "F" for i in numbers))
    for i in range(good):
        if opcode == "write":
            remote.expect(first + i * step, local.slice(i * step, step))
        else:
            local.expect(i * step, remote.slice(first + i * step, step))
    session.verify(initiator, target)


def some_bad(session, key, server, opcode, size, gap, bad):
    """The requests that the server rejects fail, each with the refusal, and all others complete.

    Without a gap their addresses lie side by side, so that an initiator that puts neighbours into
    one request has to take them apart again. The bad ones aim at a range that the descriptor
    claims and the server does not have. The opcode "both" takes turns: behind the payload of a read
    a C++ server's answer to a write would get lost with the connection."""
    initiator = session.peer(key)
    target, descriptor = target_of(session, server)
    local, remote = initiator.regions["big"], target.regions["big"]
    local.fill(0, local.size, session.seed())
    remote.fill(0, remote.size, session.seed())
    step = size + gap
    with wire.FakeNode(descriptor={}) as node:
        node.descriptor = served_by(
            node, descriptor["tcp_data_port"], target.regions.values(), descriptor
        )
        node.descriptor.pop("mooncake4j", None)
        node.descriptor["buffers"].append(
            {"addr": OLD_BASE, "length": COUNT * step, "name": node.name}
        )
        rows = [[local.address + i * step, remote.address + i * step, size] for i in range(COUNT)]
        for i in bad:
            rows[i][1] = OLD_BASE + i * step
        opcodes = {"both": ["read", "write"]}.get(opcode, [opcode]) * COUNT
        for row, own in zip(rows, opcodes):
            row.append(own)
        answer = initiator.transfer("read", node.name, rows)
    wanted = "".join("F" if i in bad else "C" for i in range(COUNT))
    check_statuses(answer, wanted)
    after = []
    for i in range(COUNT):
        to, source = (remote, local) if opcodes[i] == "write" else (local, remote)
        if i not in bad:
            after.append((to, i * step, source.slice(i * step, size)))
    for changed, offset, pieces in after:
        changed.expect(offset, pieces)
    session.verify(initiator, target)


for _server in ("cpp-target", "java"):
    _to = "cpp" if _server == "cpp-target" else "java"
    _key = "java" if _server == "cpp-target" else "java-narrow"
    for _opcode in ("write", "read"):
        for _order in ("forwards", "backwards"):
            case(f"java-to-{_to}/past-the-end-{_opcode}-{_order}")(
                lambda s, k=_key, v=_server, o=_opcode, b=_order == "backwards": past_the_end(
                    s, k, v, o, b
                )
            )
        for _label, _bad in {
            "first": {0},
            "middle": {COUNT // 2},
            "last": {COUNT - 1},
            "neighbours": {11, 12},
            "several": {0, 7, 9, 30, COUNT - 1},
        }.items():
            for _gap_label, _gap in (("side-by-side", 0), ("apart", 64)):
                case(
                    f"java-to-{_to}/bad-{_opcode}-{_label}-{_gap_label}",
                    core=_label in ("middle", "several"),
                )(
                    lambda s, k=_key, v=_server, o=_opcode, g=_gap, b=_bad: some_bad(
                        s, k, v, o, 9_000, g, b
                    )
                )
    for _size in (9_000, 300_000):
        for _label, _bad in {"write": {21}, "read": {20}, "several": {0, 7, 20, 21, 44}}.items():
            case(f"java-to-{_to}/bad-{_label}-among-both-{_size}", core=_label == "several")(
                lambda s, k=_key, v=_server, b=_bad, z=_size: some_bad(s, k, v, "both", z, 64, b)
            )


def mixed_with_pauses(session, key):
    """96 reads and writes of 2 MiB through sockets of 128 KiB to a C++ peer that is stopped and
    continued again and again: it ends well, and soon."""
    size = 2 * MIB - 3
    offsets = [i * 2 * MIB for i in range(96)]
    shuffled = session.random.sample(offsets, len(offsets))
    process = session.peer("cpp-target").process
    over = threading.Event()

    def pauses():
        while not over.wait(0.05):
            process.send_signal(signal.SIGSTOP)
            over.wait(0.1)
            process.send_signal(signal.SIGCONT)

    pausing = threading.Thread(target=pauses)
    pausing.start()
    started = time.monotonic()
    try:
        mixed(session, key, [(l, r, size) for l, r in zip(offsets, shuffled)], "big")
    finally:
        over.set()
        pausing.join()
        process.send_signal(signal.SIGCONT)
    check(time.monotonic() - started < 60, "it took more than a minute")


for _key in ("java", "java-narrow", "java-narrow-two"):
    case(f"java-to-cpp/mixed-large-pausing-{_key}")(lambda s, k=_key: mixed_with_pauses(s, k))

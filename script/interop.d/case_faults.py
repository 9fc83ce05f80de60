"""Descriptors that no longer tell the truth, peers that hang, regions that come and go."""

import signal
from pathlib import Path

import wire
from case_transfer import MIB, move, scattered
from session import case, check, eventually

OLD_BASE = 0x6F00_0000_0000  # an address at which no process here has memory


def served_by(node, port, regions, source):
    """A descriptor with everything of `source` but another process's data port and buffers."""
    stale = dict(source, name=node.name, tcp_data_port=port)
    stale.pop("tcp_data_host", None)
    stale["buffers"] = [
        {"addr": region.address, "length": region.size, "name": node.name} for region in regions
    ]
    return stale


def through(session, initiator, node, target):
    """Both directions by the node's descriptor, in one request and in many; all bytes right."""
    local, remote = initiator.regions["small"], target.regions["small"]
    local.fill(0, local.size, session.seed())
    spans = scattered(session, 200, 100_000)
    for opcode, list_of_spans in (("write", [(3, 20_000_001, 3 * MIB)]), ("write", spans)):
        requests = [[local.address + l, remote.address + r, n] for l, r, n in list_of_spans]
        answer = initiator.transfer(opcode, node.name, requests)
        check(answer["completed"], f"{opcode} of {len(requests)}: {answer}")
        for local_offset, remote_offset, length in list_of_spans:
            remote.expect(remote_offset, local.slice(local_offset, length))
    request = [[local.address + 30_000_000, remote.address + 1, 2 * MIB]]
    answer = initiator.transfer("read", node.name, request)
    check(answer["completed"], f"read: {answer}")
    local.expect(30_000_000, remote.slice(1, 2 * MIB))
    session.verify(initiator, target)


@case("java-to-cpp/stale-java-descriptor")
def stale_java_descriptor(session):
    """A Java descriptor, features and all, in front of a C++ port: plain v2 serves it."""
    initiator, target = session.peer("java"), session.peer("cpp-target")
    java = wire.fetch_descriptor(initiator.port)[1]
    check("mooncake4j" in java, "the Java descriptor has no mooncake4j member")
    cpp = wire.fetch_descriptor(target.port)[1]
    with wire.FakeNode(descriptor={}) as node:
        regions = target.regions.values()
        node.descriptor = served_by(node, cpp["tcp_data_port"], regions, java)
        through(session, initiator, node, target)


@case("java-to-cpp/stale-java-addresses")
def stale_java_addresses(session):
    """A dead Java peer's addresses at a port that is C++'s now: an error, then a refresh heals."""
    initiator, target = session.peer("java"), session.peer("cpp-target")
    java = wire.fetch_descriptor(initiator.port)[1]
    cpp = wire.fetch_descriptor(target.port)[1]
    local = initiator.regions["small"]
    with wire.FakeNode(descriptor={}) as node:
        node.descriptor = served_by(node, cpp["tcp_data_port"], [], java)
        dead = {"addr": OLD_BASE, "length": 64 * MIB, "name": node.name}
        node.descriptor["buffers"] = [dead]
        for opcode in ("write", "read"):
            request = [[local.address, OLD_BASE + 4096, MIB]]
            answer = initiator.transfer(opcode, node.name, request, timeout_s=5)
            check(not answer["completed"], f"{opcode} at a dead process's address completed")
            check(answer["failures"], f"{opcode} failed without words: {answer}")
            check(answer["seconds"] < 10, f"{opcode} took {answer['seconds']:.1f} s to fail")
        local.fill(0, MIB, session.seed())
        session.verify(initiator, target)
        # The same peer, restarted as C++: what it serves now must be found without help.
        regions = target.regions.values()
        node.descriptor = served_by(node, cpp["tcp_data_port"], regions, cpp)
        through(session, initiator, node, target)


def stale_cpp_descriptor(session, key):
    """A C++ descriptor, without a trace of Java, in front of a Java port."""
    initiator, target = session.peer(key), session.peer("java")
    java = wire.fetch_descriptor(target.port)[1]
    with wire.FakeNode(descriptor={}) as node:
        sizes = {region.address: region.size for region in target.regions.values()}
        node.descriptor = wire.classic_descriptor(node.name, java["tcp_data_port"], sizes)
        through(session, initiator, node, target)


case("cpp-to-java/classic-descriptor")(lambda s: stale_cpp_descriptor(s, "cpp-v2-pool"))
case("java-to-java/classic-descriptor")(lambda s: stale_cpp_descriptor(s, "java-v1"))


@case("java-to-cpp/new-region")
def new_region(session):
    """A region that the C++ peer registers after Java has its descriptor is found."""
    initiator, target = session.peer("java"), session.peer("cpp-target")
    move(session, initiator, target, "write", [(0, 0, 100)])
    late = target.add_region("late", MIB, session.seed())
    try:
        local = initiator.regions["small"]
        answer = initiator.transfer("write", target.name, [[local.address, late.address, MIB]])
        check(answer["completed"], f"write to the new region: {answer}")
        late.expect(0, local.slice(0, MIB))
        session.verify(initiator, target)
    finally:
        target.call("unregister", region=late.address)
        del target.regions["late"]
    answer = initiator.transfer("write", target.name, [[local.address, late.address, MIB]])
    check(not answer["completed"], "a write to the unregistered region completed")
    session.verify(initiator, target)


@case("cpp-to-java/withdrawn-region")
def withdrawn_region(session):
    """C++ keeps a descriptor for ever; a region that Java has closed is refused."""
    initiator, target = session.start("cpp-default"), session.start("java")
    try:
        for peer in (initiator, target):
            peer.add_region("small", 4 * MIB, session.seed())
        gone = target.add_region("gone", MIB, session.seed())
        local = initiator.regions["small"]
        request = [[local.address, gone.address, MIB]]
        check(initiator.transfer("write", target.name, request)["completed"], "write before")
        gone.expect(0, local.slice(0, MIB))
        session.verify(target)
        target.call("unregister", region=gone.address)
        del target.regions["gone"]
        answer = initiator.transfer("write", target.name, request)
        check(not answer["completed"], "a write to a closed region completed")
        session.verify(initiator, target)
    finally:
        codes = initiator.close(), target.close()
    check(codes == (0, 0), f"exit codes {codes}")


def stop(process):
    """SIGSTOP takes a moment to reach every thread of a process."""
    process.send_signal(signal.SIGSTOP)

    def stopped():
        tasks = Path(f"/proc/{process.pid}/task").glob("*/stat")
        return all(stat.read_text().rpartition(") ")[2].startswith("T") for stat in tasks)

    eventually(stopped, "the process does not stop")


@case("java-to-cpp/target-stopped")
def target_stopped(session):
    """A C++ target that hangs (SIGSTOP) costs the requests their deadline; then it serves again."""
    initiator = session.peer("java")
    target = session.start("cpp-default")
    target.add_region("small", 40 * MIB, session.seed())
    try:
        move(session, initiator, target, "write", [(0, 0, MIB)])
        stop(target.process)
        local, remote = initiator.regions["small"], target.regions["small"]
        request = [[local.address, remote.address, 16]]
        answer = initiator.transfer("read", target.name, request, timeout_s=2)
        target.process.send_signal(signal.SIGCONT)
        check(not answer["completed"], "a read from a stopped process completed")
        check(answer["seconds"] < 8, f"the 2 s deadline took {answer['seconds']:.1f} s")
        local.fill(0, 16, session.seed())
        move(session, initiator, target, "write", [(5, 9, MIB)])
        session.verify(initiator, target)
    finally:
        code = target.close()
    check(code == 0, f"the target ended with {code}")


@case("cpp-to-java/beyond-2GiB", core=False)
def beyond_2_gib(session):
    """A Java region larger than a direct buffer, in the engine's memory, used at its far end."""
    size = (2 << 30) + 64 * MIB + 1
    initiator, target = session.start("cpp-default"), session.start("java")
    try:
        local = initiator.add_region("small", 40 * MIB, session.seed())
        remote = target.add_region("huge", size, session.seed(), command="allocate")
        far = size - 17 * MIB
        rows = [[local.address, remote.address + far, 17 * MIB]]
        check(initiator.transfer("write", target.name, rows)["completed"], "write at the far end")
        remote.expect(far, local.slice(0, 17 * MIB))
        across = (2 << 30) - 5
        rows = [[local.address + 20 * MIB, remote.address + across, MIB]]
        check(initiator.transfer("read", target.name, rows)["completed"], "read across 2 GiB")
        local.expect(20 * MIB, remote.slice(across, MIB))
        session.verify(initiator, target)
    finally:
        codes = initiator.close(), target.close()
    check(codes == (0, 0), f"exit codes {codes}")

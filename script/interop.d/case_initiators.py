"""Java and C++ initiators against plain Python that plays the target, well or badly."""

import pattern
import wire
from case_wire import expected
from session import case, check, eventually

FAKE_BASE = 0x7000_0000_0000


def initiator_headers(session, key):
    """Versions, directions, addresses and padding in the requests that an initiator sends."""
    initiator = session.peer(key)
    local = initiator.regions["small"]
    for version, flag in ((2, wire.V2_FLAG), (1, 0), (None, 0)):
        memory = bytearray(pattern.bytes_of(77, 0, 300_000))
        with wire.FakeNode(memory={FAKE_BASE: memory}) as node:
            node.descriptor["tcp_proto_version"] = version
            if version is None:
                del node.descriptor["tcp_proto_version"]
            read = initiator.transfer("read", node.name, [[local.address, FAKE_BASE, 200_000]])
            check(read["completed"], f"READ with version {version}: {read}")
            local.expect(0, [(200_000, 77, 0)])
            local.fill(0, 200_000, session.seed())
            request = [[local.address, FAKE_BASE + 9, 100_000]]
            write = initiator.transfer("write", node.name, request)
            check(write["completed"], f"WRITE with version {version}: {write}")
            wanted = expected(local, 0, 100_000)
            eventually(lambda: bytes(memory[9:100_009]) == wanted, "the WRITE's bytes differ")
            opcodes = {raw[16] for raw in node.headers}
            legal = {wire.READ | flag, wire.WRITE | flag}
            check(opcodes == legal, f"opcodes {opcodes} for version {version}")
            if key.startswith("java"):
                check({raw[17:] for raw in node.headers} == {bytes(7)}, "padding is not zero")
            session.verify(initiator)


def data_host(session, key):
    """Newer C++ names the data port's host in the descriptor; it need not be the name's host."""
    initiator = session.peer(key)
    local = initiator.regions["small"]
    memory = bytearray(pattern.bytes_of(78, 0, 5_000))
    with wire.FakeNode(memory={FAKE_BASE: memory}, data_host="127.0.0.2") as node:
        node.descriptor["tcp_data_host"] = "127.0.0.2"
        answer = initiator.transfer("read", node.name, [[local.address, FAKE_BASE, 5_000]])
        check(answer["completed"], f"the data port's host is not dialled: {answer}")
    local.expect(0, [(5_000, 78, 0)])
    session.verify(initiator)


def misbehaving_targets(session, key):
    """Servers that refuse, break off, answer nonsense or stay silent: an error, and no harm."""
    initiator = session.peer(key)
    local = initiator.regions["small"]

    def reject(sock):
        wire.receive_exactly(sock, wire.HEADER_BYTES, "header")
        sock.sendall(wire.status_frame(wire.STATUS_REJECTED))

    def break_off(sock):
        wire.receive_exactly(sock, wire.HEADER_BYTES, "header")
        sock.sendall(wire.status_frame(wire.STATUS_OK)[:5])

    def nonsense(sock):
        wire.receive_exactly(sock, wire.HEADER_BYTES, "header")
        sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    for serve in (reject, break_off, nonsense):
        with wire.Listener(serve) as data, wire.FakeNode(descriptor={}) as node:
            node.descriptor = wire.classic_descriptor(node.name, data.port, {FAKE_BASE: 4096})
            for opcode in ("read", "write"):
                answer = initiator.transfer(opcode, node.name, [[local.address, FAKE_BASE, 4096]])
                words = f"{opcode} from a server that does {serve.__name__}"
                check(not answer["completed"], f"{words} completed")
                check(answer["seconds"] < 60, f"{words} took {answer['seconds']:.0f} s")
    # A READ may leave any bytes where it was to write: give the range a known content again.
    local.fill(0, 4096, session.seed())
    session.verify(initiator)


def silent_target(session, key):
    """A data port that accepts and never answers costs one request its deadline."""
    initiator = session.peer(key)
    local = initiator.regions["small"]

    def say_nothing(sock):
        while sock.recv(4096):
            pass

    with wire.Listener(say_nothing) as data, wire.FakeNode(descriptor={}) as node:
        node.descriptor = wire.classic_descriptor(node.name, data.port, {FAKE_BASE: 4096})
        request = [[local.address, FAKE_BASE, 4096]]
        answer = initiator.transfer("read", node.name, request, timeout_s=2)
        check(not answer["completed"], "a READ completed without an answer")
        check(answer["seconds"] < 8, f"the 2 s deadline took {answer['seconds']:.1f} s")
    local.fill(0, 4096, session.seed())
    session.verify(initiator)


for _kind, _key in (("java", "java"), ("cpp", "cpp-v2-pool")):
    for _name, _function in (
        ("headers", initiator_headers),
        ("data-host", data_host),
        ("misbehaving-targets", misbehaving_targets),
    ):
        case(f"{_kind}-to-python/{_name}")(lambda s, f=_function, k=_key: f(s, k))
case("java-to-python/silent-target")(lambda s: silent_target(s, "java"))

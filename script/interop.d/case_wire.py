"""Java and C++ targets against plain Python that speaks the wire formats."""

import json
import socket
import struct
import time

import pattern
import wire
from session import case, check

TARGETS = {"java": "java", "cpp": "cpp-target"}


def data_port(target):
    return wire.fetch_descriptor(target.port)[1]["tcp_data_port"]


def payload(session, length):
    seed = session.seed()
    return pattern.bytes_of(seed, 0, length), [(length, seed, 0)]


def expected(region, offset, length):
    """The bytes the model has for a short range."""
    return b"".join(pattern.bytes_of(s, at, n) for n, s, at in region.slice(offset, length))


# --- data port -----------------------------------------------------------------------------------


def versions_mixed(session, target):
    """Both versions, both directions, on one connection; then on one more without waiting."""
    region = target.regions["small"]
    first, first_model = payload(session, 100_001)
    second, second_model = payload(session, 65_536)
    with wire.DataConnection(data_port(target)) as data:
        check(data.write_v2(region.address + 5, first) == wire.STATUS_OK, "v2 WRITE refused")
        region.expect(5, first_model)
        check(data.read_v1(region.address + 5, len(first)) == first, "v1 READ differs")
        data.write_v1(region.address + 300_000, second)
        region.expect(300_000, second_model)
        # A v1 WRITE has no answer; a READ behind it on the same connection shows that it is done.
        last = data.read_v1(region.address + 300_000 + len(second) - 1, 1)
        check(last == second[-1:], "a READ overtook the v1 WRITE before it")
        code, bytes_read = data.read_v2(region.address, 400_000)
        check(code == wire.STATUS_OK, "v2 READ refused")
        check(bytes_read == expected(region, 0, 400_000), "v2 READ differs")
    session.verify(target)


def pipelined(session, target):
    """Hundreds of requests sent before the first answer is read; answers come in order."""
    region, count, size = target.regions["small"], 256, 3_001
    texts = [payload(session, size) for _ in range(8)]
    with wire.DataConnection(data_port(target)) as data:
        requests = []
        for i in range(count):
            address = region.address + 7 + i * size
            text, model = texts[i % len(texts)]
            requests.append(wire.header(size, address, wire.WRITE | wire.V2_FLAG) + text)
            region.expect(7 + i * size, model)
        data.sock.sendall(b"".join(requests))
        for i in range(count):
            check(wire.read_status(data.sock, f"WRITE {i}") == wire.STATUS_OK, f"WRITE {i} refused")
        reads = b"".join(
            wire.header(size, region.address + 7 + i * size, wire.READ | wire.V2_FLAG)
            for i in range(count)
        )
        data.sock.sendall(reads)
        for i in range(count):
            check(wire.read_status(data.sock, f"READ {i}") == wire.STATUS_OK, f"READ {i} refused")
            got = wire.receive_exactly(data.sock, size, f"READ {i}")
            check(got == texts[i % len(texts)][0], f"READ {i} differs")
    session.verify(target)


def any_segmentation(session, target):
    """Headers and bodies that arrive byte by byte, with padding that is not zero."""
    region = target.regions["small"]
    text, model = payload(session, 40)
    raw = bytearray(wire.header(len(text), region.address + 1, wire.WRITE | wire.V2_FLAG))
    raw[17:] = b"\x5f\xb7\xdc\x58\x7f\x00\x01"
    with wire.DataConnection(data_port(target)) as data:
        for byte in bytes(raw) + text:
            data.sock.sendall(bytes([byte]))
        check(wire.read_status(data.sock, "slow WRITE") == wire.STATUS_OK, "slow WRITE refused")
        # Any low opcode but 1 is served as a READ.
        data.sock.sendall(wire.header(len(text), region.address + 1, 0x02 | wire.V2_FLAG))
        check(wire.read_status(data.sock, "opcode 0x82") == wire.STATUS_OK, "0x82 refused")
        check(wire.receive_exactly(data.sock, len(text), "opcode 0x82") == text, "0x82 differs")
    region.expect(1, model)
    session.verify(target)


def rejections(session, target):
    """Everything outside one registered region is refused, and only that connection ends."""
    region, port = target.regions["small"], data_port(target)
    end = region.address + region.size
    forbidden = [
        (region.address, 0),
        (region.address - 1, 1),
        (region.address - 1, region.size + 2),
        (end, 1),
        (end - 3, 4),
        ((1 << 64) - 4, 8),
        (region.address, (1 << 64) - 1),
        (8, 8),
    ]
    for address, size in forbidden:
        for opcode in (wire.READ, wire.WRITE):
            what = f"opcode {opcode} of {size} at {address:#x}"
            with wire.DataConnection(port) as data:
                data.sock.sendall(wire.header(size, address, opcode | wire.V2_FLAG))
                code = wire.read_status(data.sock, what)
                check(code == wire.STATUS_REJECTED, f"{what}: status {code}")
                wire.receive_end(data.sock, what)
            with wire.DataConnection(port) as data:
                data.sock.sendall(wire.header(size, address, opcode))
                wire.receive_end(data.sock, f"v1 {what}")
    with wire.DataConnection(port) as data:
        check(data.read_v2(region.address, 1)[0] == wire.STATUS_OK, "a good READ is refused now")
    session.verify(target)


def unfinished(session, target):
    """Connections that stop in the middle, or never say a word, disturb nobody."""
    region, port = target.regions["small"], data_port(target)
    idle = [wire.connect(port) for _ in range(50)]
    for cut in (1, wire.HEADER_BYTES - 1, wire.HEADER_BYTES, wire.HEADER_BYTES + 100):
        with wire.connect(port) as sock:
            text = expected(region, 0, 4096)
            request = wire.header(4096, region.address, wire.WRITE | wire.V2_FLAG) + text
            sock.sendall(request[:cut])
    with wire.connect(port) as sock:
        # A reader that leaves while the bytes are on their way.
        sock.sendall(wire.header(30 << 20, region.address, wire.READ | wire.V2_FLAG))
        wire.receive_exactly(sock, 100_000, "the READ that is given up")
    with wire.DataConnection(port) as data:
        check(data.read_v2(region.address, 64)[0] == wire.STATUS_OK, "others are not served")
    for sock in idle:
        sock.close()
    session.verify(target)


def hello_to_cpp(session):
    """What a Java initiator's first frame does to a C++ server: a plain reject."""
    target = session.peer("cpp-target")
    with wire.DataConnection(data_port(target)) as data:
        data.sock.sendall(wire.header(0, 0x4D4A_0001, wire.HELLO))
        code = wire.read_status(data.sock, "hello")
        check(code == wire.STATUS_REJECTED, f"hello answered with status {code}")
        wire.receive_end(data.sock, "hello")
    session.verify(target)


# --- handshake port ------------------------------------------------------------------------------


def handshake(session, target):
    """Every type of frame, in pieces too, and the legacy frame without a type."""
    port = target.port
    check(wire.exchange_json(port, wire.PROBE, {}) == {"status": "success"}, "probe")
    target.call("notifies")
    answer = wire.exchange_json(port, wire.NOTIFY, {"name": "n1", "notify_msg": "hi"})
    check(answer == {"name": "", "notify_msg": "success"}, f"notify answered {answer}")
    got = target.call("notifies")["notifies"]
    check(got == [["n1", "hi"]], f"the notification arrived as {got}")
    answer = wire.exchange_json(port, wire.CONNECTION, {"local_nic_path": "a:1@x"})
    empty = {
        "local_gid": "",
        "local_lid": 0,
        "local_nic_path": "",
        "payload": "",
        "peer_nic_path": "",
        "qp_num": [],
        "reply_msg": "",
    }
    check(answer == empty, f"connection answered {answer}")
    with wire.connect(port) as sock:
        for byte in wire.frame(wire.PROBE, b"{}\n"):
            sock.sendall(bytes([byte]))
        kind, body = wire.read_frame(sock, "probe in pieces")
        check((kind, json.loads(body)) == (wire.PROBE, {"status": "success"}), "probe in pieces")
    legacy = json.dumps({"local_nic_path": "a:1@x", "peer_nic_path": "", "qp_num": []}).encode()
    with wire.connect(port) as sock:
        sock.sendall(struct.pack("<Q", len(legacy)) + legacy)
        (length,) = struct.unpack("<Q", wire.receive_exactly(sock, 8, "legacy"))
        answer = json.loads(wire.receive_exactly(sock, length, "legacy"))
        check(answer == empty, f"the legacy frame was answered with {answer}")


BAD_LENGTHS = (0, (1 << 20) + 1, 1 << 40, (1 << 64) - 1)
# Some of these abort a C++ process; only Java gets them.
BADLY_TYPED = [
    (wire.CONNECTION, b"[1]"),
    (wire.CONNECTION, b'"x"'),
    (wire.CONNECTION, b'{"qp_num":[-1]}'),
    (wire.CONNECTION, b'{"qp_num":["7"]}'),
    (wire.CONNECTION, b'{"local_nic_path":{}}'),
    (wire.CONNECTION, b"null"),
    (wire.NOTIFY, b"[1]"),
    (wire.NOTIFY, b'{"name":{}}'),
    (wire.NOTIFY, b'{"name":"n","notify_msg":7}'),
    (wire.METADATA, b"[1]"),
    (wire.METADATA, b'{"buffers":7}'),
    (wire.PROBE, b"[" * 10_000),
    (wire.PROBE, b"\xff\xfe\x00"),
]


def malformed_frames(session, target, badly_typed):
    """Bad lengths, types and texts end one connection; the server answers the next."""
    for length in BAD_LENGTHS:
        with wire.connect(target.port) as sock:
            sock.sendall(struct.pack("<QB", length, wire.PROBE) + b"{}\n")
            wire.receive_end(sock, f"frame of length {length}")
    for kind in (4, 0x7B, 0xFE):
        with wire.connect(target.port) as sock:
            sock.sendall(wire.frame(kind, b"{}\n"))
            wire.receive_end(sock, f"frame of type {kind:#x}")
    for kind, body in badly_typed:
        with wire.connect(target.port) as sock:
            sock.sendall(wire.frame(kind, body + b"\n"))
            sock.shutdown(socket.SHUT_WR)
            try:
                wire.read_frame(sock, "badly typed")  # a refusal in words is as good as none
            except wire.WireError as error:
                check("silent" not in str(error), f"{body[:40]!r}: the server hangs")
    answer = wire.exchange_json(target.port, wire.PROBE, {})
    check(answer == {"status": "success"}, "the handshake server is gone")
    check(target.alive(), "the process is gone")


def silent_clients(session, target, limit_s):
    """A client that connects to the handshake port and says nothing delays the next one by this."""
    silent = [wire.connect(target.port) for _ in range(3 if limit_s < 2 else 1)]
    started = time.monotonic()
    wire.exchange_json(target.port, wire.PROBE, {})
    took = time.monotonic() - started
    for sock in silent:
        sock.close()
    check(took < limit_s, f"the next client waited {took:.2f} s")


# --- descriptors ---------------------------------------------------------------------------------

CLASSIC_MEMBERS = {
    "buffers": list,
    "name": str,
    "protocol": str,
    "tcp_data_port": int,
    "tcp_proto_version": int,
    "timestamp": str,
}
# Newer C++ writes these two as well; a peer may have them, an older one ignores them.
NEWER_MEMBERS = {"rdma_server_name": str, "tcp_data_host": str}


def java_descriptor(session):
    """What C++ sees of Java: the classic members with their exact types, and `mooncake4j`."""
    target = session.peer("java")
    raw, parsed = wire.fetch_descriptor(target.port)
    compact = json.dumps(parsed, sort_keys=True, separators=(",", ":")) + "\n"
    check(raw == compact.encode(), f"not sorted, compact and ended by one newline: {raw[:200]!r}")
    for member, kind in CLASSIC_MEMBERS.items():
        check(type(parsed.get(member)) is kind, f"{member} is {parsed.get(member)!r}")
    extra = set(parsed) - set(CLASSIC_MEMBERS) - set(NEWER_MEMBERS) - {"mooncake4j"}
    check(not extra, f"members nobody knows: {extra}")
    check(isinstance(parsed.get("mooncake4j"), dict), "mooncake4j is missing or no object")
    check(parsed["mooncake4j"], "mooncake4j is empty")
    check(parsed["name"] == target.name, f"name is {parsed['name']}, not {target.name}")
    check(parsed["protocol"] == "tcp", f"protocol is {parsed['protocol']}")
    check(parsed["tcp_proto_version"] == 2, f"version {parsed['tcp_proto_version']}")
    check(0 < parsed["tcp_data_port"] < 65536, f"data port {parsed['tcp_data_port']}")
    buffers = {(b.get("addr"), b.get("length"), b.get("name")) for b in parsed["buffers"]}
    wanted = {(r.address, r.size, target.name) for r in target.regions.values()}
    check(buffers == wanted, f"buffers are {buffers}, registered are {wanted}")
    check(all(set(b) == {"addr", "length", "name"} for b in parsed["buffers"]), "buffer members")


def java_descriptor_shown_to_cpp(session, enrich=lambda descriptor: None):
    """A C++ initiator reads the full Java descriptor, and transfers by it."""
    initiator, target = session.peer("cpp-default"), session.peer("java")
    served = wire.fetch_descriptor(target.port)[1]
    check("mooncake4j" in served, "the Java descriptor has no mooncake4j member")
    enrich(served)
    local, remote = initiator.regions["small"], target.regions["small"]
    with wire.FakeNode(descriptor=served) as node:
        request = [[local.address, remote.address, 50_000]]
        answer = initiator.transfer("read", node.name, request)
        check(answer["completed"], f"C++ could not read by {str(served)[:300]}")
        request[0][0] += 50_000
        answer = initiator.transfer("write", node.name, request)
        check(answer["completed"], f"C++ could not write by {str(served)[:300]}")
    local.expect(0, remote.slice(0, 50_000))
    remote.expect(0, local.slice(50_000, 50_000))
    session.verify(initiator, target)


def enrich(descriptor):
    """Everything JSON has, deep and long: 900 KB, of the 1 MiB that a handshake frame may have."""
    deep = {}
    for _ in range(60):
        deep = {"deeper": [deep, None]}
    descriptor["mooncake4j"] |= {
        "deep": deep,
        "numbers": [0, -1, (1 << 64) - 1, -(1 << 63), 0.5, 1e300],
        "words": ["", "\u0000", "gr\u00f6\u00dfe \u5927\u5c0f \U0001f96e", '"\\/'],
        "truth": [True, False, None],
        "transports": descriptor["mooncake4j"].get("transports", {})
        | {
            f"transport-{i}": {"entries": "request", "attributes": {"name": "x" * 800}}
            for i in range(1000)
        },
    }


# --- register ------------------------------------------------------------------------------------


def add_target(kind, key):
    def on(function, *arguments):
        return lambda session: function(session, session.peer(key), *arguments)

    java = kind == "java"
    case(f"python-to-{kind}/v1-and-v2-on-one-connection")(on(versions_mixed))
    case(f"python-to-{kind}/pipelined")(on(pipelined))
    case(f"python-to-{kind}/any-segmentation")(on(any_segmentation))
    case(f"python-to-{kind}/rejections")(on(rejections))
    case(f"python-to-{kind}/unfinished-connections")(on(unfinished))
    case(f"python-to-{kind}/handshake-frames")(on(handshake))
    case(f"python-to-{kind}/malformed-handshakes")(
        on(malformed_frames, BADLY_TYPED if java else [])
    )
    # C++ serves handshakes one after another and gives each client 5 s.
    case(f"python-to-{kind}/silent-handshake-clients", core=java)(
        on(silent_clients, 1.5 if java else 8.0)
    )


for _kind, _key in TARGETS.items():
    add_target(_kind, _key)
case("python-to-cpp/java-hello")(hello_to_cpp)
case("descriptor/java-members")(java_descriptor)
case("descriptor/java-shown-to-cpp")(java_descriptor_shown_to_cpp)
case("descriptor/richest-member-shown-to-cpp")(lambda s: java_descriptor_shown_to_cpp(s, enrich))

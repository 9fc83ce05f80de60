"""Records what C++ engines say to each other into the golden files of the Java tests.

Usage, inside the virtual environment that script/interop makes:
    python script/interop.d/capture.py
An .exchange file holds one TCP connection: lines of hex, `>` from the client, `<` from the server,
in the order of their arrival; `#` starts a comment.
"""

import json
import tempfile

import wire
from peers import HERE, cpp_peer
from recorder import Recorder

ROOT = HERE.parent.parent
HANDSHAKE = ROOT / "core/src/test/resources/golden"
DATA = ROOT / "plugins/tcp/src/test/resources/golden"


def save(folder, name, record, words):
    """Writes one connection; neighbouring pieces of a direction are joined."""
    joined = []
    for mark, data in record:
        if joined and joined[-1][0] == mark:
            joined[-1] = (mark, joined[-1][1] + data)
        else:
            joined.append((mark, data))
    lines = [f"# {line}" for line in words.splitlines()]
    for mark, data in joined:
        lines += [f"{mark} {data[i : i + 32].hex()}" for i in range(0, len(data), 32)]
    (folder / f"{name}.exchange").write_text("\n".join(lines) + "\n")
    print(f"{folder.name}/{name}: {[(mark, len(data)) for mark, data in joined]}")


def save_handshakes(initiator, target):
    """The initiator's Metadata, Notify and Probe, then frames that only a raw client sends."""
    recorder = Recorder(target.port)
    name = f"127.0.0.1:{recorder.listener.port}"
    local, remote = initiator.regions["small"], target.regions["small"]
    initiator.call("probe", peer=name)
    save(HANDSHAKE, "probe", recorder.connections[-1], "A C++ initiator probes a C++ node.")
    request = [[local.address, remote.address, 1]]
    initiator.transfer("read", name, request)
    save(
        HANDSHAKE,
        "metadata",
        recorder.connections[-1],
        "A C++ initiator opens the segment of a C++ node: each sends its descriptor.",
    )
    for frame_name, body, words in (
        ("connection-without-rdma", b"{}\n", "An empty Connection frame to a node with TCP only."),
        ("notify", b'{"name":"n1","notify_msg":"hi"}\n', "A notification."),
    ):
        kind = wire.NOTIFY if frame_name == "notify" else wire.CONNECTION
        wire.exchange(recorder.listener.port, kind, body)
        save(HANDSHAKE, frame_name, recorder.connections[-1], f"{words} The reply is C++'s.")
    legacy = b'{"local_nic_path":"a:1@x"}'
    with wire.connect(recorder.listener.port) as sock:
        sock.sendall(len(legacy).to_bytes(8, "little") + legacy)
        length = int.from_bytes(wire.receive_exactly(sock, 8, "legacy"), "little")
        wire.receive_exactly(sock, length, "legacy")
    words = "A frame without a type, as old nodes send it. The reply, also without, is C++'s."
    save(HANDSHAKE, "legacy-connection", recorder.connections[-1], words)
    recorder.close()


def save_transfers(logs, target):
    """One connection for each kind of request a C++ initiator makes."""
    remote = target.regions["small"]
    real = wire.fetch_descriptor(target.port)[1]
    variants = {
        "v2": {"MC_TCP_LANES_PER_PEER": "1"},
        "v1": {"MC_TCP_LANES_PER_PEER": "1", "MC_TCP_PROTO": "1"},
        "v2-without-pool": {"MC_TCP_ENABLE_CONNECTION_POOL": "0"},
    }
    for label, variables in variants.items():
        initiator = cpp_peer(f"capture-{label}", logs, **variables)
        local = initiator.add_region("small", 1 << 20, 5)
        recorder = Recorder(real["tcp_data_port"])
        with wire.FakeNode(descriptor={}) as node:
            node.descriptor = dict(real, name=node.name, tcp_data_port=recorder.listener.port)

            def go(opcode, requests):
                rows = [[local.address + l, a, n] for l, a, n in requests]
                return initiator.transfer(opcode, node.name, rows)["completed"]

            go("write", [(0, remote.address, 100)])
            if label == "v2-without-pool":
                words = "A C++ initiator without connection pool WRITEs 100 bytes and closes."
                save(DATA, "v2-write-without-pool", recorder.connections[0], words)
            else:
                go("read", [(200, remote.address, 100)])
                go("write", [(i, remote.address + 10 * i, i) for i in (1, 2, 3)])
                go("write", [(0, remote.address + remote.size - 4, 8)])
                words = (
                    f"A C++ initiator, {label}, one connection: WRITE 100 bytes, READ them,"
                    " a batch of WRITEs\nof 1, 2 and 3 bytes, then a WRITE of 8 bytes of which 4"
                    " are outside the region."
                )
                save(DATA, f"{label}-session", recorder.connections[0], words)
        recorder.close()
        initiator.close()


def save_raw(target):
    """Answers of a C++ server to requests no C++ initiator sends."""
    remote = target.regions["small"]
    port = wire.fetch_descriptor(target.port)[1]["tcp_data_port"]
    requests = {
        "hello": (wire.header(0, 0x4D4A0001, wire.HELLO), "A first frame with opcode 0xFF."),
        "v2-size-0": (wire.header(0, remote.address, 0x80), "A v2 READ of no bytes."),
        "v2-read-unregistered": (wire.header(16, 8, 0x80), "A v2 READ of an unknown address."),
        "v1-read-unregistered": (wire.header(16, 8, 0x00), "A v1 READ of an unknown address."),
    }
    for name, (request, words) in requests.items():
        record = [(">", request)]
        with wire.connect(port) as sock:
            sock.sendall(request)
            answer = sock.recv(64)
            while answer:
                record.append(("<", answer))
                answer = sock.recv(64)
        save(DATA, name, record, f"{words} The answer is C++'s; then it closes.")


def main():
    for folder in (HANDSHAKE, DATA):
        folder.mkdir(parents=True, exist_ok=True)
    logs = tempfile.mkdtemp(prefix="mooncake4j-capture-")
    target, initiator = (cpp_peer(f"capture-{role}", logs) for role in ("target", "initiator"))
    raw, _ = wire.fetch_descriptor(target.port)
    (HANDSHAKE / "descriptor-empty.json").write_bytes(raw)
    for peer in (target, initiator):
        peer.add_region("small", 1 << 20, 3)
    target.add_region("second", 4096, 4)
    raw, parsed = wire.fetch_descriptor(target.port)
    (HANDSHAKE / "descriptor.json").write_bytes(raw)
    print(json.dumps(parsed))
    save_handshakes(initiator, target)
    save_transfers(logs, target)
    save_raw(target)
    initiator.close()
    target.close()


if __name__ == "__main__":
    main()

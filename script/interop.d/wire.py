"""The transfer engine's wire formats in plain Python, loopback only.

Written from the format's description, sharing no code with the Java or the C++ engine, so that a
mistake the two engines might share still shows. Everything raises WireError with words; every wait
has a deadline.
"""

import json
import socket
import struct
import threading

LOOPBACK = "127.0.0.1"
DEADLINE_S = 15.0

CONNECTION, METADATA, NOTIFY, PROBE = 0, 1, 2, 3
READ, WRITE, V2_FLAG, HELLO = 0x00, 0x01, 0x80, 0xFF
STATUS_MAGIC = 0x4D435456
STATUS_OK, STATUS_REJECTED = 0, 1
HEADER_BYTES = 24
FRAME_LIMIT_BYTES = 1 << 20


class WireError(Exception):
    """The peer broke the format, closed early or stayed silent past the deadline."""


def connect(port, timeout_s=DEADLINE_S):
    sock = socket.create_connection((LOOPBACK, port), timeout=timeout_s)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def receive_exactly(sock, count, what):
    parts = []
    missing = count
    while missing:
        try:
            part = sock.recv(min(missing, 1 << 20))
        except TimeoutError:
            raise WireError(f"{what}: silent with {missing} of {count} bytes missing") from None
        except ConnectionError as error:
            raise WireError(f"{what}: {error} with {missing} of {count} bytes missing") from None
        if not part:
            raise WireError(f"{what}: closed with {missing} of {count} bytes missing")
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def receive_end(sock, what):
    """Returns once the peer has closed; anything else it sends is an error."""
    try:
        extra = sock.recv(4096)
    except ConnectionError:
        return
    except TimeoutError:
        raise WireError(f"{what}: the peer neither closed nor answered") from None
    if extra:
        raise WireError(f"{what}: expected the end of the connection, got {extra[:32].hex()}")


# --- handshake port ------------------------------------------------------------------------------


def frame(kind, body):
    """One handshake frame: length (type and body), type, body."""
    return struct.pack("<QB", 1 + len(body), kind) + body


def read_frame(sock, what):
    (length,) = struct.unpack("<Q", receive_exactly(sock, 8, what))
    if not 1 <= length <= FRAME_LIMIT_BYTES:
        raise WireError(f"{what}: frame of {length} bytes")
    payload = receive_exactly(sock, length, what)
    return payload[0], payload[1:]


def exchange(port, kind, body, timeout_s=DEADLINE_S):
    """Sends one frame on a new connection; returns the reply's type and raw body."""
    with connect(port, timeout_s) as sock:
        sock.sendall(frame(kind, body))
        return read_frame(sock, f"handshake type {kind} on port {port}")


def exchange_json(port, kind, body):
    reply_kind, reply = exchange(port, kind, json.dumps(body).encode() + b"\n")
    if reply_kind != kind:
        raise WireError(f"reply type {reply_kind} to a frame of type {kind}")
    return json.loads(reply)


def fetch_descriptor(port):
    """The raw text and the parsed form of the descriptor served on a handshake port."""
    kind, body = exchange(port, METADATA, b"{}\n")
    if kind != METADATA:
        raise WireError(f"reply type {kind} to a metadata frame")
    return body, json.loads(body)


def port_of(name):
    return int(name.rsplit(":", 1)[1])


# --- data port -----------------------------------------------------------------------------------


def header(size, address, opcode):
    return struct.pack("<QQB7x", size, address, opcode)


def status_frame(code):
    return struct.pack("<II", code, STATUS_MAGIC)


def read_status(sock, what):
    code, magic = struct.unpack("<II", receive_exactly(sock, 8, what))
    if magic != STATUS_MAGIC:
        raise WireError(f"{what}: status magic {magic:#x}")
    return code


class DataConnection:
    """One connection to a data port, spoken to as a C++ initiator would."""

    def __init__(self, port):
        self.sock = connect(port)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def write_v2(self, address, payload):
        self.sock.sendall(header(len(payload), address, WRITE | V2_FLAG) + payload)
        return read_status(self.sock, f"v2 WRITE of {len(payload)}")

    def read_v2(self, address, size):
        what = f"v2 READ of {size}"
        self.sock.sendall(header(size, address, READ | V2_FLAG))
        code = read_status(self.sock, what)
        return code, receive_exactly(self.sock, size, what) if code == STATUS_OK else b""

    def write_v1(self, address, payload):
        self.sock.sendall(header(len(payload), address, WRITE) + payload)

    def read_v1(self, address, size):
        self.sock.sendall(header(size, address, READ))
        return receive_exactly(self.sock, size, f"v1 READ of {size}")


# --- a node made of two listeners ----------------------------------------------------------------


class Listener:
    """Accepts loopback connections and serves each on a thread of its own until closed."""

    def __init__(self, serve, host=LOOPBACK):
        self.serve = serve
        self.socket = socket.create_server((host, 0))
        self.port = self.socket.getsockname()[1]
        self.accepted = 0
        self.errors = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                sock, _ = self.socket.accept()
            except OSError:
                return
            self.accepted += 1
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock):
        sock.settimeout(DEADLINE_S)
        with sock:
            try:
                self.serve(sock)
            except (WireError, OSError) as error:
                self.errors.append(str(error))

    def close(self):
        # A blocked accept() keeps the port open past close(); shutdown() wakes it first.
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def classic_descriptor(name, data_port, sizes):
    """What a C++ node with TCP publishes; `sizes` maps addresses to lengths."""
    return {
        "buffers": [
            {"addr": address, "length": length, "name": name} for address, length in sizes.items()
        ],
        "name": name,
        "protocol": "tcp",
        "tcp_data_port": data_port,
        "tcp_proto_version": 2,
        "timestamp": "2026-01-01 00:00:00.000000",
    }


class FakeNode:
    """A handshake server whose descriptor the test chooses, and optionally a data port of its own.

    `memory` maps one address to a bytearray; a data port that serves it speaks v1 and v2 and keeps
    every request header it saw in `headers`.
    """

    def __init__(self, descriptor=None, memory=None, data_host=LOOPBACK):
        self.requests = []
        self.headers = []
        self.notifies = []
        self.memory = memory or {}
        self.data = Listener(self._serve_data, data_host) if memory else None
        self.handshake = Listener(self._serve_handshake)
        self.name = f"{LOOPBACK}:{self.handshake.port}"
        sizes = {address: len(data) for address, data in self.memory.items()}
        own = classic_descriptor(self.name, self.data.port if self.data else 0, sizes)
        self.descriptor = own if descriptor is None else descriptor

    def _serve_handshake(self, sock):
        kind, body = read_frame(sock, "fake node")
        self.requests.append((kind, body))
        if kind == METADATA:
            answer = self.descriptor
        elif kind == NOTIFY:
            self.notifies.append(json.loads(body))
            answer = {"name": "", "notify_msg": "success"}
        elif kind == PROBE:
            answer = {"status": "success"}
        else:
            answer = {"reply_msg": "this node has no such transport"}
        sock.sendall(frame(kind, json.dumps(answer).encode() + b"\n"))

    def _serve_data(self, sock):
        while True:
            first = sock.recv(1)
            if not first:
                return
            raw = first + receive_exactly(sock, HEADER_BYTES - 1, "fake node header")
            self.headers.append(raw)
            size, address, opcode = struct.unpack("<QQB7x", raw)
            base, data = next(iter(self.memory.items()))
            offset = address - base
            v2 = bool(opcode & V2_FLAG)
            if size == 0 or offset < 0 or offset + size > len(data) or opcode == HELLO:
                if v2:
                    sock.sendall(status_frame(STATUS_REJECTED))
                return
            if opcode & 0x7F == WRITE:
                data[offset : offset + size] = receive_exactly(sock, size, "fake node body")
                if v2:
                    sock.sendall(status_frame(STATUS_OK))
            else:
                status = status_frame(STATUS_OK) if v2 else b""
                sock.sendall(status + bytes(data[offset : offset + size]))

    def close(self):
        self.handshake.close()
        if self.data:
            self.data.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

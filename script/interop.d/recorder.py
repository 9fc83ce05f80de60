"""A TCP forwarder that keeps what it forwards, and the HTTP in it."""

import http.client
import io
import socket
import threading
from dataclasses import dataclass

import wire


class Recorder:
    """Forwards connections to a port and keeps every byte with its direction."""

    def __init__(self, port):
        self.port = port
        self.connections = []
        self.listener = wire.Listener(self._forward)

    def _forward(self, client):
        record = []
        self.connections.append(record)
        with wire.connect(self.port) as server:
            client.settimeout(None)
            server.settimeout(None)
            back = threading.Thread(target=self._pump, args=(server, client, "<", record))
            back.start()
            self._pump(client, server, ">", record)
            back.join()

    @staticmethod
    def _pump(source, sink, mark, record):
        try:
            while data := source.recv(1 << 16):
                record.append((mark, data))
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the other direction has seen the end already

    def close(self):
        self.listener.close()


@dataclass(frozen=True)
class Exchange:
    """One HTTP request and its answer."""

    request: bytes
    method: str
    target: str
    headers: dict
    body: bytes
    status: int
    answer: bytes


class _Bytes(io.BytesIO):
    """Bytes that pass for a socket whose file nobody closes between two answers."""

    def makefile(self, _):
        return self

    def close(self):
        pass


def exchanges(record):
    """The requests of one recorded connection with their answers, in order; a request that was
    not answered is left out."""
    sent = _Bytes(b"".join(data for mark, data in record if mark == ">"))
    received = _Bytes(b"".join(data for mark, data in record if mark == "<"))
    found = []
    while True:
        start = sent.tell()
        line = sent.readline().decode("ascii").split()
        if len(line) != 3:
            return found
        headers = http.client.parse_headers(sent)
        body = sent.read(int(headers.get("Content-Length", 0)))
        if received.tell() == len(received.getbuffer()):
            return found
        status, answer = read_answer(received, line[0])
        raw = sent.getvalue()[start : sent.tell()]
        fields = {name.lower(): value for name, value in headers.items()}
        found.append(Exchange(raw, line[0], line[1], fields, body, status, answer))


def read_answer(stream, method):
    """Status and body of the answer that comes next on a socket or in recorded bytes."""
    answer = http.client.HTTPResponse(stream, method=method)
    try:
        answer.begin()
        return answer.status, answer.read()
    except http.client.HTTPException as error:
        raise wire.WireError(f"not an HTTP answer: {error!r}") from None

"""Metadata servers of three kinds in processes of their own, and their records over plain HTTP."""

import http.client
import json
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

from peers import HERE, environment

KINDS = ("java", "cpp", "python")
START_S = 30.0
STOP_S = 15.0
REQUEST_S = 10.0
# Below the ports that kernels give to outgoing connections, apart from those of C++'s engines.
PORTS = range(20_000, 30_000)
# Exit statuses after SIGTERM: of a program that minds it, of a JVM, of one that does not.
TERMINATED = (0, 143, -15)
MISSING = b"metadata not found"


class ServerError(Exception):
    """A metadata server did not start, died, or does not answer."""


def free_port():
    """A port that nobody listens on now; it must outlive restarts, so the kernel cannot choose."""
    while True:
        port = random.choice(PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


def package_folder():
    import mooncake

    return Path(next(iter(mooncake.__path__)))


def target_of(key):
    """The request target of a key: all but RFC 3986's unreserved characters is escaped."""
    return f"/metadata?key={urllib.parse.quote(key, safe='')}"


class MetadataServer:
    """One server on one port, through any number of restarts."""

    def __init__(self, kind, label, distribution, logs, flags=()):
        self.kind = kind
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/metadata"
        self.log = Path(logs) / f"{label}.log"
        self.command = [*self._command(distribution), *map(str, flags)]
        self.process = None
        self.start()

    def _command(self, distribution):
        if self.kind == "java":
            command = [str(Path(distribution) / "bin" / "mooncake"), "metadata-server"]
        elif self.kind == "python":
            command = [sys.executable, "-m", "mooncake.http_metadata_server"]
        else:
            return self._master()
        return [*command, "--port", str(self.port), "--host", "127.0.0.1"]

    def _master(self):
        """The store's master with its metadata server; it wants two more ports."""
        return [
            str(package_folder() / "mooncake_master"),
            "--rpc_address=127.0.0.1",
            f"--rpc_port={free_port()}",
            "--metrics_host=127.0.0.1",
            f"--metrics_port={free_port()}",
            "--enable_http_metadata_server=true",
            "--http_metadata_server_host=127.0.0.1",
            f"--http_metadata_server_port={self.port}",
        ]

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment({}),
                cwd=HERE,
            )
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self.alive():
            try:
                if self.request("GET", target_of("mooncake/nobody"))[1] == MISSING:
                    return
            except OSError:
                time.sleep(0.02)
        code = self.kill()
        raise ServerError(
            f"the {self.kind} metadata server did not start on port {self.port},"
            f" its process ended with {code}; its output: {self.log}"
        )

    def alive(self):
        return self.process.poll() is None

    def kill(self):
        """Ends it as a crash does."""
        self.process.kill()
        return self.process.wait(STOP_S)

    def stop(self):
        """Asks it to end; its exit status."""
        self.process.terminate()
        try:
            return self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            return self.kill()

    def lose_everything(self):
        """Crashes and comes back, on its old port."""
        self.kill()
        self.start()

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def request(self, method, target, body=None, headers=None):
        """One request on a connection of its own: status and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=REQUEST_S)
        try:
            connection.request(method, target, body, headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        except http.client.HTTPException as error:
            raise OSError(f"{method} {target} at {self.url}: {error!r}") from None
        finally:
            connection.close()

    def get(self, key):
        """The bytes under a key, or None."""
        status, body = self.request("GET", target_of(key))
        if status == 404 and body == MISSING:
            return None
        if status != 200:
            raise ServerError(f"GET of {key} at {self.url}: {status} {body[:200]!r}")
        return body

    def delete(self, key):
        status, body = self.request("DELETE", target_of(key))
        if status not in (200, 404):
            raise ServerError(f"DELETE of {key} at {self.url}: {status} {body[:200]!r}")


class Records:
    """What a metadata server holds about one name."""

    def __init__(self, server, name, cluster=""):
        prefix = f"mooncake/{cluster}{'/' if cluster and not cluster.endswith('/') else ''}"
        self.server = server
        self.name = name
        self.rpc_key = f"{prefix}rpc_meta/{name}"
        self.segment_key = f"{prefix}{'' if '/' in name else 'ram/'}{name}"

    def raw(self):
        """The bytes of both records, None for one that is not there."""
        return self.server.get(self.rpc_key), self.server.get(self.segment_key)

    def rpc_meta(self):
        return self._parsed(self.rpc_key)

    def segment(self):
        return self._parsed(self.segment_key)

    def _parsed(self, key):
        raw = self.server.get(key)
        return None if raw is None else json.loads(raw)

    def buffers(self):
        """Address and length of each published buffer, sorted; None without a record."""
        found = self.segment()
        return found and sorted((each["addr"], each["length"]) for each in found["buffers"])

    def delete(self):
        for key in (self.rpc_key, self.segment_key):
            self.server.delete(key)

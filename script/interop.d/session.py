"""What the cases share: running peers, checks, and the register of cases."""

import contextlib
import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import peers
import servers

SMALL_BYTES = 40 << 20
BIG_BYTES = 257 << 20
SETTLE_S = 20.0

CPP_VARIABLES = {
    "cpp-v2-pool": {"MC_TCP_ENABLE_CONNECTION_POOL": "1"},
    "cpp-v2-nopool": {"MC_TCP_ENABLE_CONNECTION_POOL": "0"},
    "cpp-v1-pool": {"MC_TCP_PROTO": "1", "MC_TCP_ENABLE_CONNECTION_POOL": "1"},
    "cpp-v1-nopool": {"MC_TCP_PROTO": "1", "MC_TCP_ENABLE_CONNECTION_POOL": "0"},
    "cpp-ipv6": {"MC_USE_IPV6": "1", "MC_TCP_BIND_ADDRESS": "::1"},
    "cpp-refreshing": {"MC_TE_METADATA_REFRESH_INTERVAL_SECONDS": "1"},
    "cpp-default": {},
    "cpp-target": {},
}
JAVA_PROPERTIES = {
    "java": {},
    "java-v1": {"mooncake.tcp.protocol-version": "1"},
    # All requests in one connection, many more bytes than its sockets can hold.
    "java-narrow": {
        "mooncake.tcp.connections": "1",
        "mooncake.tcp.pipeline-bytes": "256m",
        "mooncake.tcp.local-pipeline-bytes": "256m",
        "mooncake.tcp.send-buffer-bytes": "128k",
        "mooncake.tcp.receive-buffer-bytes": "128k",
    },
    "java-narrow-two": {
        "mooncake.tcp.connections": "2",
        "mooncake.tcp.pipeline-bytes": "256m",
        "mooncake.tcp.local-pipeline-bytes": "256m",
        "mooncake.tcp.send-buffer-bytes": "64k",
        "mooncake.tcp.receive-buffer-bytes": "64k",
    },
}


@dataclass(frozen=True)
class Node:
    """An engine of one kind under a name of its own in the records of a metadata server."""

    engine: str
    server: object  # a kind of server, or a server
    name: str
    cluster: str = ""

    def __str__(self):
        return f"{self.engine} {self.name}"


CASES = {}
LEFT_OUT = []  # what this machine cannot have, in words


class Failed(Exception):
    """The case's claim does not hold."""


def check(condition, words):
    if not condition:
        raise Failed(words)


def case(name, core=True):
    """Registers a function of one session as a case; `core` puts it into the short run."""

    def register(function):
        assert name not in CASES, name
        CASES[name] = (function, core)
        return function

    return register


def eventually(probe, words, timeout_s=SETTLE_S):
    """Waits for a true answer; for what a peer does without telling anyone when it is done."""
    deadline = time.monotonic() + timeout_s
    while True:
        answer = probe()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise Failed(words)
        time.sleep(0.02)


class Session:
    """Peers and metadata servers, started on first use and kept for the next case; a failure
    replaces them all."""

    def __init__(self, distribution, work_folder=None):
        self.distribution = distribution
        self.logs = Path(work_folder or tempfile.mkdtemp(prefix="mooncake4j-interop-"))
        self.random = random.Random(2)
        self._peers = {}
        self._servers = {}
        self._everyone = []
        self._every_server = []
        self._launcher = None

    def seed(self):
        return self.random.randrange(1, 1 << 31)

    def peer(self, key):
        """The running peer of that kind, or of that node, with a `small` region; in peer-to-peer
        mode also with a `big` one."""
        running = self._peers.get(key)
        if running is None or not running.alive():
            running = self._peers[key] = self.start(key)
            running.add_region("small", SMALL_BYTES, self.seed())
            if not isinstance(key, Node):
                running.add_region("big", BIG_BYTES, self.seed())
        return running

    def start(self, key, host="127.0.0.1"):
        """A new peer of that kind, or of that node, without regions; the caller closes it."""
        if not isinstance(key, Node):
            return self.start_at(key, peers.Place(host))
        url = self.server(key.server).url
        return self.start_at(key.engine, peers.Place(key.name, url, key.cluster))

    def start_at(self, engine, place):
        label = f"{engine}-{len(self._everyone) + 1}"
        if engine in CPP_VARIABLES:
            peer = peers.cpp_peer(label, self.logs, place, **CPP_VARIABLES[engine])
        else:
            if self._launcher is None:
                self._launcher = peers.JavaLauncher(self.distribution, self.logs)
            peer = self._launcher.start(label, JAVA_PROPERTIES[engine], place)
        self._everyone.append(peer)
        return peer

    @contextlib.contextmanager
    def started(self, *keys, size=1 << 20):
        """New peers with a `small` region each, which end well when the case has."""
        started = []
        try:
            for key in keys:
                started.append(self.start(key))
                started[-1].add_region("small", size, self.seed())
            yield started
        except BaseException:
            for peer in started:
                peer.kill()
            raise
        codes = [(peer.label, peer.close()) for peer in started if peer.alive()]
        check(not any(code for _, code in codes), f"exit codes {codes}")

    def server(self, kind):
        """The running metadata server of that kind; a server stands for itself."""
        if isinstance(kind, servers.MetadataServer):
            return kind
        running = self._servers.get(kind)
        if running is None or not running.alive():
            running = self._servers[kind] = self.start_server(kind)
        return running

    def start_server(self, kind, *flags):
        """A new metadata server of that kind; the caller stops it."""
        label = f"server-{kind}-{len(self._every_server) + 1}"
        server = servers.MetadataServer(kind, label, self.distribution, self.logs, flags)
        self._every_server.append(server)
        return server

    def verify(self, *checked):
        """Every byte of every region, and the guards around them, is what the model says."""
        for peer in checked:
            for name, region in peer.regions.items():
                self._verify_region(peer, name, region)

    def _verify_region(self, peer, name, region):
        # A v1 WRITE counts as done before the far side has it all, hence the wait.
        deadline = time.monotonic() + SETTLE_S
        while wrong := region.mismatch():
            if time.monotonic() > deadline:
                raise Failed(
                    f"{peer.label}: byte {wrong[0]} of the {name} region of {region.size} bytes"
                    f" is {wrong[1]}"
                )
            time.sleep(0.02)

    def close(self):
        """Ends all peers; the exit codes that are not 0, in words."""
        odd = []
        for key, peer in self._peers.items():
            code = peer.close()
            if code != 0:
                odd.append(f"{key} ended with {code}, log {peer.log}")
        for kind, server in self._servers.items():
            code = server.stop()
            if code not in servers.TERMINATED:
                odd.append(f"the {kind} metadata server ended with {code}, log {server.log}")
        self._peers, self._servers = {}, {}
        return odd

    def abandon(self):
        """After a failure nobody knows what the peers hold: the next case gets new ones."""
        for peer in self._everyone:
            peer.kill()
        for server in self._every_server:
            if server.alive():
                server.kill()
        self._peers, self._servers = {}, {}

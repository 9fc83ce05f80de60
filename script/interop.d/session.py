"""What the cases share: running peers, checks, and the register of cases."""

import random
import tempfile
import time
from pathlib import Path

import peers

SMALL_BYTES = 40 << 20
BIG_BYTES = 257 << 20
SETTLE_S = 20.0

CPP_VARIABLES = {
    "cpp-v2-pool": {"MC_TCP_ENABLE_CONNECTION_POOL": "1"},
    "cpp-v2-nopool": {"MC_TCP_ENABLE_CONNECTION_POOL": "0"},
    "cpp-v1-pool": {"MC_TCP_PROTO": "1", "MC_TCP_ENABLE_CONNECTION_POOL": "1"},
    "cpp-v1-nopool": {"MC_TCP_PROTO": "1", "MC_TCP_ENABLE_CONNECTION_POOL": "0"},
    "cpp-ipv6": {"MC_USE_IPV6": "1", "MC_TCP_BIND_ADDRESS": "::1"},
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
        "mooncake.tcp.send-buffer-bytes": "128k",
        "mooncake.tcp.receive-buffer-bytes": "128k",
    },
}

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
    """Peers started on first use and kept for the next case; a failure replaces them all."""

    def __init__(self, distribution, work_folder=None):
        self.distribution = distribution
        self.logs = Path(work_folder or tempfile.mkdtemp(prefix="mooncake4j-interop-"))
        self.random = random.Random(2)
        self._peers = {}
        self._everyone = []
        self._launcher = None

    def seed(self):
        return self.random.randrange(1, 1 << 31)

    def peer(self, key):
        """The running peer of that kind, with a `small` and a `big` region."""
        running = self._peers.get(key)
        if running is None or not running.alive():
            running = self._peers[key] = self.start(key)
            running.add_region("small", SMALL_BYTES, self.seed())
            running.add_region("big", BIG_BYTES, self.seed())
        return running

    def start(self, key, host="127.0.0.1"):
        """A new peer of that kind without regions; the caller closes it."""
        label = f"{key}-{len(self._everyone) + 1}"
        if key in CPP_VARIABLES:
            peer = peers.cpp_peer(label, self.logs, host, **CPP_VARIABLES[key])
        else:
            if self._launcher is None:
                self._launcher = peers.JavaLauncher(self.distribution, self.logs)
            peer = self._launcher.start(label, JAVA_PROPERTIES[key], host)
        self._everyone.append(peer)
        return peer

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
        self._peers = {}
        return odd

    def abandon(self):
        """After a failure nobody knows what the peers hold: the next case gets new ones."""
        for peer in self._everyone:
            if peer.alive():
                peer.process.kill()
                peer.process.wait(15)
        self._peers = {}

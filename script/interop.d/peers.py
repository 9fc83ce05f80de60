"""Engine processes under the driver's command, and the driver's model of their memory."""

import json
import os
import queue
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
CALL_TIMEOUT_S = 90.0
PUBLICATION_S = 20
# An engine's own variables must come from the case, never from the caller's shell.
ENGINE_VARIABLE_PREFIXES = ("MC_", "MOONCAKE_", "GLOG_", "JAVA_TOOL_OPTIONS")
# On one host Java peers would share memory: what is compared and cut here is TCP.
JAVA_ENVIRONMENT = {"MC_FORCE_TCP": "1"}
CPP_ENVIRONMENT = {"MC_FORCE_TCP": "1", "MC_TCP_BIND_ADDRESS": "127.0.0.1"}
P2P = "P2PHANDSHAKE"


class PeerError(Exception):
    """A peer process refused a command, died, or stayed silent past the deadline."""


@dataclass(frozen=True)
class Place:
    """Where an engine is found: under a name in a metadata store, or at its own host."""

    name: str = "127.0.0.1"
    metadata: str = P2P
    cluster: str = ""

    def host(self):
        return self.name if self.metadata == P2P else "127.0.0.1"

    def variables(self):
        return {"MC_METADATA_CLUSTER_ID": self.cluster} if self.cluster else {}


def environment(extra):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(ENGINE_VARIABLE_PREFIXES)}
    return {**clean, **extra}


class Peer:
    """One engine process. A command at a time; the engine inside serves others meanwhile."""

    def __init__(self, label, command, extra_environment, log_folder, place):
        self.label = label
        self.place = place
        self.log = Path(log_folder) / f"{label}.log"
        self._lock = threading.Lock()
        self._replies = queue.Queue()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment({**extra_environment, **place.variables()}),
            )
        threading.Thread(target=self._pump, daemon=True).start()
        try:
            started = self.call("start", name=place.name, metadata=place.metadata)
        except PeerError:
            self.close()
            raise
        self.name, self.version = started["name"], started["version"]
        # In a metadata store the handshake port is in a record; a name tells nothing.
        self.port = int(self.name.rsplit(":", 1)[1]) if place.metadata == P2P else None
        self.regions = {}

    def _pump(self):
        for line in self.process.stdout:
            self._replies.put(line)
        self._replies.put(None)

    def call(self, command, wait_s=CALL_TIMEOUT_S, **arguments):
        """Sends one command and returns its answer; PeerError when it is refused."""
        with self._lock:
            line = json.dumps({"command": command, **arguments}) + "\n"
            try:
                self.process.stdin.write(line.encode())
                self.process.stdin.flush()
                reply = self._replies.get(timeout=wait_s)
            except (OSError, ValueError) as error:
                raise PeerError(f"{self.label} is gone ({error}); its log: {self.log}") from None
            except queue.Empty:
                # Its late answer would be taken for the next command's.
                self.process.kill()
                raise PeerError(
                    f"{self.label} did not answer {command} in {wait_s:.0f} s; log: {self.log}"
                ) from None
        if reply is None:
            code = self.process.wait(10)
            self._replies.put(None)
            raise PeerError(f"{self.label} ended with {code} during {command}; log: {self.log}")
        answer = json.loads(reply)
        if not answer["ok"]:
            raise PeerError(f"{self.label} refused {command}: {answer['error']}")
        return answer

    def alive(self):
        return self.process.poll() is None

    def add_region(self, name, size, seed, command="register", published=True):
        """A new region, by default once peers can find it in the metadata store."""
        address = self.call(command, size=size, seed=seed)["address"]
        self.regions[name] = Region(self, address, size, seed)
        if published:
            self.await_publication()
        return self.regions[name]

    def drop_region(self, name):
        self.call("unregister", region=self.regions.pop(name).address)
        self.await_publication()

    def await_publication(self):
        """C++ publishes before it answers; Java when it is asked to wait for it."""
        self.call("await_publication", timeout_s=PUBLICATION_S)

    def transfer(self, opcode, target, requests, **more):
        """Requests are [local address, remote address, length]."""
        return self.call("transfer", opcode=opcode, peer=target, requests=requests, **more)

    def kill(self):
        """Ends it as a crash does."""
        if self.alive():
            self.process.kill()
        return self.process.wait(15)

    def close(self):
        if self.alive():
            try:
                self.process.stdin.write(b'{"command": "exit"}\n')
                self.process.stdin.close()
                self.process.wait(15)
            except (OSError, ValueError, subprocess.TimeoutExpired):
                self.process.kill()
        return self.process.wait(15)


class Region:
    """A registered range of a peer and what every byte of it should be."""

    def __init__(self, peer, address, size, seed):
        self.peer = peer
        self.address = address
        self.size = size
        self.pieces = [(size, seed, 0)]

    def slice(self, offset, length):
        """The expected content of a range, as (length, seed, at) pieces."""
        found = []
        start = 0
        for size, seed, at in self.pieces:
            low, high = max(start, offset), min(start + size, offset + length)
            if low < high:
                found.append((high - low, seed, at + low - start))
            start += size
        return found

    def expect(self, offset, pieces):
        """Records that a range now holds `pieces`."""
        length = sum(piece[0] for piece in pieces)
        after = offset + length
        self.pieces = self.slice(0, offset) + pieces + self.slice(after, self.size - after)

    def fill(self, offset, length, seed):
        self.peer.call("fill", address=self.address + offset, length=length, seed=seed, at=0)
        self.expect(offset, [(length, seed, 0)])

    def mismatch(self):
        """The first wrong offset (negative or past the size: in a guard) with its byte, or None."""
        answer = self.peer.call("verify", region=self.address, pieces=self.pieces)
        return None if answer["mismatch"] is None else (answer["mismatch"], answer["found"])


def cpp_peer(label, log_folder, place=Place(), **variables):
    command = [sys.executable, str(HERE / "cpp_peer.py")]
    return Peer(label, command, {**CPP_ENVIRONMENT, **variables}, log_folder, place)


def java_tool(name):
    """The program of the JDK that script/interop built with."""
    home = os.environ.get("JAVA_HOME")
    return str(Path(home) / "bin" / name) if home else name


class JavaLauncher:
    """Compiles the Java peer once against the distribution and starts processes of it."""

    def __init__(self, distribution, work_folder):
        if distribution is None:
            raise PeerError("no Java distribution: script/interop gives it with --distribution")
        self.home = Path(distribution)
        self.logs = work_folder
        self.classes = Path(work_folder) / "classes"
        self.libraries = str(self.home / "lib" / "*")
        sources = [str(path) for path in sorted((HERE / "java").glob("*.java"))]
        compiler = [java_tool("javac"), "--release", "17", "-proc:none", "-cp", self.libraries]
        compiler += ["-d", str(self.classes)]
        done = subprocess.run(
            [*compiler, *sources], check=False, capture_output=True, text=True, timeout=120
        )
        if done.returncode:
            raise PeerError(f"javac refuses the Java peer: {done.stderr.strip()[:500]}")

    def start(self, label, options, place):
        command = [java_tool("java"), "-XX:MaxDirectMemorySize=4g", "-Xmx512m"]
        command.append(f"-Dlogback.configurationFile={self.home / 'conf' / 'logback.xml'}")
        command += ["-cp", f"{self.classes}{os.pathsep}{self.libraries}", "JavaPeer"]
        command += [str(self.home / "plugins"), place.name, place.metadata]
        options = {"mooncake.network.bind-address": place.host(), **options}
        command += [f"{key}={value}" for key, value in options.items()]
        return Peer(label, command, JAVA_ENVIRONMENT, self.logs, place)

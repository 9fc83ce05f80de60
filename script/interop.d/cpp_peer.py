"""A C++ transfer engine in a process of its own, driven by one JSON object a line on stdin.

Runs in the virtual environment that holds the mooncake package. Each command gets one JSON line on
stdout: {"ok": true, ...} or {"ok": false, "error": words}. The engine's own log goes to stderr.
"""

import ctypes
import importlib.metadata
import json
import mmap
import os
import sys
import time

import pattern

PACKAGE = "mooncake-transfer-engine-non-cuda"


class Refused(Exception):
    """The engine answered a call with an error code."""


class CppPeer:
    def __init__(self):
        from mooncake.engine import TransferEngine, TransferNotify, TransferOpcode

        self.notify_type = TransferNotify
        self.opcodes = {"read": TransferOpcode.Read, "write": TransferOpcode.Write}
        self.engine = TransferEngine()
        self.regions = {}

    def start(self, name, metadata):
        require(self.engine.initialize(name, metadata, "tcp", ""), "initialize")
        if metadata == "P2PHANDSHAKE":
            named = f"[{name}]" if ":" in name else name
            name = f"{named}:{self.engine.get_rpc_port()}"
        return {
            "name": name,
            "pid": os.getpid(),
            "version": importlib.metadata.version(PACKAGE),
        }

    def register(self, size, seed):
        """A filled region between two filled guards; only the region is registered."""
        guard = pattern.GUARD_BYTES
        memory = mmap.mmap(-1, size + 2 * guard)
        base = ctypes.addressof(ctypes.c_char.from_buffer(memory))
        pattern.fill(base, guard, pattern.GUARD_SEED)
        pattern.fill(base + guard, size, seed)
        pattern.fill(base + guard + size, guard, pattern.GUARD_SEED)
        require(self.engine.register_memory(base + guard, size), f"register_memory of {size}")
        self.regions[base + guard] = (memory, size)
        return {"address": base + guard}

    def unregister(self, region):
        require(self.engine.unregister_memory(region), "unregister_memory")
        return {}

    def await_publication(self, timeout_s):
        return {}

    def fill(self, address, length, seed, at):
        pattern.fill(address, length, seed, at)
        return {}

    def verify(self, region, pieces):
        """Compares guard, pieces ([length, seed, at], together the whole region) and guard."""
        guard = pattern.GUARD_BYTES
        whole = [[guard, pattern.GUARD_SEED, 0], *pieces, [guard, pattern.GUARD_SEED, 0]]
        offset = -guard
        for length, seed, at in whole:
            wrong = pattern.first_mismatch(region + offset, length, seed, at)
            if wrong is not None:
                found = ctypes.string_at(region + offset + wrong, 1).hex()
                return {"mismatch": offset + wrong, "found": found}
            offset += length
        if offset != self.regions[region][1] + guard:
            raise Refused(f"the pieces cover {offset - guard} of {self.regions[region][1]} bytes")
        return {"mismatch": None}

    def transfer(self, opcode, peer, requests, notify=None):
        """Requests are [local address, remote address, length]; waits for the last of them."""
        started = time.monotonic()
        if len(requests) == 1:
            local, remote, length = requests[0]
            code = self.engine.transfer_sync(
                peer, local, remote, length, self.opcodes[opcode], self._message(notify)
            )
        else:
            locals_, remotes, lengths = (list(column) for column in zip(*requests))
            code = self.engine.batch_transfer_sync(
                peer, locals_, remotes, lengths, self.opcodes[opcode], self._message(notify)
            )
        return {"completed": code == 0, "code": code, "seconds": time.monotonic() - started}

    def _message(self, notify):
        return self.notify_type(*notify) if notify else None

    def notifies(self):
        return {"notifies": [[message.name, message.msg] for message in self.engine.get_notifies()]}

    def probe(self, peer):
        return {"alive": self.engine.send_probe(peer) == 0}

    def first_buffer_address(self, peer):
        return {"address": self.engine.get_first_buffer_address(peer)}


def require(code, what):
    if code != 0:
        raise Refused(f"{what} returned {code}")


def answer(peer, line):
    command = json.loads(line)
    name = command.pop("command")
    try:
        return {"ok": True, **getattr(peer, name)(**command)}
    except Exception as error:  # whatever it is, the driver decides what it means
        return {"ok": False, "error": f"{type(error).__name__}: {error}"}


def main():
    # The engine, or a library under it, may print to stdout: keep that off the protocol's stream.
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    peer = CppPeer()
    for line in sys.stdin:
        if json.loads(line)["command"] == "exit":
            return
        replies.write(json.dumps(answer(peer, line)) + "\n")
        replies.flush()


if __name__ == "__main__":
    main()

"""One request after the other by the C++ package's Python binding; the protocol of driver.py.

Runs in the virtual environment that holds the package. Argument: the peer's segment.
"""

import ctypes
import importlib.metadata
import json
import mmap
import os
import statistics
import sys
import time

PACKAGE = "mooncake-transfer-engine-non-cuda"
MEMORY = 64 << 20


class Loop:
    def __init__(self, segment):
        from mooncake.engine import TransferEngine

        self.engine, self.segment = TransferEngine(), segment
        require(self.engine.initialize("127.0.0.1", "P2PHANDSHAKE", "tcp", ""), "initialize")
        self.memory = mmap.mmap(-1, MEMORY)
        self.address = ctypes.addressof(ctypes.c_char.from_buffer(self.memory))
        ctypes.memset(self.address, 1, MEMORY)
        require(self.engine.register_memory(self.address, MEMORY), "register_memory")
        self.remote = self.engine.get_first_buffer_address(segment)

    def run(self, operation, block, seconds):
        call = self.engine.transfer_sync_read
        if operation == "write":
            call = self.engine.transfer_sync_write
        clock, times = time.perf_counter_ns, []
        begin = now = clock()
        while now - begin < seconds * 1e9:
            before = now
            require(call(self.segment, self.address, self.remote, block), operation)
            now = clock()
            times.append(now - before)
        percentiles = statistics.quantiles(times, n=100)
        return {
            "bytes": len(times) * block,
            "requests": len(times),
            "seconds": (now - begin) / 1e9,
            "p50_us": percentiles[49] / 1e3,
            "p99_us": percentiles[98] / 1e3,
        }


def require(code, what):
    if code != 0:
        raise RuntimeError(f"{what} returned {code}")


def main():
    # The engine prints to stdout: keep that off the protocol's stream.
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def reply(answer):
        print(json.dumps(answer), file=replies, flush=True)

    loop = Loop(sys.argv[1])
    version = importlib.metadata.version(PACKAGE)
    reply({"ready": True, "name": "transfer_sync", "version": version})
    for line in sys.stdin:
        words = line.split()
        if words[0] == "exit":
            break
        try:
            reply(loop.run(words[1], int(words[2]), float(words[5])))
        except Exception as error:  # whatever it is, the driver decides what it means
            reply({"error": f"{type(error).__name__}: {error}"})
    # The engine's own threads would outlive the interpreter's end.
    os._exit(0)


if __name__ == "__main__":
    main()

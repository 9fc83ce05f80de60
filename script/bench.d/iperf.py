"""iperf3 on the loopback interface: what plain sockets give."""

import json
import re
import resource
import shutil
import statistics
import subprocess
import time

from driver import cpu_seconds
from servers import free_port
from work import NotRun, Sample

BLOCKS = ("128K", "512K", "1M")
START_S = 10
TRIES = 3


def version():
    program = shutil.which("iperf3")
    if not program:
        return None
    words = subprocess.run([program, "--version"], check=False, capture_output=True, text=True)
    return re.search(r"[\d.]+", words.stdout).group(0)


class Iperf:
    """So many streams, with the block size that does best at first, the median of three tries each;
    the direction does not matter here, so a read is measured as a write is. It sends one buffer of
    that size over and over, whatever the work."""

    def __init__(self, streams, log):
        self.streams, self.log, self.note = streams, log, None
        self._server = None
        self._port = free_port()

    def prepare(self, work):
        if not shutil.which("iperf3"):
            raise NotRun("iperf3 is not installed and could not be (script/bootstrap rivals)")
        if self._server is None:
            self._start()
        if self.note is None:
            tries = [{block: self._run(block, 1).rate for block in BLOCKS} for _ in range(TRIES)]
            self.note = max(BLOCKS, key=lambda b: statistics.median(rates[b] for rates in tries))

    def measure(self, work, seconds):
        return self._run(self.note, max(1, round(seconds)))

    def _start(self):
        with open(self.log, "wb") as log:
            command = ["iperf3", "-s", "-B", "127.0.0.1", "-p", str(self._port), "--forceflush"]
            self._server = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + START_S
        while "listening" not in self.log.read_text(errors="replace"):
            if time.monotonic() > deadline or self._server.poll() is not None:
                raise NotRun(f"iperf3 does not listen; log: {self.log}")
            time.sleep(0.02)

    def _run(self, block, seconds):
        command = ["iperf3", "-c", "127.0.0.1", "-p", str(self._port), "-J"]
        command += ["-P", str(self.streams), "-l", block, "-t", str(seconds)]
        before = self._cpu()
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
        spent = self._cpu() - before
        answer = json.loads(done.stdout)
        if "error" in answer:
            raise NotRun(f"iperf3: {answer['error']}")
        received = answer["end"]["sum_received"]
        return Sample(
            rate=received["bits_per_second"] / 8, cpu=spent / (received["bytes"] / 1e9)
        )

    def _cpu(self):
        clients = resource.getrusage(resource.RUSAGE_CHILDREN)
        return clients.ru_utime + clients.ru_stime + cpu_seconds([self._server.pid])

    def close(self):
        if self._server:
            self._server.terminate()
            self._server.wait(10)

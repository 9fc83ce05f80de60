"""C++ Mooncake: its bench program, started for each measurement, and a loop over its binding."""

import re
import subprocess
import sys
import threading
from pathlib import Path

import bench
from driver import Driver, cpu_seconds
from engines import sample
from peers import CPP_ENVIRONMENT, environment
from servers import package_folder
from work import MIB, NotRun, Sample, Work

MEMORY = 256 * MIB
# Connections: a new one for each request (the default), or a pool of so many lanes.
VARIANTS = {
    "pool off": {},
    **{
        f"pool on, {lanes} lane{'s' if lanes > 1 else ''}": {
            "MC_TCP_ENABLE_CONNECTION_POOL": "1",
            "MC_TCP_LANES_PER_PEER": str(lanes),
        }
        for lanes in (1, 4, 16)
    },
}
READY = re.compile(r"DRAM is used")
# Memory that nobody has touched costs the kernel time on its first use: long runs for much of it.
LARGE = 64 * MIB
GRACE_S = 60


class CppBench:
    """transfer_engine_bench as initiator, with the best of the variants for the work at hand."""

    def __init__(self, to, chosen=None):
        """`to` is (segment, pid) of a target, C++ or Java; `chosen` keeps the best variant for each
        piece of work against targets of this kind, so that it is looked for once."""
        self.segment, self.pid = to
        self.note = None
        self._chosen = {} if chosen is None else chosen

    def prepare(self, work):
        if work not in self._chosen:
            rates = {name: self.run(work, 1, name).rate for name in VARIANTS}
            self._chosen[work] = max(rates, key=rates.get)
        self.note = self._chosen[work]

    def measure(self, work, seconds):
        least = 2 if work.footprint >= LARGE else 1
        return self.run(work, max(least, round(seconds)), self.note)

    def run(self, work, seconds, variant):
        """Runs it once with one of the variants."""
        program = bench.Program("C++", [str(binary())], {})
        flags = program.flags(
            "initiator",
            buffer_size=MEMORY,
            segment_id=self.segment,
            duration=seconds,
            operation=work.operation,
            block_size=work.block,
            batch_size=work.batch,
            threads=work.threads,
            report_precision=6,
        )
        process = subprocess.Popen(
            [str(binary()), *flags],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env=environment({**CPP_ENVIRONMENT, **VARIANTS[variant]}),
        )
        timer = threading.Timer(seconds + GRACE_S, process.kill)
        timer.start()
        try:
            return self._watch(process, seconds, work)
        finally:
            timer.cancel()
            # It has told all it will; its shutdown may take another second.
            process.kill()
            process.wait()
            process.stderr.close()

    def _watch(self, process, seconds, work):
        pids, before, last = [process.pid, self.pid], None, ""
        for line in process.stderr:
            if READY.search(line):
                before = cpu_seconds(pids)
            found = bench.THROUGHPUT.search(line)
            if found:
                rate = float(found.group(1)) * 1e9
                spent = cpu_seconds(pids) - before if before is not None else None
                cpu = spent / (rate * seconds / 1e9) if spent is not None and rate else None
                return Sample(rate=rate, requests=rate / work.block, cpu=cpu)
            last = line.strip() or last
        raise NotRun(f"transfer_engine_bench ended without a result: {last[:200]}")


def binary():
    return Path(package_folder()) / "transfer_engine_bench"


class CppTarget:
    """transfer_engine_bench as target, its memory written once so that no page is empty."""

    def __init__(self, log):
        program = bench.Program("C++", [str(binary())], CPP_ENVIRONMENT)
        self.process, segment = program.start_target(log, {"buffer_size": MEMORY})
        self.to = segment, self.process.pid
        CppBench(self.to).run(Work("write", 4 * MIB, 16, 4), 1, "pool on, 4 lanes")

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(15)


class CppLoop:
    """A loop over the Python binding's synchronous calls: what C++'s bench does not tell, the
    latency of one request."""

    def __init__(self, to, logs):
        self.segment, self.pid = to
        self.logs = logs
        self._drivers = {}
        self.note = None

    def prepare(self, work):
        medians = {name: self._run(work, 0.4, name).p50 for name in VARIANTS}
        self.note = min(medians, key=medians.get)

    def measure(self, work, seconds):
        return self._run(work, seconds, self.note)

    def _run(self, work, seconds, variant):
        if variant not in self._drivers:
            program = str(Path(__file__).with_name("cpp_loop.py"))
            label = f"cpp-loop-{variant.replace(' ', '-').replace(',', '')}"
            self._drivers[variant] = Driver(
                label,
                [sys.executable, program, self.segment],
                self.logs / f"{label}.log",
                {**CPP_ENVIRONMENT, **VARIANTS[variant]},
            )
        driver = self._drivers[variant]
        pids = [driver.pid, self.pid]
        before = cpu_seconds(pids)
        answer = driver.ask(f"run {work.operation} {work.block} 1 1 {seconds}")
        return sample(answer, cpu_seconds(pids) - before)

    def close(self):
        for driver in self._drivers.values():
            driver.close()

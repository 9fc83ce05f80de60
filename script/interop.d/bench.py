"""Java's and C++'s own bench programs side by side. A comparison: it never fails a run."""

import contextlib
import re
import subprocess
import sys
import time
from pathlib import Path

from peers import CPP_ENVIRONMENT, JAVA_ENVIRONMENT, environment
from servers import package_folder

MIB = 1 << 20
SHAPES = [(4096, 128), (65536, 16), (MIB, 16), (4 * MIB, 16)]
SHORT_SHAPES = [(4096, 128), (MIB, 16)]
START_S = 30
LISTENING = re.compile(r"listening on (\S+)")
THROUGHPUT = re.compile(r"throughput ([0-9.]+) GB/s")


class Program:
    """A bench program: where it is and what environment it wants."""

    def __init__(self, label, command, variables):
        self.label = label
        self.command = command
        self.environment = environment(variables)

    @contextlib.contextmanager
    def target(self, log, **flags):
        """Runs a target; the segment name that it prints, which is that of peer-to-peer mode."""
        process, segment = self.start_target(log, flags)
        try:
            yield segment
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()

    def start_target(self, log, flags):
        """A running target, which the caller ends, and its segment name."""
        with open(log, "wb") as output:
            process = subprocess.Popen(
                [*self.command, *self.flags("target", **flags)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.environment,
            )
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and process.poll() is None:
            found = LISTENING.search(Path(log).read_text(errors="replace"))
            if found:
                return process, found.group(1)
            time.sleep(0.05)
        process.kill()
        raise RuntimeError(f"the {self.label} target did not start; its output: {log}")

    def flags(self, mode, **more):
        values = {
            "mode": mode,
            "metadata_server": "P2PHANDSHAKE",
            "local_server_name": "127.0.0.1",
            "protocol": "tcp",
            "buffer_size": 256 * MIB,
            **more,
        }
        return [f"--{key}={value}" for key, value in values.items()]

    def measure(self, segment, operation, block, batch, threads, seconds, **more):
        """GB/s, or None with the reason printed."""
        shape = {"block_size": block, "batch_size": batch, "threads": threads}
        try:
            code, words = self.run(
                segment, seconds, operation=operation, report_precision=3, **shape, **more
            )
        except subprocess.TimeoutExpired:
            print(f"  {self.label} bench did not end")
            return None
        found = THROUGHPUT.search(words)
        if not found:
            tail = words.strip().splitlines()[-1:]
            print(f"  {self.label} bench ended with {code}: {' '.join(tail)[:200]}")
            return None
        return float(found.group(1))

    def run(self, segment, seconds, **flags):
        """Runs an initiator: its exit status and all that it said."""
        done = subprocess.run(
            [
                *self.command,
                *self.flags("initiator", segment_id=segment, duration=seconds, **flags),
            ],
            check=False,
            capture_output=True,
            text=True,
            errors="replace",
            env=self.environment,
            timeout=seconds + 60,
        )
        return done.returncode, done.stdout + done.stderr


def java_program(distribution, command):
    mooncake = [str(Path(distribution) / "bin" / "mooncake"), command]
    return Program("Java", [*mooncake, "-D", "mooncake.network.bind-address=127.0.0.1"], JAVA_ENVIRONMENT)


def programs(distribution):
    binary = package_folder() / "transfer_engine_bench"
    return {
        "Java": java_program(distribution, "bench"),
        "C++": Program("C++", [str(binary)], CPP_ENVIRONMENT),
    }


# Who initiates, against whose target.
PAIRS = (("Java", "Java"), ("C++", "C++"), ("Java", "C++"), ("C++", "Java"))


def compare(session, long):
    """Prints a table: every pair of programs in turn, row by row."""
    shapes, seconds = (SHAPES, 3) if long else (SHORT_SHAPES, 1)
    rows = [
        (operation, block, batch, threads)
        for block, batch in shapes
        for operation in ("read", "write")
        for threads in ((1, 4) if long else (1,))
    ]
    contestants = programs(session.distribution)
    print(f"bench over loopback TCP, GB/s, {seconds} s each (a comparison, not a check)")
    heads = [f"{initiator} to {target}" for initiator, target in PAIRS]
    print(f"{'':8}{'block':>8}{'batch':>7}{'threads':>9}{''.join(f'{h:>14}' for h in heads)}")
    with contextlib.ExitStack() as targets:
        try:
            segments = {
                label: targets.enter_context(program.target(session.logs / f"bench-{label}.log"))
                for label, program in contestants.items()
            }
            for row in rows:
                speeds = [
                    contestants[initiator].measure(segments[target], *row, seconds)
                    for initiator, target in PAIRS
                ]
                print_row(row, speeds)
        except (OSError, RuntimeError) as error:
            print(f"  no comparison: {error}")
    sys.stdout.flush()


def print_row(row, speeds):
    operation, block, batch, threads = row
    size = f"{block >> 20} MiB" if block >= MIB else f"{block >> 10} KiB"
    cells = [f"{speed:14.3f}" if speed is not None else f"{'-':>14}" for speed in speeds]
    print(f"{operation:8}{size:>8}{batch:>7}{threads:>9}{''.join(cells)}", flush=True)

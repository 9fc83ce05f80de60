"""Bare sockets: what the kernel's loopback TCP gives to a program that only moves the bytes."""

from dataclasses import dataclass
from pathlib import Path

from engines import JVM_FLAGS, MEMORY, WARM_UP_S
from rival import RivalProgram
from work import KIB, MIB, size

PROGRAM = "io.mooncake4j.benchmarks.peers.sockets.SocketsProgram"
# What one request moves at most; the last stands for a whole batch.
STEPS = (256 * KIB, 512 * KIB, MIB, 1 << 30)


@dataclass(frozen=True)
class Sockets:
    """How it is started; `libraries` are the archive's."""

    classes: Path
    libraries: Path
    name = label = "bare sockets"

    def command(self, java):
        program = [str(java), *JVM_FLAGS, "-cp", f"{self.classes}:{self.libraries}/*", PROGRAM]
        return [*program, str(MEMORY)]


class BareSockets(RivalProgram):
    """One request under way in each thread, as long as does best at the work, tried beforehand."""

    step = STEPS[-1]

    def prepare(self, work):
        rates = {step: self._run(work, WARM_UP_S, step).rate for step in steps(work)}
        self.step = max(rates, key=rates.get)
        self.note = "whole batches" if self.step == STEPS[-1] else f"{size(self.step)} at a time"

    def measure(self, work, seconds):
        return self._run(work, seconds, self.step)

    def _run(self, work, seconds, step):
        return self.run(work, seconds, f"step={step}", f"pattern={work.pattern}")


def steps(work):
    """Those that differ from a whole batch, and that."""
    return [step for step in STEPS if step < work.block * work.batch or step == STEPS[-1]]

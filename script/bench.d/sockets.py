"""Bare sockets: what the kernel's loopback TCP gives to a program that only moves the bytes."""

from dataclasses import dataclass
from pathlib import Path

from engines import JVM_FLAGS, MEMORY
from work import ONE_BLOCK

PROGRAM = "io.mooncake4j.benchmarks.peers.sockets.SocketsProgram"
LABEL = "bare sockets"


@dataclass(frozen=True)
class Sockets:
    """Both ends of it for one pattern, to be started as a RivalProgram; `libraries` are the archive's."""

    classes: Path
    libraries: Path
    pattern: str
    label = LABEL

    @property
    def name(self):
        return f"{LABEL}, {self.pattern}"

    def command(self, java):
        program = [str(java), *JVM_FLAGS, "-cp", f"{self.classes}:{self.libraries}/*", PROGRAM]
        return [*program, str(MEMORY), *([ONE_BLOCK] if self.pattern == ONE_BLOCK else [])]

"""Options beside their defaults, each on the work for which it matters."""

import re

from contest import Cell, Comparison
from engines import Engine, LocalCopies, Pair
from work import KIB, MIB, SCATTERED, Work

DEFAULT, AGAIN, CHANGED = "default", "default again", "changed"
SMALL = Work("write", 4 * KIB, 128)
SINGLE = Work("write", 4 * KIB, 1)
MIDDLE = Work("read", 64 * KIB, 16)
MIDDLE_BY_FOUR = Work("read", 64 * KIB, 16, threads=4)
LARGE = Work("read", MIB, 16)
LARGE_BY_FOUR = Work("read", MIB, 16, threads=4)
LARGE_WRITE = Work("write", MIB, 16)
ONE = Work("read", 256 * MIB, 1)
SPREAD = Work("read", 4 * KIB, 128, pattern=SCATTERED)

# Option, JVM flag, or kind of memory pages; its value; the work; the transport ("self" copies within
# the engine).
TRIALS = (
    ("mooncake.tcp.connections", "1", LARGE, "tcp"),
    ("mooncake.tcp.connections", "4", LARGE, "tcp"),
    ("mooncake.tcp.connections", "4", LARGE_BY_FOUR, "tcp"),
    ("mooncake.tcp.connections", "1", SMALL, "tcp"),
    ("mooncake.tcp.slice-bytes", "64k", ONE, "tcp"),
    ("mooncake.tcp.slice-bytes", "1m", ONE, "tcp"),
    ("mooncake.tcp.merge-bytes", "0", SMALL, "tcp"),
    ("mooncake.tcp.merge-bytes", "0", SPREAD, "tcp"),
    ("mooncake.tcp.pipeline-depth", "16", SPREAD, "tcp"),
    ("mooncake.tcp.local-pipeline-bytes", "8m", LARGE, "tcp"),
    ("mooncake.tcp.local-pipeline-bytes", "8m", LARGE_WRITE, "tcp"),
    ("mooncake.tcp.send-buffer-bytes", "4m", LARGE, "tcp"),
    ("mooncake.tcp.receive-buffer-bytes", "4m", LARGE, "tcp"),
    ("mooncake.network.busy-poll", "0s", SINGLE, "tcp"),
    ("mooncake.network.busy-poll", "0s", MIDDLE, "tcp"),
    ("mooncake.network.busy-poll", "0s", MIDDLE_BY_FOUR, "tcp"),
    ("mooncake.network.busy-poll", "1ms", LARGE, "tcp"),
    ("mooncake.shm.inline-bytes", "0", SMALL, "shm"),
    ("mooncake.shm.inline-bytes", "64m", LARGE, "shm"),
    ("mooncake.shm.copy-threads", "2", ONE, "shm"),
    ("mooncake.shm.spin", "1ms", LARGE, "shm"),
    ("mooncake.local.parallel-bytes", "1g", ONE, "self"),
    ("mooncake.local.direct-bytes", "0", MIDDLE, "self"),
    ("pages", "TRANSPARENT_HUGE", LARGE, "tcp"),
    ("pages", "TRANSPARENT_HUGE", ONE, "shm"),
    ("-XX:+UseG1GC", "", SMALL, "tcp"),
    ("-XX:+UseParallelGC", "", SMALL, "tcp"),
    ("-Xmx2g", "", SMALL, "tcp"),
)


def cells(stage):
    """One cell for each trial; the changed pair is started for it alone."""
    return [cell(stage, *trial) for trial in TRIALS]


class Trial:
    """A pair with a changed option, started for one cell."""

    note = None

    def __init__(self, launcher, name, value, transport):
        flag = name.startswith("-")
        self._pair = Pair(
            launcher,
            re.sub("[^A-Za-z0-9.]+", "-", f"trial{name}-{value}"),
            options=() if flag else (f"{name}={value}",),
            flags=(name,) if flag else (),
        )
        at = at_work(self._pair, transport)
        self.prepare, self.measure = at.prepare, at.measure

    def leave(self):
        self._pair.close()


def cell(stage, name, value, work, transport):
    small = work.batch == 1 and work.block <= 4 * KIB
    metrics = ("p50",) if small else ("rate", "cpu")
    words = {"self": f"{work.words()} within one engine"}
    return Cell(
        f"{name}={value}" if value else name,
        work,
        {
            DEFAULT: lambda: at_work(stage.pair(1), transport),
            AGAIN: lambda: at_work(stage.pair(2), transport),
            CHANGED: lambda: Trial(stage.launcher, name, value, transport),
        },
        [Comparison(CHANGED, DEFAULT, metric, None, (DEFAULT, AGAIN)) for metric in metrics],
        title=words.get(transport, f"{transport} {work.words()}"),
    )


def at_work(pair, transport):
    return LocalCopies(pair) if transport == "self" else Engine(pair, transport)

"""Options beside their defaults, each on the work for which it matters."""

from contest import Cell, Comparison
from engines import Engine, LocalCopies, Pair
from work import KIB, MIB, Work

DEFAULT, AGAIN, CHANGED = "default", "default again", "changed"
SMALL = Work("write", 4 * KIB, 128)
SINGLE = Work("write", 4 * KIB, 1)
MIDDLE = Work("read", 64 * KIB, 16)
LARGE = Work("read", MIB, 16)
LARGE_BY_FOUR = Work("read", MIB, 16, threads=4)
ONE = Work("read", 256 * MIB, 1)
SCATTERED = Work("read", 4 * KIB, 128, scattered=True)

# Option, JVM flag, or kind of memory pages; its value; the work; the transport ("self" copies within
# the engine).
TRIALS = (
    ("mooncake.tcp.connections", "1", LARGE, "tcp"),
    ("mooncake.tcp.connections", "4", LARGE, "tcp"),
    ("mooncake.tcp.connections", "4", LARGE_BY_FOUR, "tcp"),
    ("mooncake.tcp.connections", "1", SMALL, "tcp"),
    ("mooncake.tcp.slice-bytes", "256k", ONE, "tcp"),
    ("mooncake.tcp.slice-bytes", "8m", ONE, "tcp"),
    ("mooncake.tcp.merge-bytes", "0", SMALL, "tcp"),
    ("mooncake.tcp.merge-bytes", "0", SCATTERED, "tcp"),
    ("mooncake.tcp.pipeline-depth", "16", SCATTERED, "tcp"),
    ("mooncake.tcp.pipeline-bytes", "1m", LARGE, "tcp"),
    ("mooncake.tcp.send-buffer-bytes", "4m", LARGE, "tcp"),
    ("mooncake.tcp.receive-buffer-bytes", "4m", LARGE, "tcp"),
    ("mooncake.shm.inline-bytes", "0", SMALL, "shm"),
    ("mooncake.shm.inline-bytes", "64m", LARGE, "shm"),
    ("mooncake.shm.copy-threads", "2", ONE, "shm"),
    ("mooncake.shm.spin", "50us", LARGE, "shm"),
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


def cell(stage, name, value, work, transport):
    def changed():
        flag = name.startswith("-")
        label = f"{name}-{value}".replace("=", "-").replace(":", "").replace("+", "").lstrip("-")
        pair = Pair(
            stage.launcher,
            label,
            options=() if flag else (f"{name}={value}",),
            flags=(name,) if flag else (),
        )
        return at_work(pair, transport)

    return Cell(
        name if not value else f"{name}={value}",
        work,
        {
            DEFAULT: lambda: at_work(stage.pair(1), transport),
            AGAIN: lambda: at_work(stage.pair(2), transport),
            CHANGED: changed,
        },
        [
            Comparison(CHANGED, DEFAULT, metric, None, (DEFAULT, AGAIN))
            for metric in (("p50",) if work.batch == 1 and work.block <= 4 * KIB else ("rate", "cpu"))
        ],
        title=f"{'' if transport == 'self' else transport + ' '}{work.words()}"
        + (" within one engine" if transport == "self" else ""),
    )


def at_work(pair, transport):
    return LocalCopies(pair) if transport == "self" else Engine(pair, transport)

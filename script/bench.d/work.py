"""What a cell moves, and what one measurement of it yields."""

from dataclasses import dataclass

KIB, MIB = 1 << 10, 1 << 20


SIDE_BY_SIDE, SCATTERED, ONE_BLOCK = "side-by-side", "scattered", "one-block"


class NotRun(Exception):
    """Why a program gave no number."""


@dataclass(frozen=True)
class Work:
    """Blocks of one size, `batch` at a time from each thread, side by side unless the pattern is
    another: "scattered" leaves out every other block, "one-block" moves the same one every time."""

    operation: str
    block: int
    batch: int
    threads: int = 1
    pattern: str = SIDE_BY_SIDE
    span: int = 0

    @property
    def footprint(self):
        """Bytes that are touched on either side."""
        blocks = 1 if self.pattern == ONE_BLOCK else self.batch
        return max(self.span, self.block * blocks) * self.threads

    def words(self):
        threads = f", {self.threads} threads" if self.threads > 1 else ""
        patterns = {SCATTERED: ", scattered", ONE_BLOCK: ", one block over and over"}
        pattern = patterns.get(self.pattern, "")
        span = f", walking through {size(self.span)}" if self.span else ""
        return f"{self.operation} {size(self.block)} x{self.batch}{threads}{pattern}{span}"


@dataclass(frozen=True)
class Sample:
    """One measurement: bytes and requests a second, microseconds, CPU seconds for 10^9 bytes of
    all processes that took part; None for what was not measured."""

    rate: float
    requests: float | None = None
    p50: float | None = None
    p99: float | None = None
    cpu: float | None = None
    fairness: float | None = None


# Of these a smaller value is the better one.
LOWER_IS_BETTER = ("p50", "p99", "cpu")


def size(count):
    if count >= MIB and count % MIB == 0:
        return f"{count // MIB} MiB"
    return f"{count // KIB} KiB"


def both(*shapes, threads=(1,), **more):
    """Reads and writes of (block, batch) shapes by these numbers of threads."""
    return [
        Work(operation, block, batch, count, **more)
        for block, batch in shapes
        for operation in ("read", "write")
        for count in threads
    ]

"""Every piece of work that is measured, by rows; the goals are those of the project's issue."""

import dataclasses

from contest import Cell, Comparison
from cpp import CppBench, CppLoop, CppTarget
from iperf import Iperf
from engines import FLEET_MEMORY, FLEET_SPAN, Engine, Fleet, Launcher, LocalCopies, Memcpy, Pair
from rival import RivalProgram
from rivals import RIVALS
from sockets import BareSockets, Sockets
from work import KIB, MIB, ONE_BLOCK, SCATTERED, SIDE_BY_SIDE, NotRun, Work, both, size

OURS, AGAIN = "mooncake4j", "mooncake4j again"
SHM, SHM_AGAIN = "mooncake4j shm", "mooncake4j shm again"
CPP, LOOP = "C++", "C++ one by one"
TO_CPP, TO_CPP_AGAIN = "Java to C++", "Java to C++ again"
TO_JAVA, TO_JAVA_AGAIN = "C++ to Java", "C++ to Java again"
MEMCPY = "memcpy"
# Within one process there is little that varies from run to run.
SHORT_S = 0.3
FLEETS = (2, 4, 16, 64)
# Long enough for each of 64 engines to have its turns.
FLEET_S = 1.5

ROWS = {
    "tcp-4k": "TCP, 4 KiB in batches of 128, beside C++",
    "tcp-4k-single": "TCP, 4 KiB one by one, beside C++",
    "tcp-64k": "TCP, 64 KiB, beside C++",
    "tcp-large": "TCP, 1 MiB and 4 MiB, beside C++ and iperf3",
    "tcp-hot": "TCP, 1 MiB that stays in the CPU's caches as iperf3's does, beside iperf3",
    "tcp-one": "TCP, one request of 256 MiB, beside C++",
    "tcp-scattered": "TCP, 4 KiB blocks that do not lie side by side",
    "interop": "Java and C++ in either role, beside C++ in both",
    "shm": "Shared memory beside one thread's memcpy",
    "shm-4k": "Shared memory beside TCP, 4 KiB",
    "local": "Copies within one engine beside one thread's memcpy",
    "peers": "2, 4, 16 and 64 initiators at one target over TCP",
    "rivals": "The same work by Arrow Flight, UCX and Redis",
}


class Stage:
    """Everything that runs while cells are measured, started on first use and kept."""

    def __init__(self, java, distribution, classes, logs):
        self.launcher = Launcher(java, distribution, classes, logs)
        self.java, self.logs = java, logs
        self.distribution, self.classes = distribution, classes
        self._kept = {}
        # C++'s best variants for each piece of work, by the kind of the target.
        self.best_to_cpp, self.best_to_java = {}, {}

    def keep(self, key, make):
        """What was made for the key, or the cause again for which it could not be."""
        if key not in self._kept:
            try:
                self._kept[key] = make()
            except NotRun as why:
                self._kept[key] = why
        if isinstance(self._kept[key], NotRun):
            raise NotRun(str(self._kept[key]))
        return self._kept[key]

    def pair(self, number):
        return self.keep(f"pair-{number}", lambda: Pair(self.launcher, f"pair-{number}"))

    def cpp_target(self):
        return self.keep("cpp-target", lambda: CppTarget(self.logs / "cpp-target.log"))

    def fleet(self, number):
        """A process for engines, which start when they are needed; the second is the control."""
        label = f"fleet-{number}"
        return self.keep(
            label, lambda: self.launcher.start(label, memory=FLEET_MEMORY, shared=True)
        )

    def iperf(self, streams):
        return self.keep(f"iperf{streams}", lambda: Iperf(streams, self.logs / f"iperf{streams}.log"))

    def loop(self):
        return self.keep("loop", lambda: CppLoop(self.cpp_target().to, self.logs))

    def rival(self, rival):
        return self.keep(rival.name, lambda: RivalProgram(rival, self.java, self.logs))

    def sockets(self):
        program = Sockets(self.classes, self.distribution / "lib")
        return self.keep(program.name, lambda: BareSockets(program, self.java, self.logs))

    def versions(self):
        """Those of the rivals that have run."""
        rivals = [kept for kept in self._kept.values() if isinstance(kept, RivalProgram)]
        return {rival.name: rival.version for rival in rivals}

    def close(self):
        """The last to be started ends first: targets outlive their initiators."""
        for kept in reversed(self._kept.values()):
            if hasattr(kept, "close"):
                kept.close()
        self.launcher.close()


class Cells:
    """Makes the cells of a stage."""

    def __init__(self, stage):
        self.stage = stage

    def all(self):
        makers = {row: getattr(self, row.replace("-", "_")) for row in ROWS}
        return [cell for row, make in makers.items() for cell in first_is_quick(make(row))]

    # Contestants

    def java(self, transport="tcp", to=None):
        """Two identical pairs: what is measured and its control."""
        names = {"tcp": (OURS, AGAIN), "shm": (SHM, SHM_AGAIN)}[transport]
        return {
            label: lambda number=number: Engine(
                self.stage.pair(number), transport, to() if to else None
            )
            for number, label in enumerate(names, start=1)
        }

    def cpp(self):
        return {CPP: lambda: CppBench(self.stage.cpp_target().to, self.stage.best_to_cpp)}

    def beside_cpp(self, row, work, goal, more=None, comparisons=()):
        """TCP beside C++'s bench: the rate with its goal, and CPU time, which is to be no more."""
        return Cell(
            row,
            work,
            {**self.java(), **self.cpp(), **(more or {})},
            [Comparison(OURS, CPP, "rate", goal), Comparison(OURS, CPP, "cpu", 1.0), *comparisons],
        )

    def beside_sockets(self, cells):
        """The same cells, and what loopback TCP gives there at most; that is no goal."""
        for cell in cells:
            cell.contestants[Sockets.label] = self.stage.sockets
            cell.comparisons.append(Comparison(OURS, Sockets.label))
        return cells

    # Rows

    def tcp_4k(self, row):
        works = both((4 * KIB, 128), threads=(1, 4))
        return self.beside_sockets(
            [self.beside_cpp(row, work, {1: 10, 4: 20}[work.threads]) for work in works]
        )

    def tcp_4k_single(self, row):
        cells = []
        for work in both((4 * KIB, 1), threads=(1, 4)):
            more, comparisons = {}, []
            if work.threads == 1:
                more = {LOOP: self.stage.loop}
                comparisons = [Comparison(OURS, LOOP, p, 1.0) for p in ("p50", "p99")]
            cells.append(self.beside_cpp(row, work, 1.0, more, comparisons))
        return cells

    def tcp_64k(self, row):
        works = both((64 * KIB, 16), (64 * KIB, 128), threads=(1, 4))
        return self.beside_sockets(
            [self.beside_cpp(row, work, {1: 2, 4: 4}[work.threads]) for work in works]
        )

    def tcp_large(self, row):
        cells = []
        for work in both((MIB, 16), (4 * MIB, 16), threads=(1, 4)):
            more, comparisons = {}, []
            if work.threads == 1:
                more = self.iperf()
                comparisons = [Comparison(OURS, tuple(more), "rate", 0.95)]
            cells.append(
                self.beside_cpp(row, work, {1: 1.3, 4: 2.5}[work.threads], more, comparisons)
            )
        return self.beside_sockets(cells)

    def iperf(self):
        return {f"iperf3 -P {n}": lambda n=n: self.stage.iperf(n) for n in (1, 2)}

    def tcp_hot(self, row):
        """iperf3's one buffer stays in the caches; so does this work's memory."""
        works = [Work("read", MIB, 1), *both((MIB, 16), pattern=ONE_BLOCK)]
        others = self.iperf()
        cells = [
            Cell(row, work, {**self.java(), **others}, [Comparison(OURS, tuple(others))])
            for work in works
        ]
        return self.beside_sockets(cells)

    def tcp_one(self, row):
        works = both((256 * MIB, 1))
        return self.beside_sockets([self.beside_cpp(row, work, 1.5) for work in works])

    def tcp_scattered(self, row):
        cells = []
        for work in both((4 * KIB, 128), pattern=SCATTERED):
            side_by_side = dataclasses.replace(work, pattern=SIDE_BY_SIDE)
            contestants = {**self.java(), "C++, side by side": Fixed(self.cpp()[CPP], side_by_side)}
            cells.append(
                Cell(row, work, contestants, [Comparison(OURS, "C++, side by side")])
            )
        return cells

    def interop(self, row):
        cells = []
        for work in both((4 * KIB, 128), (64 * KIB, 16), (MIB, 16)):
            goal = {"read": 1.5, "write": 3.0}[work.operation] if work.block == 4 * KIB else 1.0
            java = self.java(to=lambda: self.stage.cpp_target().to)
            contestants = {TO_CPP: java[OURS], TO_CPP_AGAIN: java[AGAIN], **self.cpp()}
            for number, label in ((1, TO_JAVA), (2, TO_JAVA_AGAIN)):
                contestants[label] = lambda number=number: CppBench(
                    target(self.stage.pair(number)), self.stage.best_to_java
                )
            comparisons = [
                Comparison(TO_CPP, CPP, "rate", goal, (TO_CPP, TO_CPP_AGAIN)),
                Comparison(TO_JAVA, CPP, "rate", 1.0, (TO_JAVA, TO_JAVA_AGAIN)),
            ]
            cells.append(Cell(row, work, contestants, comparisons))
        return cells

    def shm(self, row):
        warm = both((64 * KIB, 16), (MIB, 16), (16 * MIB, 4), (64 * MIB, 1))
        cold = both((64 * KIB, 16), (MIB, 16), span=256 * MIB)
        return [self._beside_memcpy(row, work, self.java("shm"), 0.8) for work in warm + cold]

    def _beside_memcpy(self, row, work, contestants, goal):
        ours, again = contestants
        return Cell(
            row,
            work,
            {**contestants, MEMCPY: lambda: Memcpy(self.stage.pair(1))},
            [Comparison(ours, MEMCPY, "rate", goal, (ours, again))],
            seconds=SHORT_S,
        )

    def shm_4k(self, row):
        cells = []
        for work in both((4 * KIB, 128), (4 * KIB, 1)):
            comparisons = [
                Comparison(SHM, OURS, metric, 4.0, (SHM, SHM_AGAIN)) for metric in ("rate", "p50")
            ]
            cells.append(Cell(row, work, {**self.java(), **self.java("shm")}, comparisons))
        return cells

    def local(self, row):
        shapes = ((64 * KIB, 16), (4 * MIB, 16), (64 * MIB, 1))
        contestants = {
            label: lambda number=number: LocalCopies(self.stage.pair(number))
            for number, label in enumerate((OURS, AGAIN), start=1)
        }
        works = [Work("write", block, batch) for block, batch in shapes]
        return [self._beside_memcpy(row, work, contestants, None) for work in works]

    def peers(self, row):
        return [self._fleets(row, work) for work in both((64 * KIB, 16))]

    def _fleets(self, row, work):
        few, many = f"{FLEETS[0]} peers", f"{FLEETS[-1]} peers"
        equals = (few, f"{few} again")

        def fleet(engines, number=1):
            return lambda: Fleet(self.stage.fleet(number), self.stage.pair(number), engines)

        # The fewest first: their engines have the most memory.
        contestants = {f"{count} peers": fleet(count) for count in sorted(FLEETS)}
        contestants[equals[1]] = fleet(FLEETS[0], 2)
        comparisons = [
            Comparison(many, few, "rate", 0.85, equals),
            Comparison(many, None, "fairness", 0.5, equals),
        ]
        title = f"{work.words()}, all walking through {size(FLEET_SPAN)} together"
        return Cell(
            row, work, contestants, comparisons, seconds=FLEET_S, title=title, memory=FLEET_SPAN
        )

    def rivals(self, row):
        cells = []
        for work in both((4 * KIB, 128), (64 * KIB, 16), (MIB, 16)):
            others = {r.label: lambda r=r: self.stage.rival(r) for r in RIVALS}
            shared = {SHM: self.java("shm")[SHM]}
            comparisons = [
                Comparison(SHM if rival.name.endswith("shm") else OURS, rival.label)
                for rival in RIVALS
            ]
            cells.append(Cell(row, work, {**self.java(), **shared, **others}, comparisons))
        return cells


class Fixed:
    """A contestant that does other work than its cell's."""

    def __init__(self, make, work):
        self._make, self._work, self._inner = make, work, None

    def __call__(self):
        self._inner = self._make()
        return self

    @property
    def note(self):
        return self._inner.note

    def prepare(self, _):
        self._inner.prepare(self._work)

    def measure(self, _, seconds):
        return self._inner.measure(self._work, seconds)


def target(pair):
    return pair.name, pair.target.pid


def first_is_quick(cells):
    for cell in cells[:1]:
        cell.quick = True
    return cells

"""mooncake4j's engines in JVMs that stay for the whole run."""

import re
from pathlib import Path

from driver import Driver, cpu_seconds
from work import MIB, NotRun, Sample, Work

MEMORY = 256 * MIB
# Its own engine only answers; the engines of the fleet have memory of their own.
FLEET_MEMORY = MIB
# Of all engines of a fleet together, on either side: whatever their number, caches help as much.
FLEET_SPAN = 128 * MIB
# The same for every JVM; nothing that is measured allocates on the heap.
SERIAL = "-XX:+UseSerialGC"
JVM_FLAGS = ["-Xms256m", "-Xmx256m", SERIAL, "-XX:MaxDirectMemorySize=8g"]
WARM_UP = [(4096, 128), (4096, 1), (65536, 16), (MIB, 16)]
WARM_UP_S = 0.4
PROGRAM = "io.mooncake4j.benchmarks.peers.engine.EngineProgram"


class Launcher:
    """Starts engine processes from the unpacked archive."""

    def __init__(self, java, distribution, classes, logs):
        self.java, self.distribution, self.classes, self.logs = java, distribution, classes, logs
        self._started = []

    def start(self, label, memory=MEMORY, options=(), flags=(), shared=False):
        """`shared`: the engines of the process share the classes of plugins that are jars; those
        of a plugin folder are loaded, and compiled, for each engine anew."""
        # A JVM refuses to start with two garbage collectors.
        chosen = any(re.fullmatch(r"-XX:\+Use\w+GC", flag) for flag in flags)
        kept = [flag for flag in JVM_FLAGS if not (chosen and flag == SERIAL)]
        command = [self.java, *kept, *flags, "--enable-native-access=ALL-UNNAMED"]
        command.append(f"-Dlogback.configurationFile={self.distribution}/conf/logback.xml")
        folder = Path(self.distribution) / "plugins"
        plugins = [str(jar) for jar in sorted(folder.glob("*.jar"))] if shared else []
        classes = [str(self.classes), f"{self.distribution}/lib/*", *plugins]
        command += ["-cp", ":".join(classes), PROGRAM]
        command += ["-" if shared else str(folder), str(memory), *options]
        driver = Driver(label, command, self.logs / f"{label}.log")
        self._started.append(driver)
        return driver

    def close(self):
        for driver in self._started:
            driver.close()


class Pair:
    """A target and an initiator, each an engine in a JVM of its own."""

    def __init__(self, launcher, label, options=(), flags=()):
        self.target = launcher.start(f"{label}-target", options=options, flags=flags)
        self.initiator = launcher.start(f"{label}-initiator", options=options, flags=flags)
        self.name = self.target.ready["name"]
        self.transports = self.initiator.ready["transports"]
        warm_up(Engine(self, "tcp"))

    def close(self):
        self.initiator.close()
        self.target.close()


def warm_up(contestant):
    """Gives the JIT compilers their time."""
    for block, batch in WARM_UP:
        for operation in ("write", "read"):
            contestant.measure(Work(operation, block, batch), WARM_UP_S)


class Engine:
    """A pair's initiator at work by one transport, against its own target or another's."""

    note = None

    def __init__(self, pair, transport, to=None):
        """`to` is (segment, pid); by default the pair's own target."""
        self.pair, self.transport = pair, transport
        self.segment, self.pid = to or (pair.name, pair.target.pid)

    def prepare(self, work):
        if self.transport not in self.pair.transports:
            raise NotRun(f"the archive has no transport {self.transport}")
        self.measure(work, WARM_UP_S)

    def measure(self, work, seconds):
        line = f"run {work.operation} {work.block} {work.batch} {work.threads} {seconds}"
        line += f" to={self.segment} transport={self.transport} span={work.span}"
        line += f" pattern={work.pattern}"
        return measured(self.pair.initiator, line, [self.pid], self.transport)


class LocalCopies:
    """Source and destination in one engine."""

    note = None

    def __init__(self, pair):
        self.pair = pair

    def prepare(self, work):
        self.measure(work, WARM_UP_S)

    def measure(self, work, seconds):
        line = f"run {work.operation} {work.block} {work.batch} {work.threads} {seconds} to=self"
        return measured(self.pair.initiator, line, [])


class Fleet:
    """Several engines of one process, a thread each, against one target. Each walks through memory
    of its own, all together through as much as any other number of them."""

    note = None

    def __init__(self, driver, pair, engines):
        self.driver, self.pair, self.engines = driver, pair, engines

    def prepare(self, work):
        self.measure(work, WARM_UP_S)

    def measure(self, work, seconds):
        line = f"fleet {self.engines} {work.operation} {work.block} {work.batch} 1 {seconds}"
        line += f" to={self.pair.name} transport=tcp span={FLEET_SPAN // self.engines}"
        return measured(self.driver, line, [self.pair.target.pid], "tcp")


class Memcpy:
    """One thread that copies by the faster of the C library's memcpy and the JDK's buffers."""

    def __init__(self, pair):
        self.driver = pair.initiator
        self.note = None

    def prepare(self, work):
        rates = {by: self._copy(work, WARM_UP_S, by).rate for by in ("library", "buffers")}
        self.note = max(rates, key=rates.get)

    def measure(self, work, seconds):
        return self._copy(work, seconds, self.note)

    def _copy(self, work, seconds, by):
        line = f"memcpy {work.block} {work.footprint} {seconds} by={by}"
        return measured(self.driver, line, [])


def measured(driver, line, others, transport=None):
    """A command's answer with the CPU time of its process and of others."""
    pids = [driver.pid, *others]
    before = cpu_seconds(pids)
    answer = driver.ask(line)
    spent = cpu_seconds(pids) - before
    served = answer.get("served_by")
    if transport and served != transport:
        raise NotRun(f"{driver.label} was served by {served}, not by {transport}")
    return sample(answer, spent)


def sample(answer, cpu):
    seconds, rates = answer["seconds"], answer.get("rates") or []
    return Sample(
        rate=answer["bytes"] / seconds,
        requests=answer["requests"] / seconds,
        p50=answer["p50_us"],
        p99=answer["p99_us"],
        cpu=cpu / (answer["bytes"] / 1e9) if cpu is not None and answer["bytes"] else None,
        fairness=min(rates) / (sum(rates) / len(rates)) if len(rates) > 1 else None,
    )

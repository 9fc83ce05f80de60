"""A rival: a program that speaks driver.py's protocol and counts its own CPU time."""

from driver import Driver
from engines import WARM_UP_S, sample, warm_up


class RivalProgram:
    """One of rivals.RIVALS, started on first use; asked to stop by the end of its input."""

    note = None

    def __init__(self, rival, java, logs):
        self.driver = Driver(rival.name, rival.command(java), logs / f"{rival.name}.log")
        self.name = rival.label
        self.version = self.driver.ready.get("version", "unknown")
        warm_up(self)

    def prepare(self, work):
        self.measure(work, WARM_UP_S)

    def measure(self, work, seconds):
        return self.run(work, seconds)

    def run(self, work, seconds, *choices):
        line = f"run {work.operation} {work.block} {work.batch} {work.threads} {seconds}"
        answer = self.driver.ask(" ".join([line, *choices]))
        return sample(answer, answer.get("cpu_seconds"))

    def close(self):
        self.driver.close()

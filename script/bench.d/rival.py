"""A rival: a program that speaks driver.py's protocol and counts its own CPU time."""

import importlib.util

from driver import Driver
from engines import sample

RIVALS = importlib.import_module("rivals").RIVALS if importlib.util.find_spec("rivals") else []


class RivalProgram:
    """One of rivals.RIVALS, started on first use; asked to stop by the end of its input."""

    note = None

    def __init__(self, rival, java, classpath, logs):
        command = rival.command(java, classpath)
        self.driver = Driver(rival.name, command, logs / f"{rival.name}.log")
        self.version = self.driver.ready.get("version", "unknown")

    def prepare(self, work):
        self.measure(work, 0.4)

    def measure(self, work, seconds):
        line = f"run {work.operation} {work.block} {work.batch} {work.threads} {seconds}"
        answer = self.driver.ask(line)
        return sample(answer, answer.get("cpu_seconds"))

    def close(self):
        self.driver.close()

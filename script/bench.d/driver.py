"""A program that stays, takes one command a line on stdin, and answers with one line of JSON."""

import json
import os
import queue
import subprocess
import threading
from pathlib import Path

from peers import environment
from work import NotRun

# A JVM takes its time where others keep the CPUs busy.
START_S = 120.0
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pids):
    """Time of these processes on CPUs, in user mode and in the kernel."""
    return sum(_ticks(pid) for pid in pids) / TICKS


def _ticks(pid):
    try:
        # The name, in parentheses, may hold blanks.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        raise NotRun(f"process {pid} has ended") from None
    return int(fields[11]) + int(fields[12])


class Driver:
    """One such program. A command at a time."""

    def __init__(self, label, command, log, variables=None):
        self.label = label
        self.log = log
        self._replies = queue.Queue()
        try:
            with open(log, "ab") as errors:
                self.process = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    env=environment(variables or {}),
                )
        except OSError as error:
            raise NotRun(f"{label} does not start: {error}") from None
        threading.Thread(target=self._pump, daemon=True).start()
        try:
            self.ready = self._reply(START_S)
        except NotRun:
            self.close()
            raise
        self.pid = self.process.pid

    def _pump(self):
        for line in self.process.stdout:
            self._replies.put(line)
        self._replies.put(None)

    def _reply(self, wait_s):
        try:
            line = self._replies.get(timeout=wait_s)
        except queue.Empty:
            # A late answer would be taken for the next command's.
            self.process.kill()
            raise NotRun(f"{self.label} did not answer in {wait_s:.0f} s; log: {self.log}") from None
        if line is None:
            self._replies.put(None)
            raise NotRun(f"{self.label} ended by itself; log: {self.log}")
        try:
            answer = json.loads(line)
        except ValueError:
            raise NotRun(f"{self.label} said {line[:200]!r}; log: {self.log}") from None
        for refusal in ("unsupported", "error"):
            if refusal in answer:
                raise NotRun(f"{self.label}: {answer[refusal]}")
        return answer

    def ask(self, line, wait_s=120.0):
        try:
            self.process.stdin.write(f"{line}\n".encode())
            self.process.stdin.flush()
        except OSError:
            raise NotRun(f"{self.label} is gone; log: {self.log}") from None
        return self._reply(wait_s)

    def close(self):
        try:
            self.process.stdin.write(b"exit\n")
            self.process.stdin.close()
        except (OSError, ValueError):
            pass  # It has ended already, or will be made to.
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(15)

"""What the machine is and how busy it was."""

import datetime
import importlib.metadata
import os
import platform
import subprocess
from pathlib import Path

import iperf

PACKAGE = "mooncake-transfer-engine-non-cuda"
STEAL = 7


class Busy:
    """Load average at the start, and the share of CPU time that the hypervisor took since."""

    def __init__(self):
        self.load = round(os.getloadavg()[0], 2)
        self._times = cpu_times()

    def until_now(self):
        spent = [now - before for now, before in zip(cpu_times(), self._times)]
        steal = spent[STEAL] / sum(spent) if sum(spent) else 0.0
        return {
            "load_before": self.load,
            "load_after": round(os.getloadavg()[0], 2),
            "steal_percent": round(100 * steal, 1),
        }


def cpu_times():
    """All CPUs' ticks: user, nice, system, idle, iowait, irq, softirq, steal."""
    fields = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()
    return [int(field) for field in fields[1:9]]


def facts():
    return {
        "cpus": os.cpu_count(),
        "cpu": cpu_model(),
        "memory_gib": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30, 1),
        "kernel": platform.release(),
        "system": system(),
        "huge_pages": chosen(Path("/sys/kernel/mm/transparent_hugepage/enabled")),
    }


def cpu_model():
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def system():
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.system()


def chosen(file):
    try:
        words = file.read_text(encoding="ascii").split()
    except OSError:
        return "unknown"
    return next((word.strip("[]") for word in words if word.startswith("[")), "unknown")


def versions(java):
    words = subprocess.run([java, "-version"], check=False, capture_output=True, text=True)
    return {
        "java": words.stderr.strip().splitlines()[-1],
        "C++ Mooncake": f"{PACKAGE} {importlib.metadata.version(PACKAGE)}",
        "iperf3": iperf.version() or "not installed",
        "C library": " ".join(platform.libc_ver()),
    }


def commit(root):
    def git(*arguments):
        command = ["git", "-C", str(root), *arguments]
        return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()

    changed = " with changes" if git("status", "--porcelain", "-uno") else ""
    return f"{git('rev-parse', '--short', 'HEAD') or 'unknown'}{changed}"


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")

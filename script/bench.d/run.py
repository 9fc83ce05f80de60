"""Runs the cells; started by script/bench-peers inside the virtual environment."""

import argparse
import fnmatch
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
# How C++ peers are started is script/interop's knowledge.
sys.path.insert(1, str(HERE.parent / "interop.d"))

import cells  # noqa: E402
import contest  # noqa: E402
import documents  # noqa: E402
import host  # noqa: E402
import micro  # noqa: E402
import tuning  # noqa: E402
from engines import JVM_FLAGS  # noqa: E402
from report import number, one_line  # noqa: E402

LEAST_ROUNDS, QUICK_ROUNDS, SECONDS = 7, 3, 0.4
# Exit statuses.
MISSED, NOT_JUDGED = 1, 3


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="script/bench-peers",
        description="Runs mooncake4j and others on the same work and compares. Fails when a goal "
        "is missed (status 1), or was not judged, because a control is too noisy or something did "
        "not run (status 3). The full run writes docs/performance; it takes about 25 minutes.",
        epilog="--no-build takes the programs as they were built last; --self-test runs the tests of the "
        "statistics and stops.",
    )
    parser.add_argument("--quick", action="store_true", help="a cell of each row, for trying")
    parser.add_argument("--only", nargs="+", metavar="ROW", help="only these rows (wildcards: *)")
    parser.add_argument("--list", action="store_true", help="print the rows and stop")
    parser.add_argument("--rounds", type=int, help=f"{LEAST_ROUNDS}, or {QUICK_ROUNDS} if quick")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of a measurement")
    parser.add_argument("--tuning", action="store_true", help="options beside their defaults")
    parser.add_argument("--micro", action="store_true", help="JMH's benchmarks and bench-scale")
    parser.add_argument("--no-docs", action="store_true", help="leave docs/ alone")
    parser.add_argument("--out", type=Path, help="folder of the results")
    parser.add_argument("--render", action="store_true", help="docs from results that are there")
    parser.add_argument("--root", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--distribution", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    options.rounds = options.rounds or (QUICK_ROUNDS if options.quick else LEAST_ROUNDS)
    # What is not the whole is no document.
    partial = bool(options.quick or options.only)
    options.docs = not (options.no_docs or partial)
    target = options.root / ("docs/performance" if options.docs else "target/bench-peers-results")
    options.out = options.out or target
    return options


def chosen(all_cells, options):
    found = [cell for cell in all_cells if not options.quick or cell.quick or options.tuning]
    if options.only:
        found = [c for c in found if any(fnmatch.fnmatch(c.row, name) for name in options.only)]
        if not found:
            sys.exit(f"bench-peers: no row matches {options.only}; --list prints them all")
    return found


def say(words):
    print(words, flush=True)


def show(cell):
    say(
        f"{cell['name']}  ({cell['memory']} on either side, load {cell['load_before']}, "
        f"steal {cell['steal_percent']} %, {cell['took_seconds']} s)"
    )
    for label, columns in cell["contestants"].items():
        choice = f" ({columns['choice']})" if columns["choice"] else ""
        say(f"  {label}{choice}: {one_line(columns)}")
    for one in cell["comparisons"]:
        words = contest.comparison_words(one)
        if "not_run" in one:
            if one["goal"] is not None:
                say(f"    {words}: not run")
            continue
        ratio = f"{number(one['ratio'])} ({number(one['low'])} to {number(one['high'])})"
        met = {None: "", True: ", met", False: ", MISSED"}[one["met"]]
        if one["noisy"] and one["goal"] is not None:
            met = f"{met} in every round" if met else ", too noisy to judge"
        say(f"    {words}: {ratio}, control's lowest {number(one['control_low'])}{met}")


def measure(options, stage):
    makers = tuning.cells(stage) if options.tuning else cells.Cells(stage).all()
    started, results = time.monotonic(), []
    for cell in chosen(makers, options):
        results.append(contest.run(cell, options.rounds, options.seconds, say))
        show(results[-1])
    return {
        "command": " ".join(["script/bench-peers", *options.given]),
        "when": host.now(),
        "commit": host.commit(options.root),
        "rounds": options.rounds,
        "seconds": options.seconds,
        "minutes": round((time.monotonic() - started) / 60, 1),
        "host": host.facts(),
        "versions": {**host.versions(stage.java), **stage.versions()},
        "jvm": " ".join(JVM_FLAGS),
        "cells": results,
    }


def conclude(results):
    met, missed, absent = contest.decide(results["cells"])
    for words in absent:
        say(f"NOT JUDGED {words}")
    for words in missed:
        say(f"MISSED {words}")
    say(f"{len(met)} goals met, {len(missed)} missed, {len(absent)} not judged")
    return MISSED if missed else NOT_JUDGED if absent else 0


def main():
    options = parse(sys.argv[1:])
    options.given = [word for word in sys.argv[1:] if word not in hidden(options)]
    if options.list:
        say("\n".join(f"{row:16}{title}" for row, title in cells.ROWS.items()))
        return 0
    # Everything that was started is to end with this process.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if options.render:
        documents.render(options.out, options.root / "docs" / "performance.md")
        return 0
    logs = Path(tempfile.mkdtemp(prefix="mooncake4j-bench-peers-"))
    say(f"logs of all programs: {logs}")
    java = str(Path(os.environ["JAVA_HOME"]) / "bin" / "java")
    if options.micro:
        results = micro.measure(java, options.root, logs)
        say("\n".join(micro.table(results)))
        finish(options, documents.MICRO, results)
        return 1 if any(line.startswith("FAIL") for line in results["scale"]) else 0
    stage = cells.Stage(
        java,
        options.distribution,
        options.root / "benchmarks" / "target" / "classes",
        logs,
    )
    try:
        results = measure(options, stage)
    finally:
        stage.close()
    finish(options, documents.TUNING if options.tuning else documents.RESULTS, results)
    return 0 if options.tuning else conclude(results)


def finish(options, name, results):
    documents.save(options.out, name, results)
    say(f"results: {options.out}")
    if options.docs:
        documents.render(options.out, options.root / "docs" / "performance.md")


def hidden(options):
    """What the wrapper adds."""
    return {"--root", str(options.root), "--distribution", str(options.distribution)}


if __name__ == "__main__":
    sys.exit(main())

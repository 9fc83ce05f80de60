"""Runs the cases; started by script/interop inside the virtual environment."""
# The case modules are imported for what they register.
# ruff: noqa: F401

import argparse
import fnmatch
import sys
import time

import bench
import case_bench
import case_deaths
import case_faults
import case_http
import case_http_names
import case_http_records
import case_http_restart
import case_http_wire
import case_initiators
import case_ipv6
import case_pipelines
import case_refusals
import case_together
import case_topology
import case_transfer
import case_wire
import differs
import session as shared
import wire
from peers import PeerError
from servers import ServerError

EXPECTED = (shared.Failed, PeerError, ServerError, wire.WireError, OSError)


def parse(arguments):
    parser = argparse.ArgumentParser(prog="script/interop")
    parser.add_argument("--core", action="store_true", help="the short run, for CI")
    parser.add_argument("--list", action="store_true", help="print the cases' names and stop")
    parser.add_argument("--case", action="append", metavar="NAME", help="only this (wildcards: *)")
    parser.add_argument("--bench", action="store_true", help="only the long comparison of speeds")
    parser.add_argument("--distribution", help="the unpacked distribution (bin/, lib/, plugins/)")
    return parser.parse_args(arguments)


def selected(options):
    names = list(shared.CASES)
    if options.case:
        names = [n for n in names if any(fnmatch.fnmatch(n, pattern) for pattern in options.case)]
        if not names:
            sys.exit(f"script/interop: no case matches {options.case}; --list prints them all")
    elif options.core:
        names = [n for n in names if shared.CASES[n][1]]
    return names


def run(names, session):
    passed = failed = 0
    for name in names:
        started = time.monotonic()
        try:
            shared.CASES[name][0](session)
        except Exception as error:  # a mistake in a case fails that case, not the run
            failed += 1
            session.abandon()
            kind = "" if isinstance(error, EXPECTED) else f"{type(error).__name__}: "
            print(f"FAIL {name}: {kind}{' '.join(str(error).split())}", flush=True)
        else:
            passed += 1
            print(f"PASS {name} ({time.monotonic() - started:.2f} s)", flush=True)
    return passed, failed


def main():
    options = parse(sys.argv[1:])
    names = selected(options)
    if options.list:
        print("\n".join(f"{n}{'' if shared.CASES[n][1] else '  (not in --core)'}" for n in names))
        return 0
    session = shared.Session(options.distribution)
    if not options.case:
        differs.report(session)
    for words in shared.LEFT_OUT:
        print(f"left out {words}")
    passed, failed = (0, 0) if options.bench else run(names, session)
    for words in session.close():
        failed += 1
        print(f"FAIL exit: {words}")
    if not options.case:
        bench.compare(session, options.bench)
    print(f"logs of the engines: {session.logs}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

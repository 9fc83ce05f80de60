"""The parts by themselves: JMH's benchmarks with its gc profiler, and the check of scale."""

import json
import subprocess

import host
from ratios import Spread
from report import number

PACKAGE = "io.mooncake4j"
SCALE = f"{PACKAGE}.benchmarks.ScaleCheck"
UNITS = {"us": "µs"}
LIMIT_S = 900
# How the lines of the check begin that are results.
LINES = ("PASS ", "FAIL ", "     ")
# Each is a class of benchmarks/ and what its operation is.
BENCHMARKS = {
    "HeaderCodecBenchmark": "one header of TCP",
    "RequestRingBenchmark": "one request into the ring of a connection and out of it",
    "RegionLookupBenchmark": "one look-up",
    "SubmissionBenchmark": "one batch of 4 KiB requests, from submission to completion",
    "LocalCopyBenchmark": "one copy within the engine, walking through 256 MiB",
}


def measure(java, root, logs):
    """All of them, as it goes into micro.json."""
    target = root / "benchmarks" / "target"
    classes = f"{target / 'classes'}:{(target / 'classpath').read_text('utf-8').strip()}"
    command = [
        java,
        "--enable-native-access=ALL-UNNAMED",
        f"-Dlogback.configurationFile={root}/script/logback-test.xml",
        "-cp",
        classes,
    ]
    found = logs / "jmh.json"
    names = rf".*\.({'|'.join(BENCHMARKS)})\..*"
    options = ["-foe", "true", "-prof", "gc", "-rf", "json", "-rff", found]
    jmh = ["org.openjdk.jmh.Main", *options, names]
    busy = host.Busy()
    call([*command, *jmh], logs / "jmh.log")
    busy = busy.until_now()
    said = call([*command, SCALE], logs / "scale.log")
    return {
        "when": host.now(),
        "commit": host.commit(root),
        "host": host.facts(),
        **busy,
        "jmh": [one(result) for result in json.loads(found.read_text("utf-8"))],
        "scale": [line.strip() for line in said.splitlines() if line[:5] in LINES],
    }


def call(command, log):
    with open(log, "w", encoding="utf-8") as errors:
        done = subprocess.run(
            [str(word) for word in command],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            timeout=LIMIT_S,
        )
    # The check of scale fails with its limits, which its lines tell.
    if done.returncode and "FAIL " not in done.stdout:
        raise SystemExit(f"bench-peers: {command[-1]} failed; log: {log}\n{done.stdout[-2000:]}")
    return done.stdout


def one(result):
    metric = result["primaryMetric"]
    allocated = result["secondaryMetrics"].get("gc.alloc.rate.norm", {}).get("score")
    rounds = [value for fork in metric["rawData"] for value in fork]
    return {
        "class": result["benchmark"].split(".")[-2],
        "method": result["benchmark"].split(".")[-1],
        "parameters": result.get("params") or {},
        "rounds": rounds,
        "unit": metric["scoreUnit"].split("/")[0],
        "allocated": allocated,
    }


def table(results):
    """Markdown of it."""
    lines = [
        f"Measured {results['when']} at commit {results['commit']} by "
        f"`script/bench-peers --micro`, load {results['load_before']} before and "
        f"{results['load_after']} after.",
        "",
        "| benchmark | operation | parameters | time: median (least–greatest) "
        "| bytes allocated |",
        "|---|---|---|---|---|",
    ]
    for result in results["jmh"]:
        parameters = ", ".join(f"{key} {value}" for key, value in result["parameters"].items())
        found = Spread.of(result["rounds"])
        spread = f"{number(found.median)} ({number(found.low)}–{number(found.high)})"
        allocated = "" if result["allocated"] is None else f"{result['allocated']:.1f}"
        name = f"{result['class'].removesuffix('Benchmark')}.{result['method']}"
        unit = UNITS.get(result["unit"], result["unit"])
        what = BENCHMARKS[result["class"]]
        lines.append(f"| {name} | {what} | {parameters} | {spread} {unit} | {allocated} |")
    scale = [f"- {line}" for line in results["scale"]]
    return [*lines, "", "After it, what `script/bench-scale` prints:", "", *scale]

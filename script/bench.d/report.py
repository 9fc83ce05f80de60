"""Tables in Markdown from results.json, between the markers of docs/performance.md."""

import re

from cells import ROWS
from contest import decide
from ratios import Spread
from work import NotRun

UNITS = {
    "rate": ("GB/s", 1e-9),
    "requests": ("thousand requests/s", 1e-3),
    "p50": ("µs, p50", 1.0),
    "p99": ("µs, p99", 1.0),
    "cpu": ("CPU s per GB", 1.0),
    "fairness": ("slowest / mean", 1.0),
}
# Where the number of requests says more than the bytes.
SMALL = ("tcp-4k", "tcp-4k-single", "tcp-scattered", "shm-4k")


def number(value):
    if value >= 100:
        return f"{value:.0f}"
    if value >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def spread(values, metric):
    factor = UNITS[metric][1]
    found = Spread.of([value * factor for value in values if value is not None])
    return f"{number(found.median)} ({number(found.low)}–{number(found.high)})"


def one_line(columns):
    """All that was measured of a contestant, as the run prints it."""
    return ", ".join(f"{spread(columns[m], m)} {UNITS[m][0]}" for m in UNITS if m in columns)


def tables(results):
    """All rows, each with what was measured and what was compared."""
    lines = [*head(results)]
    for row, title in ROWS.items():
        cells = [cell for cell in results["cells"] if cell["row"] == row]
        if cells:
            lines += ["", f"### {title}", "", *measured(row, cells), "", *compared(cells)]
            lines += absent(cells)
    return lines


def head(results):
    met, missed, absent = decide(results["cells"])
    versions = "; ".join(f"{name} {version}" for name, version in results["versions"].items())
    host = results["host"]
    lines = [
        f"Measured {results['when']} at commit {results['commit']} by `{results['command']}`, "
        f"{results['rounds']} rounds, {results['minutes']} minutes.",
        "",
        f"Machine: {host['cpus']} CPUs ({host['cpu']}), {host['memory_gib']} GiB, {host['system']}, "
        f"kernel {host['kernel']}, transparent huge pages {host['huge_pages']}.",
        f"Versions: {versions}. JVM options: `{results['jvm']}`.",
        "",
        f"**{len(met)} goals met, {len(missed)} missed, {len(absent)} not judged.**",
    ]
    notes = [f"- missed: {words}" for words in missed]
    notes += [f"- not judged: {words}" for words in absent]
    return lines + ["", *notes] if notes else lines


def measured(row, cells):
    metrics = ["requests" if row in SMALL else "rate", "p50", "p99", "cpu"]
    metrics += ["fairness"] if row == "peers" else []
    shown = [
        metric
        for metric in metrics
        if any(metric in c for cell in cells for c in cell["contestants"].values())
    ]
    units = " | ".join(UNITS[metric][0] for metric in shown)
    lines = [f"| work | memory | program | {units} | load, steal |"]
    lines.append("|---" * (len(shown) + 4) + "|")
    for cell in cells:
        busy = f"{cell['load_before']}, {cell['steal_percent']} %"
        for label, columns in cell["contestants"].items():
            name = f"{label} ({columns['choice']})" if columns["choice"] else label
            values = [spread(columns[m], m) if m in columns else "" for m in shown]
            work = f"{cell['title']} | {cell['memory']}"
            lines.append(f"| {work} | {name} | {' | '.join(values)} | {busy} |")
    return lines


def compared(cells):
    lines = [
        "| work | compared | ratio: median (least–greatest) | control: median, lowest | goal | |",
        "|---|---|---|---|---|---|",
    ]
    for cell in cells:
        for one in cell["comparisons"]:
            words = f"{one['ours']} / {one['rival']}, {one['metric']}" if one["rival"] else (
                f"{one['ours']}, {one['metric']}"
            )
            goal = f"{one['goal']:g}" if one["goal"] is not None else "–"
            if "not_run" in one and one["goal"] is None:
                continue
            if "not_run" in one:
                lines.append(f"| {cell['title']} | {words} | not run | | {goal} | |")
                continue
            ratio = f"{number(one['ratio'])} ({number(one['low'])}–{number(one['high'])})"
            control = f"{number(one['control'])}, {number(one['control_low'])}"
            met = {None: "", True: "met", False: "**missed**"}[one["met"]]
            if one["noisy"] and one["goal"] is not None:
                met = f"{met} in every round" if met else "too noisy to judge"
            lines.append(f"| {cell['title']} | {words} | {ratio} | {control} | {goal} | {met} |")
    return lines


def absent(cells):
    causes = {f"{label}: {why}" for cell in cells for label, why in cell["not_run"].items()}
    return ["", *(f"- not run: {cause}" for cause in sorted(causes))] if causes else []


def replace(text, marker, lines):
    """The document with other lines between `<!-- marker -->` and `<!-- end of marker -->`."""
    pattern = rf"(<!-- {marker} -->\n).*?(<!-- end of {marker} -->)"
    if not re.search(pattern, text, re.S):
        raise NotRun(f"docs/performance.md lacks the markers of {marker}")
    body = "\n".join(lines)
    return re.sub(pattern, lambda m: f"{m.group(1)}\n{body}\n\n{m.group(2)}", text, flags=re.S)


def tuning(results):
    """What each option changes, beside what two equal pairs differ by."""
    lines = [
        f"Measured {results['when']} at commit {results['commit']} by `{results['command']}`, "
        f"{results['rounds']} rounds. A ratio within the control's range is no difference.",
        "",
        "| option | work | metric | default | changed | better by (least–greatest) "
        "| control: median, lowest |",
        "|---|---|---|---|---|---|---|",
    ]
    for cell in results["cells"]:
        for one in cell["comparisons"]:
            start = f"| `{cell['row']}` | {cell['title']} | {UNITS[one['metric']][0]} |"
            if "not_run" in one:
                lines.append(f"{start} | | not run: {one['not_run']} | |")
                continue
            columns = cell["contestants"]
            values = [spread(columns[label][one["metric"]], one["metric"])
                      for label in ("default", "changed")]
            ratio = f"{number(one['ratio'])} ({number(one['low'])}–{number(one['high'])})"
            control = f"{number(one['control'])}, {number(one['control_low'])}"
            lines.append(f"{start} {' | '.join(values)} | {ratio} | {control} |")
    return lines

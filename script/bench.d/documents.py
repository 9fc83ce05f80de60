"""Writes results.json, the charts, and the tables of docs/performance.md."""

import json

import chart
import micro
import report
from cells import ROWS

RESULTS = "results.json"
TUNING = "tuning.json"
MICRO = "micro.json"


def save(folder, name, results):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", "utf-8")


def load(folder, name):
    file = folder / name
    return json.loads(file.read_text("utf-8")) if file.exists() else None


def charts(folder, results):
    """One chart for each row that was measured; the names of those."""
    drawn = []
    for row, title in ROWS.items():
        cells = [cell for cell in results["cells"] if cell["row"] == row]
        metric = "requests" if row in report.SMALL else "rate"
        picture = chart.bars(title, cells, metric)
        if picture:
            (folder / f"{row}.svg").write_text(picture, "utf-8")
            drawn.append(row)
    return drawn


def render(folder, document):
    """Brings the document up to date with what lies in the folder."""
    text = document.read_text("utf-8")
    results, tuning = load(folder, RESULTS), load(folder, TUNING)
    if results:
        drawn = charts(folder, results)
        pictures = [f"![{ROWS[row]}]({folder.name}/{row}.svg)\n" for row in drawn]
        text = report.replace(text, "charts", pictures)
        text = report.replace(text, "results", report.tables(results))
    if tuning:
        text = report.replace(text, "tuning", report.tuning(tuning))
    parts = load(folder, MICRO)
    if parts:
        text = report.replace(text, "micro", micro.table(parts))
    document.write_text(text, "utf-8")

"""Bar charts as SVG, readable on light and dark backgrounds."""

import html
import statistics

from report import UNITS, number

WIDTH, LABELS, VALUES = 820, 250, 90
BAR, GAP, HEADING, TOP = 16, 4, 26, 40
# Chosen for contrast with white and with black; the first is ours.
COLOURS = ("#2f81f7", "#d9822b", "#8a63d2", "#2da44e", "#cf4a6b", "#7d8590")
STYLE = (
    "text{font:13px sans-serif;fill:#1f2328}"
    ".title{font-weight:bold;font-size:15px}.work{font-weight:bold}.line{stroke:#7d8590}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}}"
)


def bars(title, cells, metric):
    """One group of bars for each cell: medians, with a line from the least to the greatest."""
    unit, factor = UNITS[metric]
    groups = [(cell["title"], values(cell, metric, factor)) for cell in cells]
    groups = [(words, found) for words, found in groups if found]
    if not groups:
        return None
    top = max(max(rounds) for _, found in groups for rounds in found.values())
    scale = (WIDTH - LABELS - VALUES) / top
    names = list(dict.fromkeys(name for _, found in groups for name in found))
    colours = {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(names)}
    lines, y = [text(10, 22, f"{title} ({unit})", "title")], TOP
    for words, found in groups:
        y += HEADING
        lines.append(text(10, y - 8, words, "work"))
        for name, rounds in found.items():
            lines += bar(y, name, rounds, colours[name], scale)
            y += BAR + GAP
    height = y + 12
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
            f'width="{WIDTH}" height="{height}" role="img">',
            f"<title>{html.escape(title)}</title><style>{STYLE}</style>",
            *lines,
            "</svg>\n",
        ]
    )


def values(cell, metric, factor):
    """The rounds of each contestant but the controls."""
    return {
        label: [value * factor for value in columns[metric] if value]
        for label, columns in cell["contestants"].items()
        if metric in columns and not label.endswith("again")
    }


def bar(y, name, rounds, colour, scale):
    median = statistics.median(rounds)
    middle = y + BAR / 2
    low, high = (LABELS + scale * value for value in (min(rounds), max(rounds)))
    return [
        text(LABELS - 8, y + 12, name, anchor="end"),
        f'<rect x="{LABELS}" y="{y}" width="{max(1, scale * median):.1f}" height="{BAR}" '
        f'fill="{colour}"/>',
        f'<line class="line" x1="{low:.1f}" x2="{high:.1f}" y1="{middle}" y2="{middle}"/>',
        text(max(high, LABELS) + 6, y + 12, number(median)),
    ]


def text(x, y, words, kind=None, anchor=None):
    extra = f' class="{kind}"' if kind else ""
    extra += f' text-anchor="{anchor}"' if anchor else ""
    return f'<text x="{x:.0f}" y="{y:.0f}"{extra}>{html.escape(words)}</text>'

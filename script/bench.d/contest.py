"""Contestants of a cell in interleaved rounds, and their comparison."""

import statistics
import time
from dataclasses import dataclass, field, replace

import ratios
from host import Busy
from work import LOWER_IS_BETTER, NotRun, Work, size


@dataclass(frozen=True)
class Comparison:
    """One contestant beside another by one metric; of several rivals beside the best. The control
    is a pair of equals; without a rival the value itself is judged, without a control nothing is
    allowed for noise."""

    ours: str
    rival: str | tuple | None
    metric: str = "rate"
    goal: float | None = None
    control: tuple | None = ("mooncake4j", "mooncake4j again")


@dataclass
class Cell:
    """One piece of work: who does it and what is compared. `contestants` maps labels to functions
    that make the contestant; each is called once, when the cell is run."""

    row: str
    work: Work
    contestants: dict
    comparisons: list
    quick: bool = False
    seconds: float | None = None
    title: str = ""
    memory: int | None = None
    results: dict = field(default_factory=dict)

    @property
    def name(self):
        return f"{self.row}: {self.title or self.work.words()}"


def run(cell, rounds, seconds, say):
    """The cell's result as it goes into results.json."""
    busy = Busy()
    started, seconds = time.monotonic(), cell.seconds or seconds
    contestants, not_run = prepare(cell, say)
    prepared = time.monotonic()
    samples = {label: [] for label in contestants}
    for turn in range(rounds):
        for label in ratios.order(list(contestants), turn):
            if label not in not_run:
                try:
                    samples[label].append(contestants[label].measure(cell.work, seconds))
                except NotRun as why:
                    not_run[label] = str(why)
                    say(f"  {label}: {why}")
    for label in not_run:
        samples.pop(label, None)
    for contestant in contestants.values():
        if hasattr(contestant, "leave"):
            contestant.leave()
    return {
        "row": cell.row,
        "name": cell.name,
        "title": cell.title or cell.work.words(),
        "rounds": rounds,
        "seconds": seconds,
        "memory": size(cell.memory or cell.work.footprint),
        "preparing_seconds": round(prepared - started, 1),
        "took_seconds": round(time.monotonic() - started, 1),
        **busy.until_now(),
        "contestants": {
            label: {"choice": contestants[label].note, **columns(samples[label])}
            for label in samples
        },
        "not_run": not_run,
        "comparisons": [compare(one, samples, not_run) for one in cell.comparisons],
    }


def prepare(cell, say):
    ready, not_run = {}, {}
    for label, make in cell.contestants.items():
        try:
            contestant = make()
            contestant.prepare(cell.work)
        except NotRun as why:
            not_run[label] = str(why)
            say(f"  {label} not run: {why}")
        else:
            ready[label] = contestant
    return ready, not_run


METRICS = ("rate", "requests", "p50", "p99", "cpu", "fairness")


def columns(samples):
    """Per metric the value of each round; metrics that were not measured are left out."""
    found = {metric: [getattr(sample, metric) for sample in samples] for metric in METRICS}
    return {metric: values for metric, values in found.items() if any(values)}


def compare(comparison, samples, not_run):
    comparison = beside_the_best(comparison, samples)
    missing = [
        f"{label}: {not_run.get(label, 'not measured')}"
        for label in (comparison.ours, comparison.rival, *(comparison.control or ()))
        if label is not None and label not in samples
    ]
    answer = {
        "ours": comparison.ours,
        "rival": comparison.rival,
        "metric": comparison.metric,
        "goal": comparison.goal,
    }
    if missing:
        return {**answer, "not_run": missing[0]}
    return {**answer, **verdict(comparison, samples)}


def beside_the_best(comparison, samples):
    """Of several rivals only the best by its median stays; the first when none was measured."""
    if not isinstance(comparison.rival, tuple):
        return comparison
    rivals = [label for label in comparison.rival if samples.get(label)]
    choose = min if comparison.metric in LOWER_IS_BETTER else max

    def median(label):
        return statistics.median(getattr(sample, comparison.metric) for sample in samples[label])

    best = choose(rivals, key=median) if rivals else comparison.rival[0]
    return replace(comparison, rival=best)


def verdict(comparison, samples):
    def values(label):
        return [getattr(sample, comparison.metric) for sample in samples[label]]

    lower = comparison.metric in LOWER_IS_BETTER
    ours = values(comparison.ours)
    rival = values(comparison.rival) if comparison.rival else [1.0] * len(ours)
    equals = [values(label) for label in comparison.control or ()]
    noise = ratios.ratios(*equals, lower) if equals else [1.0]
    found = ratios.judge(ratios.ratios(ours, rival, lower), noise, comparison.goal)
    return found.as_json() if found else {"not_run": f"no {comparison.metric} was measured"}


def decide(cells):
    """The comparisons with a goal: those met, those missed, those that were not judged because
    somebody did not run or the control was too noisy, as lines of text."""
    met, missed, absent = [], [], []
    for cell in cells:
        for one in cell["comparisons"]:
            if one["goal"] is None:
                continue
            words = f"{cell['name']}: {comparison_words(one)}"
            if one["ours"] in cell["not_run"]:
                # It is ours to run: what failed has not reached its goal.
                missed.append(f"{words}: {one['not_run']}")
            elif "not_run" in one:
                absent.append(f"{words}: not run: {one['not_run']}")
            elif one["met"] is None:
                absent.append(f"{words}: {one['ratio']:.2f}, {noise_words(one)}")
            elif one["met"]:
                met.append(words)
            else:
                missed.append(f"{words}: {one['ratio']:.2f}, {missed_words(one)}")
    return met, missed, absent


def missed_words(one):
    if one["noisy"]:
        return "below the goal in every round"
    return f"needed {ratios.needed(one['goal'], one['control_low']):.2f}"


def noise_words(one):
    return f"too noisy to judge: control's lowest {one['control_low']:.2f}"


def comparison_words(one):
    rival = f" / {one['rival']}" if one["rival"] else ""
    goal = "" if one["goal"] is None else f", goal {one['goal']:g}"
    return f"{one['metric']}, {one['ours']}{rival}{goal}"

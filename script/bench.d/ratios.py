"""Medians of interleaved rounds, ratios beside their control, and whether a goal is met."""

import statistics
from dataclasses import asdict, dataclass


# A control that is further from 1 in its lowest ratio, to either side, judges nothing.
NOISIEST = 0.7


@dataclass(frozen=True)
class Spread:
    """Median, least and greatest of the rounds."""

    median: float
    low: float
    high: float

    @staticmethod
    def of(values):
        return Spread(statistics.median(values), min(values), max(values))


def ratios(ours, theirs, lower_is_better=False):
    """One ratio a round, above 1 where ours is better; a round that lacks either has none."""
    pairs = [(a, b) for a, b in zip(ours, theirs) if a is not None and b]
    return [b / a if lower_is_better else a / b for a, b in pairs if a or not lower_is_better]


@dataclass(frozen=True)
class Verdict:
    """A comparison: ratios of the rounds, and beside them those that two equals gave."""

    ratio: float
    low: float
    high: float
    control: float
    control_low: float
    goal: float | None
    met: bool | None
    noisy: bool

    def as_json(self):
        return asdict(self)


def judge(found, equal, goal):
    """The verdict on a round-by-round list of ratios; None when it, or the control's, is empty.

    A goal is met when the median ratio is at least the goal times the control's lowest ratio: two
    identical pairs differ by that much in the same rounds, so the measurement cannot tell less.
    A lowest ratio above 1 asks for no more than the goal. Where they differ by more than NOISIEST
    the median tells nothing: a goal is met when every round reaches it, missed when none does, and
    else neither.
    """
    if not found or not equal:
        return None
    spread, noise = Spread.of(found), Spread.of(equal)
    noisy = noise.low < NOISIEST or noise.low > 1 / NOISIEST
    if goal is None:
        met = None
    elif noisy:
        met = every_round(spread.low, spread.high, goal)
    else:
        met = spread.median >= needed(goal, noise.low)
    return Verdict(
        spread.median, spread.low, spread.high, noise.median, noise.low, goal, met, noisy
    )


def every_round(low, high, goal):
    """Whether all rounds reach a goal, or none does; None when they do not agree."""
    return True if low >= goal else False if high < goal else None


def needed(goal, control_low):
    """The least median ratio that meets a goal."""
    return goal * min(1.0, control_low)


def order(contestants, turn):
    """The order of a round: rotated, and backwards every second time, so that none is always first
    and none always follows the same one."""
    shift = turn % max(1, len(contestants))
    turned = contestants[shift:] + contestants[:shift]
    return turned[::-1] if turn % 2 else turned

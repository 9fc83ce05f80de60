"""python3 -m unittest discover -s script/bench.d"""

import sys
import unittest
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parent.parent / "interop.d"))

from contest import Cell, Comparison, decide, run  # noqa: E402
from work import NotRun, Sample, Work  # noqa: E402


class Steady:
    """A contestant that always gives the same rate."""

    note = None

    def __init__(self, rate, refuses=None):
        self.rate, self.refuses, self.left = rate, refuses, False

    def prepare(self, work):
        if self.refuses:
            raise NotRun(self.refuses)

    def measure(self, work, seconds):
        return Sample(rate=self.rate, p50=1 / self.rate)

    def leave(self):
        self.left = True


def result(ours, again, rival, goal, metric="rate"):
    contestants = {"mooncake4j": ours, "mooncake4j again": again, "rival": rival}
    cell = Cell(
        "row",
        Work("read", 4096, 1),
        {label: lambda it=it: it for label, it in contestants.items()},
        [Comparison("mooncake4j", "rival", metric, goal)],
    )
    return run(cell, rounds=7, seconds=0, say=lambda words: None)


class ContestTest(unittest.TestCase):
    def test_a_goal_that_is_met(self):
        met, missed, absent = decide([result(Steady(10), Steady(10), Steady(1), goal=10)])
        self.assertEqual((len(met), missed, absent), (1, [], []))

    def test_a_goal_that_is_missed_is_named_with_what_was_needed(self):
        _, missed, _ = decide([result(Steady(9), Steady(9), Steady(1), goal=10)])
        self.assertIn("9.00, needed 10.00", missed[0])

    def test_the_lower_latency_is_the_better_one(self):
        cell = result(Steady(10), Steady(10), Steady(5), goal=1.5, metric="p50")
        self.assertEqual(cell["comparisons"][0]["ratio"], 2.0)

    def test_a_rival_that_cannot_run_is_neither_met_nor_missed(self):
        cell = result(Steady(1), Steady(1), Steady(1, refuses="not here"), goal=1)
        met, missed, absent = decide([cell])
        self.assertEqual((met, missed), ([], []))
        self.assertIn("not here", absent[0])

    def test_a_control_that_is_too_noisy_is_neither_met_nor_missed(self):
        found = result(Steady(6), Steady(10), Steady(1), goal=1)
        found["comparisons"][0]["met"] = None
        met, missed, absent = decide([found])
        self.assertEqual((met, missed), ([], []))
        self.assertIn("too noisy to judge: control's lowest 0.60", absent[0])

    def test_beside_a_noisy_control_what_no_round_reaches_is_missed(self):
        _, missed, _ = decide([result(Steady(6), Steady(10), Steady(1), goal=7)])
        self.assertIn("below the goal in every round", missed[0])

    def test_of_several_rivals_the_best_is_compared(self):
        cell = Cell(
            "row",
            Work("read", 4096, 1),
            {
                label: lambda rate=rate: Steady(rate)
                for label, rate in (("ours", 9), ("again", 9), ("slow", 1), ("fast", 10))
            },
            [Comparison("ours", ("slow", "fast"), "rate", 0.95, ("ours", "again"))],
        )
        found = run(cell, rounds=7, seconds=0, say=lambda words: None)
        self.assertEqual(len(decide([found])[1]), 1)
        self.assertEqual(found["comparisons"][0]["rival"], "fast")

    def test_if_we_cannot_run_the_goal_is_missed(self):
        cell = result(Steady(1, refuses="broken"), Steady(1), Steady(1), goal=1)
        _, missed, _ = decide([cell])
        self.assertIn("broken", missed[0])

    def test_who_was_started_for_the_cell_leaves_after_it(self):
        rival = Steady(1)
        result(Steady(1), Steady(1), rival, goal=None)
        self.assertTrue(rival.left)


if __name__ == "__main__":
    unittest.main()

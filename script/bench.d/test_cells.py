"""python3 -m unittest discover -s script/bench.d"""

import sys
import unittest
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parent.parent / "interop.d"))

from cells import Cells, Stage  # noqa: E402
from sockets import STEPS, BareSockets, Sockets, steps  # noqa: E402
from work import KIB, MIB, ONE_BLOCK, Sample, Work  # noqa: E402

ROWS = {"tcp-4k", "tcp-64k", "tcp-large", "tcp-hot", "tcp-one"}


class SocketsTest(unittest.TestCase):
    def setUp(self):
        # Nothing is started before a cell is run.
        self.cells = Cells(Stage("java", Path("archive"), Path("classes"), Path("logs"))).all()

    def test_every_cell_of_these_rows_is_beside_bare_sockets_without_a_goal(self):
        for cell in self.cells:
            goals = [one.goal for one in cell.comparisons if one.rival == Sockets.label]
            self.assertEqual(goals, [None] if cell.row in ROWS else [], cell.name)
            self.assertEqual(Sockets.label in cell.contestants, cell.row in ROWS, cell.name)

    def test_the_step_that_does_best_is_taken_and_named(self):
        program = Scripted({256 * KIB: 5, 512 * KIB: 7, MIB: 6, STEPS[-1]: 4})
        work = Work("read", MIB, 16, pattern=ONE_BLOCK)
        program.prepare(work)
        self.assertEqual(program.measure(work, 1).rate, 7)
        self.assertEqual(program.note, "512 KiB at a time")
        self.assertIn("pattern=one-block", program.asked[-1])

    def test_steps_longer_than_a_batch_are_the_whole_batch(self):
        self.assertEqual(steps(Work("read", 4 * KIB, 128)), [256 * KIB, STEPS[-1]])
        self.assertEqual(steps(Work("read", 4 * KIB, 1)), [STEPS[-1]])


class Scripted(BareSockets):
    """Answers with a rate for each step."""

    def __init__(self, rates):
        self.rates, self.asked = rates, []

    def run(self, work, seconds, *choices):
        self.asked.append(choices)
        return Sample(rate=self.rates[int(choices[0].removeprefix("step="))])


if __name__ == "__main__":
    unittest.main()

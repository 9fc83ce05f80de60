"""python3 -m unittest discover -s script/bench.d"""

import sys
import unittest
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parent.parent / "interop.d"))

from cells import Cells, Stage  # noqa: E402
from sockets import LABEL, Sockets  # noqa: E402
from work import ONE_BLOCK, SIDE_BY_SIDE  # noqa: E402

ROWS = {"tcp-4k", "tcp-64k", "tcp-large", "tcp-hot", "tcp-one"}


class SocketsTest(unittest.TestCase):
    def setUp(self):
        # Nothing is started before a cell is run.
        self.cells = Cells(Stage("java", Path("archive"), Path("classes"), Path("logs"))).all()

    def test_every_cell_of_these_rows_is_beside_bare_sockets_without_a_goal(self):
        for cell in self.cells:
            goals = [one.goal for one in cell.comparisons if one.rival == LABEL]
            self.assertEqual(goals, [None] if cell.row in ROWS else [], cell.name)
            self.assertEqual(LABEL in cell.contestants, cell.row in ROWS, cell.name)

    def test_each_pattern_has_a_program_of_its_own(self):
        side, block = (Sockets(Path("c"), Path("l"), p) for p in (SIDE_BY_SIDE, ONE_BLOCK))
        self.assertNotEqual(side.name, block.name)
        self.assertNotIn(ONE_BLOCK, side.command("java"))
        self.assertEqual(block.command("java")[-1], ONE_BLOCK)


if __name__ == "__main__":
    unittest.main()

"""python3 -m unittest discover -s script/bench.d"""

import unittest

from ratios import Spread, judge, order, ratios


class RatiosTest(unittest.TestCase):
    def test_spread_is_of_all_rounds(self):
        self.assertEqual(Spread.of([3.0, 1.0, 2.0]), Spread(2.0, 1.0, 3.0))

    def test_ratios_are_taken_round_by_round(self):
        self.assertEqual(ratios([2.0, 6.0], [1.0, 2.0]), [2.0, 3.0])

    def test_of_latencies_the_lower_is_better(self):
        self.assertEqual(ratios([10.0], [40.0], lower_is_better=True), [4.0])

    def test_a_round_without_a_value_is_left_out(self):
        self.assertEqual(ratios([2.0, None, 4.0], [1.0, 1.0, 0.0]), [2.0])


class JudgeTest(unittest.TestCase):
    def test_a_goal_is_met_at_goal_times_the_lowest_of_the_control(self):
        verdict = judge([8.0, 8.0, 8.0], [1.0, 0.8, 1.0], goal=10)
        self.assertEqual((verdict.ratio, verdict.control_low), (8.0, 0.8))
        self.assertTrue(verdict.met)

    def test_a_goal_is_missed_just_below(self):
        self.assertFalse(judge([7.99] * 3, [1.0, 0.8, 1.0], goal=10).met)

    def test_the_median_decides_not_the_best_round(self):
        self.assertFalse(judge([1.0, 1.0, 9.0], [1.0] * 3, goal=2).met)

    def test_without_a_goal_nothing_is_met_or_missed(self):
        self.assertIsNone(judge([0.5], [1.0], goal=None).met)

    def test_a_control_that_is_too_noisy_judges_nothing(self):
        verdict = judge([8.0, 8.0, 0.9], [1.0, 0.69, 1.0], goal=1)
        self.assertTrue(verdict.noisy)
        self.assertIsNone(verdict.met)

    def test_a_control_whose_second_is_always_slower_judges_nothing_either(self):
        verdict = judge([8.0, 8.0, 0.9], [1.5, 1.6, 1.7], goal=1)
        self.assertTrue(verdict.noisy)
        self.assertIsNone(verdict.met)

    def test_beside_a_noisy_control_rounds_that_agree_decide(self):
        self.assertTrue(judge([8.0, 1.0, 1.1], [1.0, 0.5, 1.0], goal=1).met)
        missed = judge([0.99, 0.6, 0.9], [1.0, 0.5, 1.0], goal=1)
        self.assertIs(missed.met, False)

    def test_a_lowest_control_above_one_asks_for_no_more_than_the_goal(self):
        self.assertTrue(judge([8.0] * 3, [1.2, 1.3, 1.4], goal=8).met)

    def test_nothing_measured_is_no_verdict(self):
        self.assertIsNone(judge([], [1.0], goal=1))
        self.assertIsNone(judge([1.0], [], goal=1))


class OrderTest(unittest.TestCase):
    def test_everyone_is_in_every_round(self):
        for turn in range(7):
            self.assertEqual(sorted(order(["A", "B", "C"], turn)), ["A", "B", "C"])

    def test_nobody_is_left_to_run(self):
        self.assertEqual(order([], 3), [])

    def test_everyone_is_first_at_some_time(self):
        firsts = {order(["A", "B", "C"], turn)[0] for turn in range(7)}
        self.assertEqual(firsts, {"A", "B", "C"})


if __name__ == "__main__":
    unittest.main()

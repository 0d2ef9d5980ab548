#!/usr/bin/python3
"""bench.py --update writes the section of what was measured and no other; bounds are about figures or ratios, as they say; none is forgotten."""

import re
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent))
import bench  # noqa: E402
import figures  # noqa: E402

PAGE = "# Benchmarks\nwords\n<!-- figures:begin -->\n```\n# moves, 2026-01-02\nwhole moves 1\n  more of them 2\n# python, 2026-01-03\nfrom Python 3\n```\n<!-- figures:end -->\nmore words\n"


class Figures(unittest.TestCase):
    def setUp(self):
        self.readme = Path(self.enterContext(tempfile.TemporaryDirectory())) / "README.md"
        self.readme.write_text(PAGE, encoding="utf-8")

    def update(self, name, lines, order=("moves", "deadlines", "python")):
        figures.update(name, lines, list(order), self.readme, "2026-12-01")
        return self.readme.read_text(encoding="utf-8")

    def test_a_section_is_written_anew_and_the_others_stay(self):
        self.assertEqual(self.update("moves", ["whole moves 9   "]), PAGE.replace("2026-01-02\nwhole moves 1\n  more of them 2", "2026-12-01\nwhole moves 9"))

    def test_a_new_section_stands_where_its_benchmark_does(self):
        self.assertEqual(self.update("deadlines", ["a deadline 4"]), PAGE.replace("# python", "# deadlines, 2026-12-01\na deadline 4\n# python"))

    def test_a_benchmark_that_is_no_more_leaves(self):
        self.assertNotIn("from Python", self.update("moves", ["whole moves 9"], ["moves"]))

    def test_a_page_without_a_place_is_refused(self):
        self.readme.write_text("no place\n", encoding="utf-8")
        with self.assertRaisesRegex(SystemExit, "no place for figures"):
            self.update("moves", ["whole moves 9"])

    def test_our_page_has_a_place_and_no_section_of_nobody(self):
        self.assertLessEqual(set(figures.read()), set(bench.ALL))

    def test_what_is_measured_is_written_and_what_is_missed_ends_with_a_reason(self):
        def moves():
            bench.row("whole moves", 7, "/s", None, "", ">= 8/s")

        with mock.patch.object(bench, "ALL", {"moves": moves, "python": moves}), mock.patch.object(bench, "MISSED", []), \
                mock.patch.object(figures, "README", self.readme):
            with self.assertRaisesRegex(SystemExit, "missed: whole moves"):
                bench.main(["moves", "--check", "--update"])
        self.assertRegex(self.readme.read_text(encoding="utf-8"), r"# moves, \d{4}-\d\d-\d\d\nwhole moves +7\.0 /s +wanted >= 8/s  MISSED\n# python, 2026-01-03\n")


class Bounds(unittest.TestCase):
    def test_a_bound_with_a_unit_is_about_the_figure_and_one_without_about_the_ratio(self):
        for ours, theirs, bound, held in ((29, None, "<= 30 s", True), (31, None, "<= 30 s", False), (2561, None, "<= 2,560 MiB", False), (2048, None, "<= 2,048 B", True),
                                          (16, 10, ">= 1.6", True), (15.9, 10, ">= 1.6", False), (401, 1, "<= 400 ns", False), (5, 1, "-", True)):
            with self.subTest(bound=bound, ours=ours):
                self.assertIs(bench.holds(ours, theirs, bound), held)

    def test_what_is_measured_of_simulated_time_can_fail(self):
        text = (Path(bench.__file__)).read_text(encoding="utf-8")
        for name in ("deadlines", "virtual_million", "virtual_idle", "virtual_sweep"):
            body = re.search(rf"def {name}\(\).*?\n\n\n", text, re.DOTALL).group(0)
            self.assertIn("row(", body, name)
            self.assertNotIn('"-")', body, name)


if __name__ == "__main__":
    unittest.main()

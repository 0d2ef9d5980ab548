#!/usr/bin/python3
"""shipped_runs.py tells each way in which a shipped scenario can fall short. The program is a small one that lies in a way of its own."""

import stat
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import shipped_runs  # noqa: E402

LIAR = """#!/usr/bin/python3
import json, os, sys
lie = {lie!r}
words = sys.argv[1:]
after = lambda word: words[words.index(word) + 1]
if words[0] == "list":
    print("  one_thing   is so" + ("" if lie == "unlisted" else "\\n  another_thing   is so"))
    sys.exit(0)
if words[0] == "sweep":
    counts = {{"one_thing": 3, "another_thing": 0 if lie == "never" else 2}}
    broken = lie == "violation"
    found = {{"violations": 4 * broken, "seeds_run": 299 if lie == "fewer" else 300, "passed": not broken, "never_reached": [], "exercised": counts, "sometimes": counts,
             "failures": [{{"replay": "fleetsim replay it"}}] if broken else []}}
    if lie != "no report": json.dump(found, open(after("--json"), "w"))
    sys.exit(1 if broken else 0)
seed, threads = after("--seed"), after("--threads")
if lie == "refusal":
    print("--world is for scenarios whose platform runs in this process", file=sys.stderr)
    sys.exit(2)
hash = "%032x" % (0 if lie == "one hash" else int(seed) + (int(threads) if lie == "threads" else 0))
moved = int(threads) if lie == "moves" else 5
if lie != "no report": json.dump({{"trace_hash": "" if lie == "no hash" else hash, "moves": moved, "verdict": "pass", "invariants": {{}} if lie == "unwatched" else {{"one_thing": 3}}}}, open(after("--json"), "w"))
sys.exit(1 if lie == "fails" or (lie == "fails later" and seed != "7") else 0)
"""


class ShippedRuns(unittest.TestCase):
    def program(self, lie=""):
        file = Path(self.enterContext(tempfile.TemporaryDirectory())) / "fleetsim"
        file.write_text(LIAR.format(lie=lie), encoding="utf-8")
        file.chmod(file.stat().st_mode | stat.S_IXUSR)
        return str(file)

    def test_a_scenario_that_holds_is_told_nothing_of(self):
        self.assertEqual(shipped_runs.judge_scenario(self.program(), "quickstart.yaml"), [])

    def test_each_way_to_fall_short_is_told_with_the_line_that_repeats_it(self):
        for lie, words in (("fails", "exit 1, it promises 0"), ("fails later", "exit 1, it promises 0"), ("threads", "trace_hash is"), ("moves", "moves is 1 with one thread, 2 with two"),
                           ("one hash", "another seed has the same trace"), ("no hash", "no trace hash"), ("unwatched", "no invariant has watched it"), ("no report", "no trace hash")):
            with self.subTest(lie=lie):
                told = "\n".join(shipped_runs.judge_scenario(self.program(lie), "quickstart.yaml"))
                self.assertIn(words, told)
                self.assertIn("fleetsim run scenarios/quickstart.yaml --world virtual --invariants --seed ", told)

    def test_a_promise_of_another_exit_code_is_held_to(self):
        self.assertIn("exit 0, it promises 5", shipped_runs.judge_scenario(self.program(), "load/overload.yaml")[0])

    def test_who_cannot_run_must_say_so_as_it_is_written(self):
        self.assertEqual(shipped_runs.judge_scenario(self.program("refusal"), "load/broker-connect.yaml"), [])
        self.assertIn("was to be refused", shipped_runs.judge_scenario(self.program(), "load/broker-connect.yaml")[0])
        self.assertIn("was to be refused", shipped_runs.judge_scenario(self.program("refusal"), "paho.yaml")[0])

    def test_a_sweep_is_told_of_when_it_finds_something_or_meets_too_little(self):
        self.assertEqual(shipped_runs.judge_sweep(self.program()), [])
        for lie, words in (("violation", "4 violations"), ("fewer", "299 seeds run"), ("never", "another_thing"), ("no report", "no report")):
            with self.subTest(lie=lie):
                told = "\n".join(shipped_runs.judge_sweep(self.program(lie)))
                self.assertIn(words, told)
                self.assertIn("sweep scenarios/chaos.yaml --seeds 1..300 --collect", told)
        self.assertIn("fleetsim replay it", shipped_runs.judge_sweep(self.program("violation"))[0])

    def test_every_scenario_of_the_folder_is_tried_and_every_list_names_one(self):
        shipped = shipped_runs.shipped()
        for name in ("chaos.yaml", "load/overload.yaml", "million-devices.yaml"):
            self.assertIn(name, shipped)
        self.assertFalse([name for name in shipped if name.startswith("platforms/")])
        self.assertLessEqual({*shipped_runs.SMALLER, *shipped_runs.PROMISED, *shipped_runs.NOT_VIRTUAL}, set(shipped))


if __name__ == "__main__":
    unittest.main()

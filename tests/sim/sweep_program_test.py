#!/usr/bin/python3
"""`fleetsim sweep` as a user meets it: exit codes, the JSON against its schema, and a failure that is made small and replayed."""

import json
import os
import re
import shlex
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import jsonschema

ROOT = Path(__file__).resolve().parents[2]
FLEETSIM = os.environ["FLEETSIM_BINARY"]

SCENARIO = """
schema_version: 1
name: little
world: virtual
platform: {regions: [cn-shanghai, ap-southeast-1], products: [{key: a1TestPK001}], limits: unlimited}
random_faults: {over: 20s, at_least: 2, at_most: 4, kinds: [partition, bootstrap_outage, reset_peer]}
groups:
  meters: {product: a1TestPK001, profile: PROFILE, devices: 6, keep_alive: 60s, backoff: {floor: 500ms, cap: 2s}}
steps:
  - sleep: 4m
"""


# Longer than anybody waits.
LONG = """
schema_version: 1
name: long
world: virtual
platform: {regions: [cn-shanghai], products: [{key: a1TestPK001}], limits: unlimited}
duration_max: 200h
groups:
  meters: {product: a1TestPK001, devices: 100, keep_alive: 60s, load: {rate: 10}}
steps:
  - sleep: 190h
"""


def wait_until_it_works(running: subprocess.Popen):
    """Its handlers are installed, and a run has begun: it has computed for longer than reading a scenario takes."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        used = Path(f"/proc/{running.pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[11]
        if int(used) > os.sysconf("SC_CLK_TCK"):
            return
        time.sleep(0.02)
    raise AssertionError("it does not begin")


def sweep(scenario: str, *options: str, folder: str) -> subprocess.CompletedProcess:
    return subprocess.run([FLEETSIM, "sweep", scenario, "--quiet", *options], capture_output=True, text=True, cwd=folder, timeout=300)


class Sweep(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def write(self, profile: str) -> str:
        (Path(self.folder.name) / "little.yaml").write_text(SCENARIO.replace("PROFILE", profile), encoding="utf-8")
        return "little.yaml"

    def schema_of(self, found: dict):
        schema = json.loads((ROOT / "scenarios" / "sweep.schema.json").read_text(encoding="utf-8"))
        self.assertEqual([error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(found)], [])

    def test_a_sound_firmware_passes(self):
        ran = sweep(self.write("reference"), "--seeds", "1..5", "--json", "-", folder=self.folder.name)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        found = json.loads(ran.stdout)
        self.schema_of(found)
        self.assertEqual((found["passed"], found["seeds_run"], found["violations"]), (True, 5, 0))
        self.assertGreater(found["exercised"]["backoff_respected"], 0)

    def test_a_violation_is_told_made_small_and_found_again(self):
        ran = sweep(self.write("mutant-hot-loop"), "--seeds", "1..5", "--json", "found.json", folder=self.folder.name)
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        found = json.loads((Path(self.folder.name) / "found.json").read_text(encoding="utf-8"))
        self.schema_of(found)
        told = re.search(r"^seed (\d+): backoff_respected: a1TestPK001/\S+ at [\d.]+ s: opens a link \d+ ms after", ran.stdout, re.M)
        self.assertTrue(told, ran.stdout)
        self.assertIn(f"fleetsim replay little.yaml --seed {told[1]} --device a1TestPK001/", ran.stdout)
        shrunk = found["shrunk"][0]
        self.assertEqual(shrunk["file"], f"little-seed-{told[1]}.yaml")
        self.assertEqual(shrunk["devices"], 1)
        valid = subprocess.run([FLEETSIM, "validate", shrunk["file"]], capture_output=True, text=True, cwd=self.folder.name)
        self.assertEqual(valid.returncode, 0, valid.stderr)
        again = sweep(shrunk["file"], "--seeds", told[1], "--shrink-runs", "0", folder=self.folder.name)
        self.assertEqual(again.returncode, 1, again.stdout)
        self.assertIn("backoff_respected", again.stdout)

    def test_a_situation_that_never_came_up_fails_it(self):
        ran = sweep(self.write("reference"), "--seeds", "1..2", "--sometimes-after", "2", folder=self.folder.name)
        self.assertEqual(ran.returncode, 1, ran.stdout)
        self.assertIn("never met, though it could have been:", ran.stdout)

    def test_a_run_that_ctrl_c_cuts_short_is_no_clean_seed(self):
        (Path(self.folder.name) / "long.yaml").write_text(LONG, encoding="utf-8")
        command = [FLEETSIM, "sweep", "long.yaml", "--seeds", "5", "--quiet", "--json", "found.json"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.folder.name) as running:
            wait_until_it_works(running)
            running.send_signal(signal.SIGINT)
            out, err = running.communicate(timeout=120)
        self.assertEqual(running.returncode, 130, out + err)
        self.assertIn("interrupted", out)
        found = json.loads((Path(self.folder.name) / "found.json").read_text(encoding="utf-8"))
        self.assertEqual((found["passed"], found["was_stopped"], found["seeds_run"]), (False, True, 0))

    def test_a_secret_stands_neither_in_the_line_nor_in_the_json(self):
        text = SCENARIO.replace("PROFILE", "mutant-hot-loop").replace("key: a1TestPK001}", 'key: a1TestPK001, secret: "${word}"}')
        (Path(self.folder.name) / "it's secret.yaml").write_text(text + 'vars: {word: plain, note: none}\ndescription: "${note}"\n', encoding="utf-8")
        ran = sweep("it's secret.yaml", "--seeds", "1..5", "--set", "word=hush", "--set", "note=a b; touch x", "--json", "found.json", folder=self.folder.name)
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        written = ran.stdout + ran.stderr + (Path(self.folder.name) / "found.json").read_text(encoding="utf-8")
        self.assertNotIn("hush", written)
        line = next(line for line in ran.stdout.splitlines() if line.startswith("  fleetsim replay"))
        words = shlex.split(line)
        self.assertEqual(words[:7], ["fleetsim", "replay", "it's secret.yaml", "--set", "note=a b; touch x", "--set", "word=***"])
        again = subprocess.run([FLEETSIM, *words[1:], "--quiet"], capture_output=True, text=True, cwd=self.folder.name, timeout=100)
        self.assertEqual(again.returncode, 0, again.stderr)

    def test_what_cannot_be_written_is_told(self):
        ran = sweep(self.write("mutant-hot-loop"), "--seeds", "1", "--shrunk", "/nope/x", folder=self.folder.name)
        self.assertEqual((ran.returncode, ran.stdout), (2, ""))
        self.assertIn("cannot write /nope/x", ran.stderr)
        with open("/dev/full", "w", encoding="utf-8") as full:
            ran = subprocess.run([FLEETSIM, "sweep", self.write("reference"), "--seeds", "1", "--quiet"], stdout=full, stderr=subprocess.PIPE, cwd=self.folder.name, timeout=100)
        self.assertEqual(ran.returncode, 3)

    def test_the_largest_seed_is_one_that_its_small_scenario_may_have(self):
        for seeds in ("0..18446744073709551615", "9223372036854775808"):
            self.assertEqual(sweep(self.write("reference"), "--seeds", seeds, folder=self.folder.name).returncode, 2)
        ran = sweep(self.write("mutant-hot-loop"), "--seeds", "9223372036854775805..9223372036854775807", "--shrunk", "small.yaml", folder=self.folder.name)
        self.assertEqual(ran.returncode, 1, ran.stderr)
        valid = subprocess.run([FLEETSIM, "validate", "small.yaml"], capture_output=True, text=True, cwd=self.folder.name)
        self.assertEqual(valid.returncode, 0, valid.stderr)

    def test_the_scenarios_own_verdict_counts(self):
        text = SCENARIO.replace("PROFILE", "reference").replace("- sleep: 4m", "- bring_online: {timeout: 3m}\n  - distribute: {source: iotx-oxssharez200, target: iotx-oxssharez400}\n  - wait_until: {what: moved, timeout: 100ms}\n  - sleep: 4m")
        (Path(self.folder.name) / "hasty.yaml").write_text(text, encoding="utf-8")
        ran = sweep("hasty.yaml", "--seeds", "1..3", "--json", "found.json", folder=self.folder.name)
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        found = json.loads((Path(self.folder.name) / "found.json").read_text(encoding="utf-8"))
        self.schema_of(found)
        failure = found["failures"][0]
        self.assertEqual((failure["seed"], failure["violations"][0]["invariant"]), (1, "scenario_holds"))
        self.assertEqual(failure["replay"], "fleetsim run hasty.yaml --world virtual --seed 1")
        again = subprocess.run([FLEETSIM, *failure["replay"].split()[1:]], capture_output=True, text=True, cwd=self.folder.name, timeout=100)
        self.assertEqual(again.returncode, 1, again.stdout)
        self.assertIn(failure["violations"][0]["part"], again.stdout)
        small = sweep(found["shrunk"][0]["file"], "--seeds", "1", "--shrink-runs", "0", folder=self.folder.name)
        self.assertIn(failure["violations"][0]["part"], small.stdout)
        ran = sweep("hasty.yaml", "--seeds", "1..3", "--ignore-verdict", folder=self.folder.name)
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)

    def crash(self, planted: str, *options: str) -> subprocess.CompletedProcess:
        command = [os.environ["CRASHING_SWEEP"], "sweep", self.write("reference"), "--seeds", "1..9", "--quiet", "--collect", "--threads", "1", *options]
        return subprocess.run(command, capture_output=True, text=True, cwd=self.folder.name, timeout=100, env=dict(os.environ, PLANTED=planted))

    def test_a_broken_promise_of_our_own_tells_its_seed_and_what_was_found(self):
        told = {
            "ensure": r"seed 5: the simulator itself broke \(SIG(ILL|TRAP)\); replay with: fleetsim sweep little.yaml --ignore-verdict --seeds 5\n",
            "abort": r"seed 5: the simulator itself broke \(SIGABRT\); replay with: fleetsim sweep little.yaml --ignore-verdict --seeds 5\n",
        }
        for planted, line in told.items():
            ran = self.crash(planted, "--ignore-verdict")
            self.assertEqual(ran.returncode, 4, (planted, ran.stdout, ran.stderr))
            self.assertRegex(ran.stderr, line)
            self.assertIn("seed 3: backoff_respected: a1TestPK001/meter-3 at 0.000 s: too soon\n  fleetsim replay little.yaml --seed 3", ran.stderr)
        self.assertEqual(self.crash("nothing").returncode, 1)

    def test_a_stack_that_runs_over_is_told_by_the_sanitizer_or_else_by_us(self):
        ran = self.crash("overflow")
        if "Sanitizer" in ran.stderr:
            self.assertIn("stack-overflow", ran.stderr)
        else:
            self.assertEqual(ran.returncode, 4, ran.stderr)
            self.assertIn("seed 5: the simulator itself broke (SIGSEGV)", ran.stderr)

    def test_invariants_that_had_nothing_to_judge_fail_a_large_sweep(self):
        text = SCENARIO.replace("PROFILE", "reference").replace("random_faults:", "faults: [{kind: bootstrap_outage}]\nunused:").replace("- sleep: 4m", "- sleep: 20s")
        text = "\n".join(line for line in text.splitlines() if not line.startswith("unused:"))
        (Path(self.folder.name) / "dark.yaml").write_text(text, encoding="utf-8")
        ran = sweep("dark.yaml", "--seeds", "1..100", "--json", "found.json", folder=self.folder.name)
        found = json.loads((Path(self.folder.name) / "found.json").read_text(encoding="utf-8"))
        self.schema_of(found)
        self.assertIn("accepted_by_exactly_one", found["wrongly_idle"])
        self.assertNotIn("probed_at_exactly_one", found["wrongly_idle"])
        self.assertEqual((ran.returncode, found["passed"], found["violations"]), (1, False, 0), ran.stdout)
        self.assertIn("never exercised, though it could have been: accepted_by_exactly_one", ran.stdout)

    def test_faults_and_steps_that_nobody_needs_are_left_out(self):
        text = SCENARIO.replace("PROFILE", "mutant-hot-loop").replace("random_faults: ", "faults: [{kind: reset_peer, timeout: 5s, until: 1m}, {kind: latency, latency: 1ms}, {kind: jitter, jitter: 1ms}]\nunused: ")
        text = "\n".join(line for line in text.splitlines() if not line.startswith("unused:"))
        text += "\n  - inject: {kind: slow_close, name: slow, delay: 100ms}\n  - sleep: 10s\n  - heal: slow\n"
        (Path(self.folder.name) / "busy.yaml").write_text(text, encoding="utf-8")
        ran = sweep("busy.yaml", "--seeds", "1", "--ignore-verdict", "--json", "found.json", folder=self.folder.name)
        found = json.loads((Path(self.folder.name) / "found.json").read_text(encoding="utf-8"))
        self.schema_of(found)
        shrunk = found["shrunk"][0]
        self.assertEqual([shrunk[key] for key in ("faults", "faults_before", "steps", "steps_before", "devices", "devices_before")], [1, 3, 0, 2, 1, 6], ran.stdout)
        self.assertIn("needs 1 of 3 faults, 0 of 2 steps that set or take back faults, 1 of 6 devices", ran.stdout)
        again = sweep(shrunk["file"], "--seeds", "1", "--shrink-runs", "0", "--ignore-verdict", folder=self.folder.name)
        self.assertIn(shrunk["invariant"], again.stdout, again.stderr)

    def test_a_mistake_in_the_scenario_is_told_with_its_place(self):
        ran = sweep(self.write("reference"), "--seeds", "9..3", folder=self.folder.name)
        self.assertEqual(ran.returncode, 2)
        self.assertIn("expected a seed or a range of them such as 1..1000", ran.stderr)
        (Path(self.folder.name) / "little.yaml").write_text("random_faults: {often: 3}\n", encoding="utf-8")
        ran = sweep("little.yaml", folder=self.folder.name)
        self.assertEqual(ran.returncode, 2)
        self.assertIn("little.yaml:1:", ran.stderr)


if __name__ == "__main__":
    unittest.main()

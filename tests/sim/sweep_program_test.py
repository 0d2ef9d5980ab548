#!/usr/bin/python3
"""`fleetsim sweep` as a user meets it: exit codes, the JSON against its schema, and a failure that is made small and replayed."""

import json
import os
import re
import subprocess
import tempfile
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

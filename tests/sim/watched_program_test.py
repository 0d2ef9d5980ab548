#!/usr/bin/python3
"""Invariants in `fleetsim run --invariants` and in the story that `fleetsim replay` tells, as a user meets them."""

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import jsonschema

ROOT = Path(__file__).resolve().parents[2]
FLEETSIM = os.environ["FLEETSIM_BINARY"]

# A fault keeps every try from the network for two seconds: only who watches the tries themselves sees how fast they come.
SCENARIO = """
schema_version: 1
name: watched
platform: {regions: [cn-shanghai, ap-southeast-1], products: [{key: a1TestPK001}], limits: unlimited}
faults: [{kind: bootstrap_outage, from: 0s, until: 2s}]
groups:
  meters: {product: a1TestPK001, profile: PROFILE, devices: 2, backoff: {floor: 500ms, cap: 2s}}
steps:
  - bring_online: {timeout: 30s}
"""


class Watched(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def fleetsim(self, verb: str, profile: str, *options: str) -> subprocess.CompletedProcess:
        (self.folder / "watched.yaml").write_text(SCENARIO.replace("PROFILE", profile), encoding="utf-8")
        return subprocess.run(
            [FLEETSIM, verb, "watched.yaml", "--quiet", *options], capture_output=True, text=True, cwd=self.folder, timeout=120, check=False
        )

    def read(self, name: str, schema: str) -> dict:
        tree = json.loads((self.folder / name).read_text(encoding="utf-8"))
        rules = json.loads((ROOT / "scenarios" / schema).read_text(encoding="utf-8"))
        self.assertEqual([error.message for error in jsonschema.Draft202012Validator(rules).iter_errors(tree)], [])
        return tree

    def test_a_firmware_that_breaks_one_fails_the_run(self):
        ran = self.fleetsim("run", "mutant-hot-loop", "--world", "virtual", "--invariants", "--json", "r.json")
        self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
        report = self.read("r.json", "report.schema.json")
        self.assertEqual(report["verdict"], "fail")
        self.assertRegex(report["violations"][0], r"^backoff_respected: a1TestPK001/meters-\d+ at 0\.1\d+ s: opens a link 100 ms after")
        self.assertRegex(report["violations"][-1], r"^and \d+ more violations of invariants$")
        self.assertIn("backoff_respected", ran.stdout)

    def test_a_sound_one_passes_and_the_report_says_what_was_judged(self):
        ran = self.fleetsim("run", "reference", "--world", "virtual", "--invariants", "--json", "r.json")
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        report = self.read("r.json", "report.schema.json")
        self.assertEqual(report["violations"], [])
        self.assertGreater(report["invariants"]["backoff_respected"], 0)
        self.assertIn("INVARIANTS", ran.stdout)
        self.assertRegex(ran.stdout, r"runtime_data_stays[ .]+0   nothing to judge")

    def test_watching_changes_nothing(self):
        hashes = set()
        for options in ([], ["--invariants"], ["--invariants", "--threads", "2"]):
            self.assertEqual(self.fleetsim("run", "reference", "--world", "virtual", "--json", "r.json", *options).returncode, 0)
            report = self.read("r.json", "report.schema.json")
            self.assertEqual("invariants" in report, bool(options))
            hashes.add(report["trace_hash"])
        self.assertEqual(len(hashes), 1)

    def test_a_summary_that_nobody_can_read_is_no_success(self):
        self.fleetsim("validate", "reference")  # writes the scenario
        with open("/dev/full", "w", encoding="utf-8") as full:
            ran = subprocess.run(
                [FLEETSIM, "run", "watched.yaml", "--world", "virtual", "--quiet"], stdout=full, stderr=subprocess.PIPE, text=True,
                cwd=self.folder, timeout=120, check=False,
            )  # fmt: skip
        self.assertEqual(ran.returncode, 3)
        self.assertIn("cannot write the summary", ran.stderr)

    def test_nobody_can_watch_real_sockets(self):
        ran = self.fleetsim("run", "reference", "--invariants")
        self.assertEqual(ran.returncode, 2)
        self.assertIn("--world virtual", ran.stderr)

    def test_a_replay_tells_where_an_invariant_was_broken_and_of_tries_that_a_fault_kept(self):
        ran = self.fleetsim("replay", "mutant-hot-loop", "--device", "1", "--json", "s.json", "--pcap", "s.pcap")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertIn("- opening, kept from the network", ran.stdout)
        self.assertRegex(ran.stdout, r"run: invariant_broken backoff_respected: opens a link 100 ms after")
        story = self.read("s.json", "replay.schema.json")
        broken = [entry for entry in story["entries"] if entry.get("what") == "invariant_broken"]
        kept_back = [entry for entry in story["entries"] if entry.get("kept_back")]
        self.assertGreater(len(broken), 5)
        self.assertGreaterEqual(len(kept_back), 2 * len(broken))
        read = subprocess.run(
            ["tshark", "-r", "s.pcap", "-T", "fields", "-e", "ip.src", "-e", "tcp.flags.str"],
            capture_output=True, text=True, cwd=self.folder, check=True, timeout=60,
        )  # fmt: skip
        self.assertEqual(read.stdout.split("\n")[0].split()[0], "127.0.1.2", "the device's own address")


if __name__ == "__main__":
    unittest.main()

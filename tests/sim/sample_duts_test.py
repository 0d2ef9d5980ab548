#!/usr/bin/python3
"""Three devices that strangers might have written (tests/duts/) sit the exam as programs, and get the verdicts of their tables, no others.

A row of tests/duts/expected_<sample>.txt: a requirement, its verdict, why. What begins with * is examined here; --whole examines all rows, and
--write writes the verdicts that were found beside the reasons that are there (then look at each that changed).
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
DUTS = ROOT / "tests" / "duts"
FLEETSIM = os.environ.get("FLEETSIM_BINARY", str(ROOT / "build/release/bin/fleetsim"))
BINARIES = Path(os.environ.get("SAMPLE_DUTS", str(Path(FLEETSIM).parent)))
SDK = ROOT / "node_modules" / "alibabacloud-iot-device-sdk"
COMMANDS = {
    "paho_cpp": str(BINARIES / "sample_paho_cpp"),
    "mosquitto_c": str(BINARIES / "sample_mosquitto_c"),
    "npm_sdk": f"env NODE_EXTRA_CA_CERTS={{ca_file}} node {DUTS / 'npm_sdk' / 'device.js'}",
}
TIME_SCALE = "0.25"
QUICK_DEADLINE_S = 120
WHOLE_DEADLINE_S = 3600


class Row(NamedTuple):
    is_quick: bool
    verdict: str
    why: str


def table_file(sample: str) -> Path:
    return DUTS / f"expected_{sample}.txt"


def table(sample: str) -> dict[str, Row]:
    rows = {}
    for line in table_file(sample).read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        requirement, verdict, *why = line[2:].split(maxsplit=2)
        assert requirement not in rows, f"{table_file(sample)}: {requirement} stands there twice"
        rows[requirement] = Row(line.startswith("*"), verdict, "".join(why))
    return rows


def examine(sample: str, requirements, deadline_s: int, *more: str) -> tuple[dict[str, dict], str]:
    """Verdicts by requirement, and what was printed."""
    chosen = [word for one in requirements for word in ("--requirement", one)]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        done = subprocess.run([FLEETSIM, "conform", "--dut", f"process:{COMMANDS[sample]}", "--time-scale", TIME_SCALE, "--json", str(report),
                               "--quiet", *chosen, *more], capture_output=True, text=True, timeout=deadline_s, check=False)
        assert report.exists(), f"exit code {done.returncode}\n{done.stdout}{done.stderr}"
        found = {one["id"]: one for one in json.loads(report.read_text(encoding="utf-8"))["requirements"]}
    return found, done.stdout + done.stderr


class SampleDuts(unittest.TestCase):
    maxDiff = None

    def examined(self, sample: str):
        rows = {name: row for name, row in table(sample).items() if row.is_quick}
        self.assertGreater(len(rows), 10)
        found, printed = examine(sample, rows, QUICK_DEADLINE_S)
        expected = {name: row.verdict for name, row in rows.items()}
        self.assertEqual({name: found[name]["verdict"] if name in found else "none" for name in expected}, expected, printed)

    def test_the_device_on_paho_cpp_gets_the_verdicts_of_its_table(self):
        self.assertTrue(Path(COMMANDS["paho_cpp"]).exists(), "it is not built")
        self.examined("paho_cpp")

    def test_the_device_on_libmosquitto_gets_the_verdicts_of_its_table(self):
        self.assertTrue(Path(COMMANDS["mosquitto_c"]).exists(), "it is not built")
        self.examined("mosquitto_c")

    def test_the_device_on_the_vendors_npm_sdk_gets_the_verdicts_of_its_table(self):
        self.assertTrue(SDK.is_dir() and shutil.which("node"), "the npm SDK or node is missing: tools/install-deps.sh test installs them")
        self.examined("npm_sdk")

    def test_whatever_is_no_pass_has_a_reason_in_its_table(self):
        for sample in COMMANDS:
            for name, row in table(sample).items():
                with self.subTest(sample=sample, requirement=name):
                    self.assertTrue(row.verdict == "pass" or row.why, "a verdict that nobody can explain is none")


def write(sample: str, found: dict[str, dict]) -> None:
    known = table(sample) if table_file(sample).exists() else {}
    head = [line for line in table_file(sample).read_text(encoding="utf-8").splitlines() if line.startswith("#")] if known else []
    lines = []
    for name, one in found.items():
        row = known.get(name, Row(False, "", ""))
        mark = "*" if row.is_quick else " "
        why = row.why if one["verdict"] != "pass" or row.verdict == "pass" else ""
        lines.append(f"{mark} {name:<16} {one['verdict']:<18} {why}".rstrip())
    table_file(sample).write_text("\n".join(head + lines) + "\n", encoding="utf-8")


def whole(samples: list[str], writes: bool) -> int:
    """By hand: the whole catalogue against the whole table."""
    differences = 0
    for sample in samples:
        found, printed = examine(sample, [], WHOLE_DEADLINE_S)
        print(printed)
        expected = table(sample) if table_file(sample).exists() else {}
        for name in sorted({*found, *expected}):
            is_now, was = (found[name]["verdict"] if name in found else "none"), (expected[name].verdict if name in expected else "none")
            if is_now != was:
                differences += 1
                print(f"{sample}: {name} is {is_now}, its table says {was}")
        if writes:
            write(sample, found)
    return 1 if differences else 0


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--whole", action="store_true", help="the whole catalogue")
    options.add_argument("--write", action="store_true", help="with --whole: write the tables anew")
    options.add_argument("samples", nargs="*", choices=[[], *COMMANDS], help="with --whole: which ones [default: all]")
    chosen = options.parse_args()
    if chosen.whole:
        sys.exit(whole(chosen.samples or list(COMMANDS), chosen.write))
    unittest.main(argv=sys.argv[:1], verbosity=2)

#!/usr/bin/python3
"""Three devices that strangers might have written (tests/duts/) sit the exam as programs, and get the verdicts of their tables, no others.

A row of tests/duts/expected_<sample>.txt: a requirement, its verdict, why. What begins with * is examined here, all three at once, in real
time; --whole examines the whole catalogue (a quarter of an hour each), and --write writes what it found beside the reasons that are there.
--readme writes the tables of tests/duts/README.md anew.
"""

import argparse
import concurrent.futures
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
AT_ONCE = "16"  # programs of each kind: more make a small machine late, and the verdicts with it
QUICK = ("--no-discovery", "--threads", AT_ONCE)
QUICK_DEADLINE_S = 240
WHOLE = ("--case-time", "900", "--threads", "24")  # few need all of it
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
        done = subprocess.run([FLEETSIM, "conform", "--dut", f"process:{COMMANDS[sample]}", "--json", str(report), "--quiet",
                               *chosen, *more], capture_output=True, text=True, timeout=deadline_s, check=False)
        assert report.exists(), f"exit code {done.returncode}\n{done.stdout}{done.stderr}"
        found = {one["id"]: one for one in json.loads(report.read_text(encoding="utf-8"))["requirements"]}
    return found, done.stdout + done.stderr


WORDS = {"pass": "pass", "pass_with_warnings": "warns", "fail": "**fails**", "inconclusive": "not judged", "not_applicable": "n/a", "": "-"}


def readme_tables() -> str:
    tables = {sample: table(sample) for sample in COMMANDS}
    lines = [f"| | {' | '.join(COMMANDS)} |", "|---" * (len(COMMANDS) + 1) + "|"]
    for verdict, word in WORDS.items():
        counts = [sum(row.verdict == verdict for row in rows.values()) for rows in tables.values()]
        if any(counts):
            lines.append(f"| {word} | {' | '.join(map(str, counts))} |")
    lines += ["", f"| requirement | {' | '.join(COMMANDS)} | why |", "|---" * (len(COMMANDS) + 2) + "|"]
    for name in dict.fromkeys(name for rows in tables.values() for name in rows):
        rows = {sample: known.get(name, Row(False, "", "")) for sample, known in tables.items()}
        if all(row.verdict in ("pass", "") for row in rows.values()):
            continue
        reasons: dict[str, list[str]] = {}
        for sample, row in rows.items():
            if row.why:
                reasons.setdefault(row.why, []).append(sample)
        why = "; ".join(f"{', '.join(samples)}: {reason}" for reason, samples in reasons.items())
        lines.append(f"| {name} | {' | '.join(WORDS[row.verdict] for row in rows.values())} | {why} |")
    return "\n".join(lines) + "\n"


def readme_parts() -> tuple[str, str, str]:
    """What stands before the tables, the tables, and what comes after them."""
    text = (DUTS / "README.md").read_text(encoding="utf-8")
    begin = text.index("| | paho_cpp")
    end = text.index("\n\n", text.index("| requirement |", begin)) + 1
    return text[:begin], text[begin:end], text[end:]


class SampleDuts(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        assert Path(COMMANDS["paho_cpp"]).exists() and Path(COMMANDS["mosquitto_c"]).exists(), f"the samples are not built in {BINARIES}"
        assert SDK.is_dir() and shutil.which("node"), "the npm SDK or node is missing: tools/install-deps.sh test installs them"
        cls.rows = {sample: {name: row for name, row in table(sample).items() if row.is_quick} for sample in COMMANDS}
        with concurrent.futures.ThreadPoolExecutor() as pool:
            runs = {sample: pool.submit(examine, sample, rows, QUICK_DEADLINE_S, *QUICK) for sample, rows in cls.rows.items()}
            cls.outcomes = {sample: run.result() for sample, run in runs.items()}

    def expect_verdicts(self, sample: str):
        self.assertGreater(len(self.rows[sample]), 30)
        found, printed = self.outcomes[sample]
        expected = {name: row.verdict for name, row in self.rows[sample].items()}
        self.assertEqual({name: found[name]["verdict"] if name in found else "none" for name in expected}, expected, printed)

    def test_the_device_on_paho_cpp_gets_the_verdicts_of_its_table(self):
        self.expect_verdicts("paho_cpp")

    def test_the_device_on_libmosquitto_gets_the_verdicts_of_its_table(self):
        self.expect_verdicts("mosquitto_c")

    def test_the_device_on_the_vendors_npm_sdk_gets_the_verdicts_of_its_table(self):
        self.expect_verdicts("npm_sdk")

    def test_whatever_is_no_pass_has_a_reason_in_its_table(self):
        for sample in COMMANDS:
            for name, row in table(sample).items():
                with self.subTest(sample=sample, requirement=name):
                    self.assertTrue(row.verdict == "pass" or row.why, "a verdict that nobody can explain is none")


    def test_the_readme_tells_what_the_tables_say(self):
        self.assertEqual(readme_parts()[1], readme_tables(), "python3 tests/sim/sample_duts_test.py --readme writes it anew")


def is_unjudged(verdict: str) -> bool:
    """None of these devices leaves anything open by itself: only a machine that was late."""
    return verdict == "inconclusive"


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


def whole(samples: list[str], writes: bool, only_unjudged: bool) -> int:
    """By hand: the whole catalogue against the whole table."""
    differences = 0
    for sample in samples:
        expected = table(sample) if table_file(sample).exists() else {}
        found: dict[str, dict] = {name: {"verdict": row.verdict} for name, row in expected.items()} if only_unjudged else {}
        chosen = [name for name, row in expected.items() if is_unjudged(row.verdict)] if only_unjudged else []
        if chosen or not only_unjudged:
            more, printed = examine(sample, chosen, WHOLE_DEADLINE_S, *WHOLE)
            found.update((name, one) for name, one in more.items() if one["verdict"] != "not_exercised")
            print(printed)
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
    options.add_argument("--unjudged", action="store_true", help="with --whole: only what the table has as inconclusive, for the machine was late")
    options.add_argument("--write", action="store_true", help="with --whole: write the tables anew")
    options.add_argument("--readme", action="store_true", help="write the tables of tests/duts/README.md anew")
    options.add_argument("samples", nargs="*", choices=[[], *COMMANDS], help="with --whole: which ones [default: all]")
    chosen = options.parse_args()
    if chosen.whole:
        sys.exit(whole(chosen.samples or list(COMMANDS), chosen.write, chosen.unjudged))
    if chosen.readme:
        before, _, after = readme_parts()
        (DUTS / "README.md").write_text(before + readme_tables() + after, encoding="utf-8")
        sys.exit(0)
    unittest.main(argv=sys.argv[:1], verbosity=2)

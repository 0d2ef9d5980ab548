"""`fleetsim conform` as its users meet it: exit codes, what is told of a failure, and the reports for programs."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLEETSIM = os.environ["FLEETSIM_BINARY"]


def conform(*arguments):
    return subprocess.run([FLEETSIM, "conform", *arguments], capture_output=True, text=True, timeout=120, check=False)


class Conform(unittest.TestCase):
    def test_the_reference_passes_with_exit_code_0(self):
        done = conform("--dut", "virtual:reference", "--group", "NOTIFY")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("requirements pass", done.stdout)
        self.assertNotIn("fail", done.stdout)

    def test_a_broken_must_is_told_with_clause_expected_actual_timeline_and_the_command(self):
        done = conform("--dut", "virtual:mutant/no-reply", "--requirement", "NOTIFY-01", "--seed", "7")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        for words in ("clause ", "expected ", "actual ", "thing/bootstrap/notify",
                      "fleetsim conform --dut virtual:mutant-no-reply --requirement NOTIFY-01 --seed 7"):
            self.assertIn(words, done.stdout)

    def test_the_command_that_is_told_does_it_again(self):
        done = conform("--dut", "virtual:mutant-no-reply", "--requirement", "NOTIFY-01", "--seed", "7")
        again = conform("--dut", "virtual:mutant/no-reply", "--requirement", "NOTIFY-01", "--seed", "7")
        self.assertEqual(done.stdout, again.stdout)

    def test_mistakes_on_the_command_line_are_exit_code_2(self):
        for arguments, words in (
                (["--dut", "virtual:nobody"], "there is no firmware profile"),
                (["--dut", "board"], "expected virtual:PROFILE"),
                (["--group", "NOTIFI"], "there is no group"),
                (["--junit", "/nowhere/r.xml"], "/nowhere/r.xml")):
            done = conform(*arguments)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(words, done.stderr)

    def test_the_catalogue_is_listed_with_its_clauses(self):
        done = conform("--list", "--filter", "NOTIFY-0?")
        self.assertEqual(done.returncode, 0)
        self.assertIn("NOTIFY-01", done.stdout)
        self.assertNotIn("BOOT-REQ", done.stdout)
        self.assertIn("Distribute devices", done.stdout)

    def test_reports_for_programs_say_the_same_as_the_terminal(self):
        with tempfile.TemporaryDirectory() as folder:
            files = {kind: os.path.join(folder, kind) for kind in ("junit", "json", "markdown")}
            done = conform("--dut", "virtual:mutant/no-reply", "--group", "NOTIFY", "--junit", files["junit"], "--json", files["json"],
                           "--markdown", files["markdown"])
            self.assertEqual(done.returncode, 1)
            report = json.loads(pathlib.Path(files["json"]).read_text(encoding="utf-8"))
            jsonschema.validate(report, json.loads((ROOT / "scenarios" / "conformance.schema.json").read_text(encoding="utf-8")))
            self.assertEqual(report["exit_code"], 1)
            failed = {one["id"] for one in report["requirements"] if one["verdict"] == "fail"}
            self.assertIn("NOTIFY-01", failed)

            suites = ElementTree.parse(files["junit"]).getroot()
            self.assertEqual(suites.tag, "testsuites")
            self.assertEqual(int(suites.get("failures")), report["counts"]["fail"])
            self.assertEqual(int(suites.get("errors")), report["counts"]["inconclusive"])
            self.assertEqual(int(suites.get("tests")), len(report["requirements"]))
            cases = {case.get("name").split()[0]: case for case in suites.iter("testcase")}
            self.assertEqual({name for name, case in cases.items() if case.find("failure") is not None}, failed)
            properties = {one.get("name"): one.get("value") for one in cases["NOTIFY-01"].iter("property")}
            self.assertEqual(properties["seed"], "1")
            self.assertIn("--requirement NOTIFY-01", properties["replay"])
            self.assertIn("Distribute devices", properties["clause"])

            markdown = pathlib.Path(files["markdown"]).read_text(encoding="utf-8")
            self.assertIn("| fail | NOTIFY-01 MUST |", markdown)


if __name__ == "__main__":
    unittest.main()

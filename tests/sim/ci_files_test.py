#!/usr/bin/python3
"""What users put into their CI: the composite action and the examples obey the schemas of those who read them, name inputs that exist, and the
action's script does what it says."""

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import jsonschema
import yaml

ROOT = Path(__file__).resolve().parents[2]
FOREIGN = ROOT / "tests" / "sim" / "data" / "foreign"
ACTION = ROOT / "tools" / "github-action"
EXAMPLES = ROOT / "tools" / "ci-examples"
FLEETSIM = os.path.abspath(os.environ["FLEETSIM_BINARY"])


class KeepsOn(yaml.SafeLoader):
    """YAML 1.2 as GitHub and GitLab read it: `on` is a key and no truth."""


KeepsOn.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()}
KeepsOn.add_implicit_resolver("tag:yaml.org,2002:bool", __import__("re").compile(r"^(?:true|false)$"), list("tf"))


def read(path):
    return yaml.load(path.read_text(encoding="utf-8"), KeepsOn)


def obeys(document, schema):
    schema = json.loads((FOREIGN / schema).read_text(encoding="utf-8"))
    jsonschema.validators.validator_for(schema)(schema).validate(document)


class CiFiles(unittest.TestCase):
    def test_the_action_and_the_examples_obey_the_schemas_of_their_readers(self):
        obeys(read(ACTION / "action.yml"), "github-actions.json")
        obeys(read(EXAMPLES / "github.yml"), "github-workflows.json")
        obeys(read(EXAMPLES / "gitlab-ci.yml"), "gitlab-ci.json")

    def test_the_schemas_refuse_what_is_wrong(self):
        for file, schema, spoil in ((ACTION / "action.yml", "github-actions.json", lambda document: document["runs"]["steps"][0].pop("shell")),
                                    (EXAMPLES / "github.yml", "github-workflows.json", lambda document: document.pop("on")),
                                    (EXAMPLES / "gitlab-ci.yml", "gitlab-ci.json",
                                     lambda document: document["conformance"]["artifacts"].update(when="sometimes"))):
            document = read(file)
            spoil(document)
            with self.assertRaises(jsonschema.ValidationError, msg=str(file)):
                obeys(document, schema)

    def test_the_example_names_inputs_that_the_action_has(self):
        inputs = read(ACTION / "action.yml")["inputs"]
        step = [one for one in read(EXAMPLES / "github.yml")["jobs"]["exam"]["steps"] if "tools/github-action" in one.get("uses", "")][0]
        self.assertLessEqual(set(step["with"]), set(inputs))
        for name, described in inputs.items():
            self.assertEqual(described.get("required"), name == "dut", name)

    def test_every_input_reaches_the_script_and_the_script_knows_no_other(self):
        action = read(ACTION / "action.yml")
        step = [one for one in action["runs"]["steps"] if one.get("id") == "conform"][0]
        self.assertEqual({value.removeprefix("${{ inputs.").removesuffix(" }}") for value in step["env"].values()}, set(action["inputs"]))
        script = (ACTION / "conform.sh").read_text(encoding="utf-8")
        used = set(__import__("re").findall(r"\$\{?(CONFORM_[A-Z]+)", script))
        self.assertEqual(used, set(step["env"]))
        gitlab = read(EXAMPLES / "gitlab-ci.yml")["conformance"]["variables"]
        self.assertLessEqual({name for name in gitlab if name.startswith("CONFORM_")}, used)

    def run_script(self, folder, **inputs):
        environment = {"PATH": os.environ["PATH"], "CONFORM_FLEETSIM": FLEETSIM, "CONFORM_REPORTS": f"{folder}/conformance",
                       "GITHUB_OUTPUT": f"{folder}/output", "GITHUB_STEP_SUMMARY": f"{folder}/summary"}
        environment.update({f"CONFORM_{name.upper()}": value for name, value in inputs.items()})
        return subprocess.run([ACTION / "conform.sh"], env=environment, cwd=folder, capture_output=True, text=True, timeout=120, check=False)

    def test_the_script_keeps_reports_writes_the_summary_and_ends_with_the_exams_code(self):
        with tempfile.TemporaryDirectory() as folder:
            done = self.run_script(folder, dut="virtual:mutant/no-reply", filter="NOTIFY-0?\nKEEPALIVE-*", budget="5m")
            self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
            self.assertEqual(Path(folder, "output").read_text(encoding="utf-8"), "exit-code=1\n")
            self.assertIn("| fail | NOTIFY-01 MUST |", Path(folder, "summary").read_text(encoding="utf-8"))
            self.assertEqual({file.name for file in Path(folder, "conformance").iterdir()},
                             {"conformance.xml", "conformance.html", "conformance.json", "conformance.md", "capabilities.json"})
            report = json.loads(Path(folder, "conformance/conformance.json").read_text(encoding="utf-8"))
            self.assertEqual({one["group"] for one in report["requirements"]}, {"NOTIFY", "KEEPALIVE"})
            Path(folder, "before.json").write_text(json.dumps(report), encoding="utf-8")
            again = self.run_script(folder, dut="virtual:mutant/no-reply", filter="NOTIFY-0? KEEPALIVE-*", baseline="before.json")
            self.assertEqual(again.returncode, 0, again.stdout + again.stderr)

    def test_a_report_of_before_does_not_stand_for_an_exam_that_never_began(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(self.run_script(folder, dut="virtual:reference", filter="NOTIFY-01").returncode, 0)
            Path(folder, "summary").unlink()
            self.assertEqual(self.run_script(folder, dut="virtual:nobody").returncode, 2)
            self.assertFalse(Path(folder, "summary").exists())
            self.assertEqual(sorted(path.name for path in Path(folder, "conformance").iterdir()), ["capabilities.json", "conformance.json"])

    def test_the_script_is_strict_when_it_is_told_so(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(self.run_script(folder, dut="virtual:mutant/no-jitter", filter="RETRY-04").returncode, 0)
            self.assertEqual(self.run_script(folder, dut="virtual:mutant/no-jitter", filter="RETRY-04", strict="true").returncode, 1)

    def test_the_script_says_what_is_wrong_with_its_inputs(self):
        with tempfile.TemporaryDirectory() as folder:
            for inputs, words in (({}, "the input dut) is empty"), ({"dut": "virtual:reference", "strict": "yes"}, "expected true or false"),
                                  ({"dut": "virtual:reference", "baseline": "missing.json"}, "cannot read missing.json"),
                                  ({"dut": "virtual:reference", "budget": "soon"}, "expected a duration")):
                done = self.run_script(folder, **inputs)
                self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
                self.assertIn(words, done.stderr)


if __name__ == "__main__":
    unittest.main()

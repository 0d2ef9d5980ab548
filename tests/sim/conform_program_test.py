"""`fleetsim conform` as its users meet it: exit codes, what is told of a failure, and the reports for programs."""
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOREIGN = ROOT / "tests" / "sim" / "data" / "foreign"
DEVICE_ADVISOR = """TLS_Connect TLS_Receive_Maximum_Size_Fragments TLS_Support_AWS_IoT_Cipher_Suites TLS_Large_Size_Server_Cert TLS_Unsecure_Server_Cert
TLS_Incorrect_Subject_Name_Server_Cert TLS_Expired_Server_Cert MQTT_Connect MQTT_Client_Puback_QoS1 MQTT_Connect_Jitter_Backoff_Retries
MQTT_Connect_Exponential_Backoff_Retries MQTT_ReconnectionAfterSuccessfulConnection MQTT_Reconnect_Backoff_Retries_On_Server_Disconnect MQTT_Publish
MQTT_Publish_Retry_No_Puback MQTT_Subscribe MQTT_Subscribe_Retry_No_Suback MQTT_No_Ack_PingResp MQTT_Persistent_Session_Happy_Case
MQTT_Expired_Persistent_Session Shadow_Publish_Reported_State Shadow_Update_Reported_State Job_Execution Security_Device_Policies
MQTT_Long_Duration""".split()
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
                (["--dut", "core:/nowhere.so"], "there is no file \"/nowhere.so\"; expected a shared library"),
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

            self.assertEqual(subprocess.run(["xmllint", "--noout", "--schema", FOREIGN / "junit-10.xsd", files["junit"]],
                                            capture_output=True, text=True, check=False).returncode, 0)
            suites = ElementTree.parse(files["junit"]).getroot()
            self.assertEqual(suites.tag, "testsuites")
            self.assertEqual(int(suites.get("failures")), report["counts"]["fail"])
            self.assertEqual(int(suites.get("errors")), report["counts"]["inconclusive"])
            self.assertEqual(int(suites.get("tests")), len(report["requirements"]))
            cases = {case.get("name").split()[0]: case for case in suites.iter("testcase")}
            self.assertEqual({name for name, case in cases.items() if case.find("failure") is not None}, failed)
            properties = {one.get("name"): one.get("value") for one in suites.iter("property")}
            self.assertEqual(properties["seed"], "1")
            self.assertEqual(properties["NOTIFY-01.seed"], "1")
            self.assertIn("--requirement NOTIFY-01", properties["NOTIFY-01.replay"])
            self.assertIn("Distribute devices", properties["NOTIFY-01.clause"])
            self.assertEqual(properties["capability.answers_notify"], "no")

            markdown = pathlib.Path(files["markdown"]).read_text(encoding="utf-8")
            self.assertIn("| fail | NOTIFY-01 MUST |", markdown)

    def test_every_case_of_device_advisor_has_a_row_and_every_id_in_it_is_in_the_catalogue(self):
        known = set(re.findall(r"^([A-Z][A-Z-]+-[0-9]{2}) ", conform("--list").stdout, re.MULTILINE))
        self.assertGreater(len(known), 100)
        rows = re.findall(r"^\| (?:★ )?(\w+) \|(.*)\|$", (ROOT / "sim/conformance/DEVICE-ADVISOR.md").read_text(encoding="utf-8"), re.MULTILINE)
        rows = {case: text for case, text in rows if case != "case"}
        self.assertEqual(sorted(rows), sorted(DEVICE_ADVISOR))
        for case, text in rows.items():
            ids = re.findall(r"\b[A-Z]+(?:-[A-Z]+)*-[0-9]{2}\b", text)
            self.assertLessEqual(set(ids), known, case)
            self.assertTrue(ids or text.startswith(" none |"), case)


class Baseline(unittest.TestCase):
    """A report of before."""

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.before = self.folder / "before.json"

    def write(self, *arguments):
        self.assertIn(conform("--json", self.before, *arguments).returncode, (0, 1, 3))

    def test_what_was_known_does_not_fail_and_is_told_as_known(self):
        self.write("--dut", "virtual:mutant/no-reply", "--group", "NOTIFY")
        done = conform("--dut", "virtual:mutant/no-reply", "--group", "NOTIFY", "--baseline", self.before)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"FAIL  NOTIFY-01 .*\(known\)")
        self.assertIn("NOTIFY-01 fail (known before)", done.stdout)

    def test_what_is_new_fails(self):
        self.write("--dut", "virtual:reference", "--group", "NOTIFY")
        done = conform("--dut", "virtual:mutant/no-reply", "--group", "NOTIFY", "--baseline", self.before)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"FAIL  NOTIFY-01 .*\(new\)")
        self.assertIn(f"{self.before} is a report of virtual:reference, another device", done.stdout)

    def test_every_report_tells_that_it_is_compared_with_that_of_another_device(self):
        self.write("--dut", "virtual:reference", "--requirement", "NOTIFY-01")
        for dut, is_another in (("virtual:linksdk-4", True), ("virtual:reference", False)):
            reports = {kind: self.folder / kind for kind in ("json", "html", "markdown", "junit")}
            arguments = [word for kind, file in reports.items() for word in (f"--{kind}", file)]
            done = conform("--dut", dut, "--requirement", "NOTIFY-01", "--no-discovery", "--baseline", self.before, *arguments)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            texts = {kind: file.read_text(encoding="utf-8") for kind, file in reports.items()}
            self.assertEqual("is a report of virtual:reference, another device" in texts["html"], is_another)
            self.assertEqual("is a report of virtual:reference, another device" in texts["markdown"], is_another)
            report = json.loads(texts["json"])
            jsonschema.validate(report, json.loads((ROOT / "scenarios" / "conformance.schema.json").read_text(encoding="utf-8")))
            self.assertEqual((report["dut"], report["baseline_dut"]), (dut, "virtual:reference"))
            self.assertIn('<property name="baseline.dut" value="virtual:reference"/>', texts["junit"])
            self.assertEqual(subprocess.run(["xmllint", "--noout", "--schema", FOREIGN / "junit-10.xsd", reports["junit"]],
                                            capture_output=True, text=True, check=False).returncode, 0)

    def test_an_exam_that_could_judge_nothing_is_no_pass_though_it_was_the_same_before(self):
        self.write("--dut", "virtual:legacy", "--requirement", "NOTIFY-03")
        done = conform("--dut", "virtual:legacy", "--requirement", "NOTIFY-03", "--baseline", self.before)
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"[?]{4}  NOTIFY-03 .*\(known\)")

    def test_what_is_mended_is_told(self):
        self.write("--dut", "virtual:mutant/no-reply", "--group", "NOTIFY")
        now = self.folder / "now.json"
        done = conform("--dut", "virtual:reference", "--group", "NOTIFY", "--baseline", self.before, "--json", now)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"pass  NOTIFY-01 .*\(mended\)")
        report = json.loads(now.read_text(encoding="utf-8"))
        jsonschema.validate(report, json.loads((ROOT / "scenarios" / "conformance.schema.json").read_text(encoding="utf-8")))
        self.assertGreater(report["counts"]["mended"], 0)

    def test_a_new_should_fails_only_when_it_is_strict(self):
        self.write("--dut", "virtual:reference", "--requirement", "RETRY-04")
        arguments = ("--dut", "virtual:mutant/no-jitter", "--requirement", "RETRY-04", "--baseline", self.before)
        self.assertEqual(conform(*arguments).returncode, 0)
        self.assertEqual(conform(*arguments, "--strict").returncode, 1)
        self.write("--dut", "virtual:mutant/no-jitter", "--requirement", "RETRY-04")
        self.assertEqual(conform(*arguments, "--strict").returncode, 0)

    def test_a_file_that_is_no_report_is_exit_code_2(self):
        for text, words in (("nonsense", "no JSON"), ('{"schema_version": 1, "scenario": "x"}', "it has no list")):
            self.before.write_text(text, encoding="utf-8")
            done = conform("--baseline", self.before)
            self.assertEqual(done.returncode, 2, done.stdout)
            self.assertIn(f"{self.before} is no report of `fleetsim conform --json`", done.stderr)
            self.assertIn(words, done.stderr)


class BudgetAndCapabilities(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.file = self.folder / "device.json"

    def declare(self, **capabilities):
        self.file.write_text(json.dumps({"schema_version": 1, "capabilities": capabilities}), encoding="utf-8")

    def test_a_budget_that_is_spent_says_what_it_left_out_and_is_no_pass(self):
        done = conform("--group", "NOTIFY", "--budget", "1us", "--no-discovery", "--json", self.file)
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertIn("left out by the budget: NOTIFY-01 NOTIFY-02", done.stdout)
        report = json.loads(self.file.read_text(encoding="utf-8"))
        self.assertEqual(report["counts"]["left_out"], len(report["requirements"]))
        self.assertEqual(report["budget"], "1us")

    def test_a_budget_that_suffices_leaves_nothing_out(self):
        done = conform("--group", "NOTIFY", "--budget", "2m")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertNotIn("left out", done.stdout)

    def test_what_the_device_does_is_found_out_and_written_as_a_file_that_can_be_read(self):
        done = conform("--dut", "virtual:node-sdk", "--requirement", "MQTT-CONNECT-02", "--capabilities-out", self.file)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        written = json.loads(self.file.read_text(encoding="utf-8"))
        jsonschema.validate(written, json.loads((ROOT / "scenarios" / "capabilities.schema.json").read_text(encoding="utf-8")))
        self.assertEqual(written["capabilities"]["sign_method"], "hmacsha1")
        self.assertTrue(written["capabilities"]["subscribes"])
        self.assertIn("sign method", done.stdout)
        again = conform("--dut", "virtual:node-sdk", "--requirement", "MQTT-CONNECT-02", "--capabilities", self.file, "--no-discovery")
        self.assertEqual(again.returncode, 0, again.stdout + again.stderr)
        self.assertIn("(declared)", again.stdout)

    def test_what_the_device_lacks_does_not_apply_to_it_by_discovery_or_by_file(self):
        done = conform("--dut", "virtual:reference", "--requirement", "QOS-17")
        self.assertRegex(done.stdout, r"n/a   QOS-17 .*it subscribes to nothing, as was found out at the beginning")
        self.declare(keep_alive_s=0)
        done = conform("--dut", "virtual:reference", "--requirement", "KEEPALIVE-02", "--capabilities", self.file)
        self.assertRegex(done.stdout, r"n/a   KEEPALIVE-02 .*it asks for no keep-alive, as the capability file says")
        self.declare(subscribes=True)
        done = conform("--dut", "virtual:reference", "--requirement", "QOS-17", "--capabilities", self.file)
        self.assertEqual(done.returncode, 3, done.stdout)
        self.assertIn("though the capability file says that it does", done.stdout)

    def test_a_capability_file_with_a_mistake_is_exit_code_2(self):
        self.declare(keep_alive_s="long")
        done = conform("--capabilities", self.file)
        self.assertEqual(done.returncode, 2)
        self.assertIn('"keep_alive_s" is expected to be a number', done.stderr)

    def test_every_report_tells_the_capabilities(self):
        reports = {kind: self.folder / kind for kind in ("json", "html", "markdown", "junit")}
        arguments = [word for kind, file in reports.items() for word in (f"--{kind}", file)]
        done = conform("--requirement", "NOTIFY-01", *arguments)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("hmacsha256", done.stdout)
        for kind, file in reports.items():
            self.assertIn("hmacsha256", file.read_text(encoding="utf-8"), kind)

    def test_two_reports_do_not_mix_on_standard_output(self):
        done = conform("--json", "-", "--html", "-")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--json - and --html - would mix on standard output", done.stderr)

    def test_two_reports_are_not_written_over_each_other_by_whichever_name(self):
        link = self.folder / "link"
        link.symlink_to(self.file)
        for other in (str(self.file), f"{self.folder}/./device.json", str(link)):
            done = conform("--dut", "virtual:reference", "--requirement", "NOTIFY-01", "--no-discovery", "--json", self.file, "--html", other)
            self.assertEqual(done.returncode, 2, done.stdout)
            self.assertIn(f"--json and --html would both be written into {other}", done.stderr)
        done = conform("--dut", "virtual:reference", "--requirement", "NOTIFY-01", "--no-discovery", "--json", "/dev/null", "--html", "/dev/null")
        self.assertEqual(done.returncode, 0, "what is thrown away is not lost: " + done.stderr)


if __name__ == "__main__":
    unittest.main()

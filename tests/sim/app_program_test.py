#!/usr/bin/python3
"""The program as a user meets it, where no platform is needed: exit codes, where output goes, what errors say."""

import json
import os
import re
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLEETSIM = os.environ["FLEETSIM_BINARY"]
TEN = "tests/sim/data/ten-mistakes.yaml"
TEN_PLACES = ["3:1", "4:15", "10:5", "10:14", "11:14", "12:14", "13:16", "16:28", "17:54", "19:31"]  # line and column of each
# Nobody listens on port 1: the run ends with a failed step, and needs no platform for it.
NOBODY_LISTENS = ("run", "scenarios/load/broker-connect.yaml", "--host", "127.0.0.1", "--port", "1", "--set", "clients=1", "--duration-max", "3s")


def fleetsim(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run([FLEETSIM, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False, env={**os.environ, **environment})


class Program(unittest.TestCase):
    def test_help_teaches_with_examples_and_ends_with_0(self):
        for words in (["--help"], ["run", "--help"], ["validate", "--help"], ["platform", "--help"], ["list", "--help"], ["version", "--help"]):
            answer = fleetsim(*words)
            self.assertEqual(answer.returncode, 0, answer.stderr)
            self.assertGreater(len(answer.stdout), 100)
            self.assertEqual(answer.stderr, "")
        self.assertIn("fleetsim run scenarios/quickstart.yaml", fleetsim("--help").stdout)
        self.assertIn("130 interrupted", fleetsim("--help").stdout)
        self.assertIn("FLEETSIM_ACCESS_KEY_SECRET", fleetsim("run", "--help").stdout)

    def test_a_bad_command_line_ends_with_2_and_says_why(self):
        for words in ([], ["runn"], ["run"], ["run", "x.yaml", "--set", "x"], ["run", "x.yaml", "--seed", "x"], ["run", "scenarios/quickstart.yaml", "--no-such-option"], ["list", "nothing"]):
            answer = fleetsim(*words)
            self.assertEqual(answer.returncode, 2, words)
            self.assertNotEqual(answer.stderr, "", words)

    def test_ten_mistakes_are_ten_lines_with_places_and_exit_code_2(self):
        for verb in ("run", "validate"):
            answer = fleetsim(verb, TEN)
            self.assertEqual(answer.returncode, 2)
            self.assertEqual(re.findall(r"^tests/sim/data/ten-mistakes\.yaml:(\d+:\d+): error: .+", answer.stderr, re.MULTILINE), TEN_PLACES)

    def test_shipped_scenarios_are_valid(self):
        files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "scenarios").rglob("*.yaml"))
        answer = fleetsim("validate", *files)
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertEqual(answer.stdout.count("OK "), len(files))
        self.assertIn("OK quickstart (scenario, 1000 devices, 7 steps, 2 thresholds)", answer.stdout)

    def test_a_missing_file_and_a_folder_end_with_2(self):
        for path, reason in (("no-such.yaml", "No such file or directory"), ("scenarios", "it is a directory")):
            answer = fleetsim("run", path)
            self.assertEqual(answer.returncode, 2)
            self.assertIn(reason, answer.stderr)

    def test_a_setting_that_the_file_does_not_have_ends_with_2(self):
        answer = fleetsim("run", "scenarios/quickstart.yaml", "--set", "device=5")
        self.assertEqual(answer.returncode, 2)
        self.assertIn('did you mean "devices"', answer.stderr)

    def test_an_endpoint_is_refused_where_there_is_a_platform(self):
        answer = fleetsim("run", "scenarios/quickstart.yaml", "--host", "example.org")
        self.assertEqual((answer.returncode, answer.stderr), (2, "fleetsim: --host and --port are for scenarios with world: external\n"))

    def test_the_environment_stands_in_for_a_flag(self):
        answer = fleetsim("run", "scenarios/quickstart.yaml", FLEETSIM_SEED="x")
        self.assertEqual(answer.returncode, 2)

    def test_events_that_cannot_be_written_end_with_3(self):
        answer = fleetsim("run", "scenarios/quickstart.yaml", "--events", "/no/such/folder/events")
        self.assertEqual(answer.returncode, 3)
        self.assertIn("cannot write /no/such/folder/events: No such file or directory", answer.stderr)

    def test_a_report_that_cannot_be_written_is_told_before_the_run(self):
        answer = fleetsim("run", "scenarios/quickstart.yaml", "--json", "/no/such/folder/report.json")
        self.assertEqual(answer.returncode, 2)
        self.assertIn("cannot write /no/such/folder/report.json: No such file or directory", answer.stderr)
        self.assertNotIn("bring_online", answer.stderr)
        with tempfile.TemporaryDirectory() as folder:
            fleetsim("run", "scenarios/quickstart.yaml", "--json", f"{folder}/report.json", "--events", "/no/such/folder/events")
            self.assertEqual(list(Path(folder).iterdir()), [], "nothing was run, so nothing is left")

    def test_report_and_events_are_not_mixed_on_standard_output(self):
        answer = fleetsim("run", "scenarios/quickstart.yaml", "--json", "-", "--events", "-")
        self.assertEqual((answer.returncode, answer.stdout), (2, ""))
        self.assertIn("--json - and --events - would mix", answer.stderr)
        self.assertIn("--html - and --weather - would mix", fleetsim("run", "scenarios/quickstart.yaml", "--html", "-", "--weather", "-").stderr)

    def test_the_page_and_the_weather_of_a_run_go_where_they_are_told_to_and_are_probed_before_it(self):
        with tempfile.TemporaryDirectory() as folder:
            answer = fleetsim(*NOBODY_LISTENS, "--html", f"{folder}/report.html", "--weather", "-")
            self.assertIn(answer.returncode, (1, 5), answer.stderr)  # a busy machine makes the result invalid; it is written all the same
            self.assertTrue(answer.stdout.startswith("start_seconds,width_seconds,region,group,arrivals,"), answer.stdout)
            self.assertIn("DEVICES", answer.stderr)
            page = Path(folder, "report.html").read_text(encoding="utf-8")
            self.assertIn("<h1>broker-connect</h1>", page)
            self.assertIn("How devices wait between tries", page)
        for option in ("--html", "--weather"):
            answer = fleetsim("run", "scenarios/quickstart.yaml", option, "/no/such/folder/report")
            self.assertEqual(answer.returncode, 2)
            self.assertIn("cannot write /no/such/folder/report: No such file or directory", answer.stderr)

    def test_what_is_projected_has_limits(self):
        for words in (("--project-devices", "0"), ("--project-outage", "25h"), ("--project-outage", "soon"), ("--project-capacity", "0")):
            answer = fleetsim("run", "scenarios/quickstart.yaml", *words)
            self.assertEqual(answer.returncode, 2, words)
            self.assertIn(words[0], answer.stderr)

    def test_the_report_says_the_exit_code_that_the_program_ends_with(self):
        with tempfile.NamedTemporaryFile(suffix=".json") as report:
            answer = fleetsim(*NOBODY_LISTENS, "--events", "/dev/full", "--json", report.name)
            self.assertEqual(answer.returncode, 3, answer.stderr)
            self.assertEqual(json.loads(Path(report.name).read_text(encoding="utf-8"))["exit_code"], 3)
            self.assertIn("(exit 3)", answer.stdout)

    def test_a_reader_that_has_gone_away_does_not_kill_the_run(self):
        run = subprocess.Popen([FLEETSIM, *NOBODY_LISTENS, "--json", "-"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        run.stdout.close()
        said = run.stderr.read()
        run.stderr.close()
        self.assertEqual(run.wait(timeout=60), 3, said)
        self.assertIn("cannot write -: Broken pipe", said)
        self.assertIn("DEVICES", said)

    def test_devices_speak_tls_where_the_external_endpoint_does(self):
        for tls, first in (("true", b"\x16\x03"), ("false", b"\x10")):
            with socket.create_server(("127.0.0.1", 0)) as listener, tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
                listener.settimeout(30)
                file.write(
                    f"world: external\nexternal: {{host: 127.0.0.1, port: {listener.getsockname()[1]}, tls: {tls}}}\n"
                    "groups: {g: {devices: 1, auth: anonymous}}\nsteps: [{bring_online: {timeout: 1s}}]\n"
                )
                file.flush()
                run = subprocess.Popen([FLEETSIM, "run", file.name, "--quiet"], cwd=ROOT, stdout=subprocess.DEVNULL)
                peer, _ = listener.accept()
                with peer:
                    peer.settimeout(30)
                    self.assertEqual(peer.recv(64)[: len(first)], first)
                run.wait(timeout=60)

    def test_a_bad_platform_file_ends_with_2(self):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write("regions: [nowhere]\n")
            file.flush()
            answer = fleetsim("platform", "--config", file.name)
        self.assertEqual(answer.returncode, 2)
        self.assertIn(":1:11: error: regions[0].id: the region \"nowhere\" is not built in", answer.stderr)

    def test_a_named_device_that_is_not_there_ends_with_2_and_its_place(self):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(
                "platform: {regions: [cn-shanghai], products: [{key: a1TestPK001}]}\n"
                "groups:\n"
                "  meters:\n"
                "    devices: 10\n"
                "    wrong_secret_device: meters-000010\n"
            )
            file.flush()
            for verb in ("validate", "run"):
                answer = fleetsim(verb, file.name)
                self.assertEqual(answer.returncode, 2, answer.stderr)
                self.assertIn(f"{file.name}:5:26: error: groups.meters.wrong_secret_device: the group has no device", answer.stderr)

    def test_quiet_silences_progress_and_notices_but_not_the_summary(self):
        loud, quiet = fleetsim(*NOBODY_LISTENS), fleetsim(*NOBODY_LISTENS, "--quiet")
        for answer in (loud, quiet):
            self.assertIn("DEVICES", answer.stdout)
            self.assertIn("connection refused", answer.stdout)
            self.assertNotEqual(answer.returncode, 0)
        self.assertIn("online 0/1", loud.stderr)
        self.assertEqual(quiet.stderr, "")

    def test_list_and_version_print(self):
        self.assertIn("constant-arrival-rate", fleetsim("list", "executors").stdout)
        self.assertIn("invariants,situations", fleetsim("list", "--help").stdout)
        self.assertRegex(fleetsim("list", "invariants").stdout, r"(?m)^  accepted_by_exactly_one +at no moment a device ")
        self.assertRegex(fleetsim("list", "situations").stdout, r"(?m)^  cut_while_storing +a device lost its power ")
        self.assertRegex(fleetsim("version").stdout, r"^fleetsim \d+\.\d+\.\d+ ")


if __name__ == "__main__":
    unittest.main(verbosity=2)

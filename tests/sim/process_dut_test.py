"""Devices under test that are programs: what becomes of those that behave, and of those that do not. Whatever they do, nothing of them is
left when the exam is over."""
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import uuid

HERE = pathlib.Path(__file__).resolve().parent
FLEETSIM = os.environ["FLEETSIM_BINARY"]
ODD = HERE / "duts" / "odd_device.py"
PATIENT = ("--retries", "3")  # a machine with other things to do stands still now and then: a case of that kind is inconclusive


def alive(mark):
    """Processes that still run, by a word on their command line."""
    found = []
    for folder in pathlib.Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            state = (folder / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if mark.encode() in words and state != "Z":
            found.append(int(folder.name))
    return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Process(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.mark = "mark-" + uuid.uuid4().hex
        self.report = self.folder / "report.json"

    def examine(self, command, *arguments):
        environment = dict(os.environ, TMPDIR=str(self.folder))
        done = subprocess.run([FLEETSIM, "conform", "--dut", "process:" + command, "--no-discovery", "--json", str(self.report), *arguments],
                              capture_output=True, text=True, timeout=120, check=False, env=environment)
        self.words = done.stdout + done.stderr
        self.verdicts = {one["id"]: one for one in json.loads(self.report.read_text(encoding="utf-8"))["requirements"]} \
            if self.report.exists() else {}
        self.assertEqual(alive(self.mark), [], "left behind")
        self.assertEqual(list(self.folder.glob("fleetsim-*")), [], "a folder or a file was left behind")
        return done.returncode

    def odd(self, habit, *arguments, word=""):
        return self.examine(f"{sys.executable} {ODD} {habit} {self.mark} {word}", *arguments)


class Verdicts(Process):
    def test_a_device_of_ours_passes_over_real_sockets(self):
        code = self.examine(f"{FLEETSIM} device", *PATIENT, "--time-scale", "0.1", "--requirement", "NOTIFY-01", "--requirement", "PERSIST-04",
                            "--requirement", "MQTT-MOVE-02", "--requirement", "QOS-07")
        self.assertEqual(code, 0, self.words)
        self.assertEqual({one["verdict"] for one in self.verdicts.values()}, {"pass"})

    def test_a_device_of_ours_passes_where_both_legs_speak_tls(self):
        code = self.examine(f"{FLEETSIM} device", *PATIENT, "--dut-tls", "both", "--requirement", "NOTIFY-01", "--requirement", "MQTT-MOVE-02")
        self.assertEqual(code, 0, self.words)

    def test_a_handshake_comes_in_pieces_and_a_firmware_fails_that_reads_whole_records_only(self):
        chosen = ("--time-scale", "0.02", "--requirement", "TLS-22")
        self.assertEqual(self.examine(f"{FLEETSIM} device", *PATIENT, *chosen), 0, self.words)
        self.assertEqual(self.examine(f"{FLEETSIM} device --profile mutant-tls-whole-reads", *chosen), 1, self.words)
        self.assertIn("a record in pieces", self.words)

    def test_sessions_are_resumed_and_forgotten_by_the_servers_of_a_bench(self):
        self.examine(f"{FLEETSIM} device --profile mutant-tls-ticket-anywhere", *PATIENT, "--time-scale", "0.02", "--requirement", "TLS-31",
                     "--requirement", "TLS-32", "--requirement", "TLS-33")
        self.assertEqual([one["verdict"] for one in self.verdicts.values()], ["pass", "pass", "pass_with_warnings"], self.words)
        self.assertIn("resumed", self.verdicts["TLS-33"]["findings"][0]["actual"])

    def test_a_refusal_by_who_then_speaks_in_the_clear_is_none(self):
        self.examine(f"{FLEETSIM} device --profile mutant-tls-clear", *PATIENT, "--time-scale", "0.02", "--requirement", "TLS-01")
        self.assertEqual(self.verdicts["TLS-01"]["verdict"], "inconclusive", self.words)
        self.assertIn("in the clear", self.verdicts["TLS-01"]["reason"])

    def test_a_firmware_with_a_fault_fails_what_is_about_it_with_its_log_in_the_timeline(self):
        code = self.examine(f"{FLEETSIM} device --profile mutant-no-reply", "--time-scale", "0.1", "--requirement", "NOTIFY-01")
        self.assertEqual(code, 1, self.words)
        self.assertIn("device: log", self.words)
        self.assertIn("notified", self.words)

    def test_what_takes_too_long_or_cannot_be_done_to_a_program_is_not_exercised_and_says_why(self):
        code = self.examine(f"{FLEETSIM} device", "--requirement", "LONG-05", "--requirement", "RETRY-12")
        self.assertEqual(code, 0, self.words)
        self.assertIn("it lasts up to", self.verdicts["LONG-05"]["reason"])
        self.assertIn("resolving names", self.verdicts["RETRY-12"]["reason"])

    def test_the_command_is_split_as_a_shell_does_it_and_its_places_are_filled_in(self):
        code = self.examine(f"env FLEETSIM_BOOTSTRAP_HOST=nowhere '{FLEETSIM}' device --bootstrap-host {{bootstrap_host}} --flash \"{{flash}}/a b\"",
                            "--requirement", "NOTIFY-01")
        self.assertEqual(code, 0, self.words)
        for mistake in (f"{FLEETSIM} device {{bootstap_host}}", "{fleetsim} device"):
            self.assertEqual(self.examine(mistake, "--requirement", "NOTIFY-01"), 2)
            self.assertRegex(self.words, r"there is no \{(bootstap_host|fleetsim)\} to fill in; there are .*\{flash\}")
            self.assertNotIn("requirements pass", self.words, "nothing was examined")
        self.assertEqual(self.examine("'unclosed", "--requirement", "NOTIFY-01"), 2)
        self.assertIn("never closed", self.words)


class Surroundings(Process):
    """What is done to a program from outside."""

    def test_a_device_of_ours_is_upgraded_over_the_air_from_the_file_server_of_its_bench(self):
        for tls in ("off", "both"):
            code = self.examine(f"{FLEETSIM} device", *PATIENT, "--time-scale", "0.02", "--dut-tls", tls, "--requirement", "OTA-01",
                                "--requirement", "OTA-03")
            self.assertEqual(code, 0, self.words)
            self.assertEqual([one["verdict"] for one in self.verdicts.values()], ["pass", "pass"], self.words)

    def test_one_that_tells_no_version_is_warned_and_not_upgraded(self):
        code = self.odd("behaves", *PATIENT, "--time-scale", "0.02", "--requirement", "OTA-01", "--requirement", "OTA-03")
        self.assertEqual(code, 0, self.words)
        self.assertEqual([one["verdict"] for one in self.verdicts.values()], ["pass_with_warnings", "not_applicable"], self.words)

    def test_links_are_refused_by_the_host_and_the_attempts_counted(self):
        chosen = ("--time-scale", "0.02", "--requirement", "RETRY-11")
        self.assertEqual(self.odd("knocks", *PATIENT, *chosen, word="0.1"), 0, self.words)
        self.assertEqual(self.odd("knocks", *chosen, word="0.005"), 1, self.words)
        self.assertIn("a second or more", self.verdicts["RETRY-11"]["findings"][0]["expected"])
        timeline = self.verdicts["RETRY-11"]["timeline"]
        self.assertIn("device: log Connection refused", timeline)
        self.assertNotIn("Connection reset", timeline)
        self.assertGreater(len(re.findall(r"bootstrap #\d+ +- opening", timeline)), 50)

    def test_its_clock_is_set_while_it_runs_by_the_file_that_its_command_names(self):
        chosen = ("--time-scale", "0.05", "--requirement", "CLOCK-04")
        self.assertEqual(self.examine(f"{FLEETSIM} device --clock-file {{clock_file}}", *PATIENT, *chosen), 0, self.words)
        self.assertEqual(self.verdicts["CLOCK-04"]["verdict"], "pass", self.words)
        code = self.examine(f"{FLEETSIM} device --profile mutant-waits-by-clock --clock-file {{clock_file}}", *chosen)
        self.assertEqual(code, 1, self.words)
        self.examine(f"{FLEETSIM} device --clock-offset {{clock_offset_s}}", *chosen)
        self.assertEqual(self.verdicts["CLOCK-04"]["verdict"], "not_exercised")
        self.assertIn("have its clock set while it runs", self.verdicts["CLOCK-04"]["reason"])

    def test_its_clock_is_wrong_when_it_starts_by_the_offset_that_its_command_names(self):
        chosen = (*PATIENT, "--time-scale", "0.02", "--requirement", "CLOCK-01")
        self.assertEqual(self.examine(f"{FLEETSIM} device --clock-offset {{clock_offset_s}}", *chosen), 0, self.words)
        self.assertEqual(self.verdicts["CLOCK-01"]["verdict"], "pass", self.words)

    def test_its_writes_to_the_flash_are_counted(self):
        chosen = ("--time-scale", "0.02", "--requirement", "PERSIST-16", "--requirement", "PERSIST-17")
        self.assertEqual(self.examine(f"{FLEETSIM} device", *PATIENT, *chosen), 0, self.words)
        self.assertEqual([one["verdict"] for one in self.verdicts.values()], ["pass", "pass"], self.words)
        self.examine(f"{FLEETSIM} device --profile mutant-writes-each-session", *chosen)
        self.assertEqual(self.verdicts["PERSIST-16"]["verdict"], "pass_with_warnings", self.words)
        self.assertIn("writes in 6 sessions", self.verdicts["PERSIST-16"]["findings"][0]["actual"])

    def test_one_that_does_not_come_back_from_a_power_cut_fails_within_its_time(self):
        chosen = ("--time-scale", "0.05", "--requirement", "PERSIST-03", "--requirement", "PERSIST-04")
        self.assertEqual(self.examine(f"{FLEETSIM} device --profile mutant-never-falls-back", *chosen), 1, self.words)
        self.assertEqual({one["verdict"] for one in self.verdicts.values()}, {"fail"}, self.words)
        code = self.examine(f"sh -c 'rm -rf \"$FLEETSIM_FLASH\"/*; exec {FLEETSIM} device'", *PATIENT, *chosen, "--requirement", "PERSIST-01")
        self.assertEqual(code, 0, self.words)
        self.assertEqual({name: one["verdict"] for name, one in self.verdicts.items()},
                         {"PERSIST-01": "pass_with_warnings", "PERSIST-03": "pass", "PERSIST-04": "pass"},
                         "it forgets its endpoint, and the bootstrap knows it")

    def test_power_fails_within_a_write_to_the_flash(self):
        chosen = ("--time-scale", "0.02", "--requirement", "PERSIST-09")
        powered = self.folder / "powered"
        self.assertEqual(self.examine(f"sh -c 'echo on >> {powered}; exec {FLEETSIM} device --quiet'", *PATIENT, *chosen), 0, self.words)
        self.assertEqual(self.verdicts["PERSIST-09"]["verdict"], "pass", self.words)
        self.assertGreater(powered.read_text(encoding="utf-8").count("on"), 1, "it lost its power at least once")
        self.assertEqual(self.odd("stores_in_place", *chosen), 1, self.words)


class BadInput(Process):
    def inconclusive(self, requirement, words):
        self.assertEqual(self.verdicts[requirement]["verdict"], "inconclusive", self.words)
        self.assertIn(words, self.verdicts[requirement]["reason"])

    def failed(self, requirement, words):
        self.assertEqual(self.verdicts[requirement]["verdict"], "fail", self.words)
        self.assertIn(words, self.verdicts[requirement]["findings"][0]["actual"])

    def test_one_that_behaves_passes(self):
        self.assertEqual(self.odd("behaves", "--requirement", "MQTT-CONNECT-02"), 0, self.words)

    def test_one_that_never_starts_is_inconclusive(self):
        self.assertEqual(self.examine("/nowhere/dut", "--requirement", "NOTIFY-01"), 3)
        self.inconclusive("NOTIFY-01", "cannot start /nowhere/dut: No such file or directory")

    def test_one_that_exits_at_once_is_inconclusive_with_its_last_words(self):
        self.assertEqual(self.odd("exits", "--requirement", "NOTIFY-01"), 3)
        self.inconclusive("NOTIFY-01", "exit code 7")
        self.inconclusive("NOTIFY-01", "no such sensor")

    def test_what_a_device_says_calls_nobody_and_leads_nowhere_in_a_pull_request(self):
        markdown = self.folder / "r.md"
        said = "@octocat,#123,!45,GH-6,https://evil.example/,www.evil.example"
        self.assertEqual(self.odd("exits", "--markdown", str(markdown), "--requirement", "NOTIFY-01", word=said), 3)
        told = markdown.read_text(encoding="utf-8")
        self.assertIn("evil", told)
        self.assertNotRegex(told.replace("`" + self.verdicts["NOTIFY-01"]["replay"] + "`", ""), r"@\w|#\d|!\d|GH-\d|https://|www\.\w")

    def test_one_that_goes_to_the_background_is_inconclusive_and_does_not_stay_there(self):
        self.assertEqual(self.odd("goes_to_background", "--requirement", "MQTT-CONNECT-02"), 3)
        self.inconclusive("MQTT-CONNECT-02", "ended by itself")

    def test_one_that_hangs_is_inconclusive_after_a_deadline(self):
        self.assertEqual(self.odd("sleeps", "--time-scale", "0.05", "--requirement", "NOTIFY-01"), 3)
        self.inconclusive("NOTIFY-01", "did not come online")

    def test_one_that_dies_after_it_was_there_fails(self):
        self.assertEqual(self.odd("dies_online", "--requirement", "KEEPALIVE-04"), 1)
        self.failed("KEEPALIVE-04", "it ended by itself")
        self.failed("KEEPALIVE-04", "out of memory")

    def test_one_that_prints_its_secret_fails_and_nobody_prints_it_again(self):
        told = self.folder / "secret"
        self.assertEqual(self.odd("shows_its_secret", "--requirement", "MQTT-CONNECT-02", word=str(told)), 1)
        self.failed("MQTT-CONNECT-02", "its log shows the device secret")
        secret = told.read_text(encoding="utf-8")
        self.assertEqual(len(secret), 32)
        self.assertNotIn(secret, self.words + self.report.read_text(encoding="utf-8"))
        self.assertIn("signing with ***", self.words)

    def test_one_that_floods_its_log_is_stopped(self):
        self.assertEqual(self.odd("floods_its_log", "--requirement", "NOTIFY-01"), 3)
        self.inconclusive("NOTIFY-01", "printed more than 8 MiB")

    def test_one_that_floods_the_network_fails(self):
        self.assertEqual(self.odd("floods_the_network", "--requirement", "NOTIFY-01"), 1)
        self.failed("NOTIFY-01", "more than 5000 links")

    def test_one_that_connects_twice_on_a_link_fails(self):
        self.assertEqual(self.odd("connects_twice", *PATIENT, "--time-scale", "0.02", "--requirement", "MQTT-CONNECT-04"), 1)
        self.assertEqual(self.verdicts["MQTT-CONNECT-04"]["verdict"], "fail", self.words)

    def test_one_that_has_two_sessions_at_a_time_fails(self):
        self.assertEqual(self.odd("has_two_sessions", "--time-scale", "0.5", "--requirement", "QOS-02"), 1)
        self.failed("QOS-02", "it opened another one while one was open")

    def test_one_that_ignores_sigterm_is_killed_and_inconclusive(self):
        stubborn = f"""sh -c 'trap "" TERM; {FLEETSIM} device; sleep 60' {self.mark}"""
        self.assertEqual(self.examine(stubborn, "--requirement", "BOOT-REQ-12", "--time-scale", "0.05"), 3)
        self.inconclusive("BOOT-REQ-12", "ignored SIGTERM")

    def test_one_whose_port_of_the_host_is_taken_is_told_why_it_ended(self):
        chosen = ("--requirement", "MQTT-CONNECT-02", "--requirement", "MQTT-CONNECT-03")
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = str(other.getsockname()[1])
            self.assertEqual(self.odd("holds_a_port", *chosen, word=port), 3)
        self.inconclusive("MQTT-CONNECT-02", "Address already in use")
        self.assertEqual(self.odd("holds_a_port", "--threads", "1", *chosen, word=port), 0, self.words)

    def test_what_it_started_in_a_session_of_its_own_is_killed_too(self):
        port = free_port()
        self.odd("leaves_a_child", "--requirement", "MQTT-CONNECT-02", word=port)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))

    def begin(self, command, processes):
        """An exam that is under way: so many processes of its device run."""
        exam = subprocess.Popen([FLEETSIM, "conform", "--dut", "process:" + command, "--no-discovery", "--requirement", "KEEPALIVE-04"],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=dict(os.environ, TMPDIR=str(self.folder)))
        self.addCleanup(exam.stdout.close)
        self.addCleanup(exam.kill)
        until = time.monotonic() + 20
        while len(alive(self.mark)) < processes:
            self.assertIsNone(exam.poll())
            self.assertLess(time.monotonic(), until, "the device did not start")
        return exam

    def test_ctrl_c_ends_the_exam_and_the_device(self):
        exam = self.begin(f"{sys.executable} {ODD} behaves {self.mark}", 1)
        exam.send_signal(signal.SIGINT)
        words, _ = exam.communicate(timeout=20)
        self.assertEqual(exam.returncode, 130, words)
        self.assertEqual(alive(self.mark), [])

    def test_a_fleetsim_that_is_killed_takes_with_it_what_its_program_started_wherever_it_went(self):
        in_its_group = f'{sys.executable} -c "import time; time.sleep(600)" {self.mark}'
        in_its_own = f"{sys.executable} {ODD} leaves_a_child {self.mark} {free_port()}"
        exam = self.begin(f"sh -c '{in_its_group} & {in_its_own}; :'", 3)
        exam.kill()
        exam.wait(timeout=20)
        until = time.monotonic() + 60
        while (alive(self.mark) or list(self.folder.glob("fleetsim-dut-*"))) and time.monotonic() < until:
            time.sleep(0.05)
        self.assertEqual(alive(self.mark), [])
        self.assertEqual(list(self.folder.glob("fleetsim-dut-*")), [], "the folder of its flash")


if __name__ == "__main__":
    unittest.main()

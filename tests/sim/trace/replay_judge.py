#!/usr/bin/python3
"""Replays judged from outside: captures by Wireshark's dissectors, the JSON by its schema; of a duo (one device, one platform, in memory), and
of `fleetsim replay` itself.

tshark must read every capture as MQTT and HTTP without a complaint about form, checksums or sequence numbers, and find in it what the
timeline says.
"""

import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import jsonschema

ROOT = Path(__file__).resolve().parents[3]
SAMPLE = os.environ["PRINT_REPLAY_SAMPLE"]
FLEETSIM = os.environ["FLEETSIM_BINARY"]
QUICKSTART = ROOT / "scenarios" / "quickstart.yaml"
STORIES = ("plain", "http", "mqtt", "v6", "pieces", "refused", "broken", "nameless")

# What Wireshark remarks on that is as it should be: connections that open and end, a request and its answer; and that a port of TLS
# carries plain text, which is what a capture of the inside of TLS must look like.
FINE = re.compile(
    r"Connection (establish|finish|reset)|This frame (initiates|undergoes) the connection closing|POST |HTTP/1\.1 |Unencrypted HTTP protocol"
)


def sample(form: str, story: str) -> bytes:
    return subprocess.run([SAMPLE, form, story], capture_output=True, check=True).stdout


def tshark(capture: Path, *arguments: str, http: int = 443, mqtt: int = 1883) -> str:
    command = ["tshark", "-r", str(capture), "-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE"]
    command += ["-d", f"tcp.port=={http},http", "-d", f"tcp.port=={mqtt},mqtt", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def expert_remarks(capture: Path, **ports: int) -> list[str]:
    """The summaries of `-z expert`, which counts what any dissector remarked."""
    rows = tshark(capture, "-q", "-z", "expert", **ports).splitlines()
    return [match.group(1) for match in (re.match(r"\s+\d+\s+\S+\s+\S+\s+(.+)$", row) for row in rows) if match]


class Captures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.captures = {story: Path(cls.folder.name) / f"{story}.pcap" for story in STORIES}
        for story, path in cls.captures.items():
            path.write_bytes(sample("pcap", story))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_wireshark_finds_nothing_wrong_in_any_story(self):
        for story, capture in self.captures.items():
            with self.subTest(story=story):
                remarks = expert_remarks(capture)
                self.assertTrue(any("Connection establish request" in remark for remark in remarks), "it saw the connections at all")
                self.assertEqual([remark for remark in remarks if not FINE.search(remark)], [])

    def test_wireshark_would_find_a_wrong_checksum_and_a_gap(self):
        good = self.captures["plain"].read_bytes()
        at = good.index(b"PowerSwitch")
        broken = Path(self.folder.name) / "broken_checksum.pcap"
        broken.write_bytes(good[:at] + b"p" + good[at + 1 :])
        self.assertTrue(any("Bad checksum" in remark for remark in expert_remarks(broken)))
        # The record that holds those bytes is taken out.
        record, size = 24, 0
        while record + 16 + size <= at:
            record += 16 + size if size else 0
            size = int.from_bytes(good[record + 8 : record + 12], "little")
        gap = Path(self.folder.name) / "gap.pcap"
        gap.write_bytes(good[:record] + good[record + 16 + size :])
        self.assertTrue(any("segment" in remark for remark in expert_remarks(gap) if not FINE.search(remark)))

    def test_wireshark_reads_the_packets_that_the_timeline_tells(self):
        names = {1: "CONNECT", 2: "CONNACK", 3: "PUBLISH", 4: "PUBACK", 8: "SUBSCRIBE", 9: "SUBACK", 14: "DISCONNECT"}
        for story in ("plain", "mqtt", "pieces", "v6"):
            with self.subTest(story=story):
                rows = tshark(self.captures[story], "-Y", "mqtt", "-T", "fields", "-e", "mqtt.msgtype").split()
                theirs = sorted(names[int(kind)] for row in rows for kind in row.split(","))
                timeline = json.loads(sample("json", story))
                ours = sorted(entry["name"] for entry in timeline["entries"] if entry.get("protocol") == "mqtt")
                self.assertGreater(len(ours), 8)
                self.assertEqual(theirs, ours)

    def test_wireshark_reads_the_fields_that_the_timeline_tells(self):
        timeline = json.loads(sample("json", "plain"))
        messages = [entry for entry in timeline["entries"] if entry["kind"] == "message"]
        topics = tshark(self.captures["plain"], "-Y", "mqtt.topic", "-T", "fields", "-e", "mqtt.topic").split()
        self.assertEqual(topics, [message["fields"]["topic"] for message in messages if message["name"] == "PUBLISH"])
        forms = tshark(self.captures["plain"], "-Y", "http.request", "-T", "fields", "-e", "http.request.uri").split()
        self.assertEqual(forms, [message["fields"]["target"] for message in messages if message["name"].startswith("POST")])
        clients = tshark(self.captures["plain"], "-Y", "mqtt.clientid", "-T", "fields", "-e", "mqtt.clientid").split()
        self.assertEqual(clients, [message["fields"]["client_id"] for message in messages if message["name"] == "CONNECT"])
        passwords = tshark(self.captures["plain"], "-Y", "mqtt.passwd", "-T", "fields", "-e", "mqtt.passwd").split()
        self.assertEqual(passwords, ["*" * message["fields"]["password_bytes"] for message in messages if message["name"] == "CONNECT"])

    def test_times_are_those_of_the_device(self):
        rows = tshark(self.captures["plain"], "-Y", "mqtt.topic", "-T", "fields", "-e", "frame.time_epoch").split()
        timeline = json.loads(sample("json", "plain"))
        wanted = [entry["device_t"] for entry in timeline["entries"] if entry.get("name") == "PUBLISH"]
        for theirs, ours in zip(map(float, rows), wanted, strict=True):
            self.assertAlmostEqual(theirs, ours, places=6)


class Stories(unittest.TestCase):
    def test_every_story_passes_the_schema(self):
        schema = json.loads((ROOT / "scenarios" / "replay.schema.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        for story in STORIES:
            with self.subTest(story=story):
                timeline = json.loads(sample("json", story))
                self.assertGreater(len(timeline["entries"]), 10)
                self.assertEqual([error.message for error in validator.iter_errors(timeline)], [])
        del timeline["entries"][0]["t"]
        self.assertNotEqual(list(validator.iter_errors(timeline)), [])

def validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads((ROOT / "scenarios" / "replay.schema.json").read_text(encoding="utf-8")))


def replay(*arguments: str) -> subprocess.CompletedProcess:
    command = [FLEETSIM, "replay", str(QUICKSTART), "--set", "devices=12", "--seed", "5", "--quiet", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


class Verb(unittest.TestCase):
    """`fleetsim replay` of a run that moves twelve devices there and back."""

    def test_the_story_is_that_of_the_run_and_no_thread_changes_it(self):
        with tempfile.TemporaryDirectory() as folder:
            report, capture = Path(folder) / "report.json", Path(folder) / "story.pcap"
            run = [FLEETSIM, "run", str(QUICKSTART), "--world", "virtual", "--set", "devices=12", "--seed", "5", "--quiet", "--json", str(report)]
            subprocess.run(run, capture_output=True, check=True)
            told = [replay("--device", "7", "--json", "-", "--pcap", str(capture), "--threads", threads) for threads in ("1", "2")]
            self.assertEqual([story.returncode for story in told], [0, 0], told[0].stderr)
            self.assertEqual(told[0].stdout, told[1].stdout)
            story = json.loads(told[0].stdout)
            self.assertEqual([error.message for error in validator().iter_errors(story)], [])
            self.assertEqual(story["trace_hash"], json.loads(report.read_text(encoding="utf-8"))["trace_hash"])
            self.assertEqual(story["contradictions"], [])
            self.check_what_is_told(story)
            ports = {entry["leg"]: entry["platform_port"] for entry in story["entries"] if entry.get("what") == "opening"}
            ports = {"http": ports["bootstrap"], "mqtt": ports["mqtt"]}
            self.assertEqual([remark for remark in expert_remarks(capture, **ports) if not FINE.search(remark)], [])
            topics = tshark(capture, "-Y", "mqtt.topic", "-T", "fields", "-e", "mqtt.topic", **ports).replace(",", "\n").split()
            self.assertEqual(topics, [entry["fields"]["topic"] for entry in in_capture_order(story) if entry["name"] == "PUBLISH"])

    def check_what_is_told(self, story):
        names = [entry["name"] for entry in story["entries"] if entry["kind"] == "message"]
        self.assertEqual(names.count("CONNECT"), 3, "at home, there, and back")
        self.assertEqual(names.count("POST /auth/bootstrap"), 3)
        notes = {(entry["side"], entry["what"]) for entry in story["entries"] if entry["kind"] == "note"}
        for note in (("device", "connected"), ("device", "notified"), ("platform", "committed"), ("run", "step_started")):
            self.assertIn(note, notes)
        moments = [entry["t"] for entry in story["entries"]]
        self.assertEqual(moments, sorted(moments))
        endpoints = {entry["endpoint"] for entry in story["entries"] if "endpoint" in entry}
        self.assertEqual(endpoints, {"bootstrap", "iotx-oxssharez200", "iotx-oxssharez400"})

    def test_a_name_means_the_same_as_its_position(self):
        by_position = json.loads(replay("--device", "7", "--json", "-").stdout)
        name = by_position["device"]["name"]
        for wanted in (name, name.split("/")[1]):
            self.assertEqual(json.loads(replay("--device", wanted, "--json", "-").stdout), by_position)

    def test_until_ends_the_story(self):
        whole = json.loads(replay("--device", "7", "--json", "-").stdout)
        half = whole["entries"][len(whole["entries"]) // 2]["t"]
        cut = json.loads(replay("--device", "7", "--until", f"{round(half * 1e6)}us", "--json", "-").stdout)
        self.assertNotIn("trace_hash", cut, "it would be another run's")
        wanted = [entry for entry in whole["entries"] if entry["t"] <= half and entry["kind"] != "note"]
        told = [entry for entry in cut["entries"] if entry["kind"] != "note"]
        self.assertEqual([entry["t"] for entry in told], [entry["t"] for entry in wanted])

    def test_the_text_keeps_to_120_columns(self):
        text = replay("--device", "7").stdout
        self.assertIn("CONNACK 0 accepted", text)
        self.assertLessEqual(max(map(len, text.splitlines())), 120)

    def test_bad_input_is_exit_2_and_says_what_was_expected(self):
        for arguments, said in (
            (("--device", "nobody"), "it has 12 devices, from a1TestPK001/"),
            (("--device", "12"), "the scenario has no device 12"),
            (("--device", "7", "--until", "soon"), "expected a duration"),
            (("--device", "7", "--pcap", "/nowhere/x.pcap"), "cannot write /nowhere/x.pcap"),
            (("--device", "7", "--json", "-", "--pcap", "-"), "would mix"),
            ((), "--device is required"),
        ):
            with self.subTest(arguments=arguments):
                refused = replay(*arguments)
                self.assertEqual(refused.returncode, 2, refused.stderr)
                self.assertIn(said, refused.stderr)
                self.assertEqual(refused.stdout, "")


def in_capture_order(story: dict) -> list[dict]:
    """Its messages as they passed beside the device."""
    messages = [entry for entry in story["entries"] if entry["kind"] == "message" and "device_t" in entry]
    return sorted(messages, key=lambda entry: (entry["device_t"], entry["direction"] == "up"))


if __name__ == "__main__":
    unittest.main(verbosity=2)

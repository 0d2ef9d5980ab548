#!/usr/bin/python3
"""Replays judged from outside: captures by Wireshark's dissectors, the JSON by its schema; of a duo (one device, one platform, in memory).

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
STORIES = ("plain", "http", "mqtt", "v6", "pieces", "refused", "broken", "nameless")

# What Wireshark remarks on that is as it should be: connections that open and end, a request and its answer; and that a port of TLS
# carries plain text, which is what a capture of the inside of TLS must look like.
FINE = re.compile(
    r"Connection (establish|finish|reset)|This frame (initiates|undergoes) the connection closing|POST |HTTP/1\.1 |Unencrypted HTTP protocol"
)


def sample(form: str, story: str) -> bytes:
    return subprocess.run([SAMPLE, form, story], capture_output=True, check=True).stdout


def tshark(capture: Path, *arguments: str) -> str:
    command = ["tshark", "-r", str(capture), "-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE"]
    command += ["-d", "tcp.port==443,http", "-d", "tcp.port==1883,mqtt", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def expert_remarks(capture: Path) -> list[str]:
    """The summaries of `-z expert`, which counts what any dissector remarked."""
    rows = tshark(capture, "-q", "-z", "expert").splitlines()
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


if __name__ == "__main__":
    unittest.main(verbosity=2)

#!/usr/bin/python3
"""World `external`: the fleet connects and publishes to a real mosquitto, which counts for itself what reached it."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from served_platform import DEADLINE_S, FLEETSIM, ROOT, run  # noqa: E402

BROKER = shutil.which("mosquitto") or "/usr/sbin/mosquitto"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class ExternalBroker(unittest.TestCase):
    def setUp(self):
        self.assertTrue(Path(BROKER).is_file(), "mosquitto is missing: tools/install-deps.sh test installs it")
        self.folder = tempfile.TemporaryDirectory()
        self.port = free_port()
        config = Path(self.folder.name) / "mosquitto.conf"
        config.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\nsys_interval 1\n", encoding="utf-8")
        self.broker = subprocess.Popen([BROKER, "-v", "-c", str(config)], stderr=subprocess.PIPE, text=True)
        for line in self.broker.stderr:
            if "running" in line:
                break
        # The broker's log must be read on, or it would block.
        self.log = open(Path(self.folder.name) / "log", "w+", encoding="utf-8")
        self.pump = subprocess.Popen(["cat"], stdin=self.broker.stderr, stdout=self.log)

    def tearDown(self):
        self.broker.terminate()
        self.broker.wait(DEADLINE_S)
        self.pump.wait(DEADLINE_S)
        self.broker.stderr.close()
        self.log.close()
        self.folder.cleanup()

    def scenario(self, name: str, *more: str) -> dict:
        report = Path(self.folder.name) / "report.json"
        answer = run(FLEETSIM, "run", str(ROOT / "scenarios" / "load" / name), "--set", f"port={self.port}", "--quiet", "--json", str(report), *more)
        self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)
        parsed = json.loads(report.read_text(encoding="utf-8"))
        self.assertEqual((parsed["verdict"], parsed["violations"], parsed["failures"]), ("pass", [], []))
        return parsed

    def broker_log(self) -> str:
        """What the broker saw, once it has ended."""
        self.broker.terminate()
        self.broker.wait(DEADLINE_S)
        self.pump.wait(DEADLINE_S)
        self.log.seek(0)
        return self.log.read()

    def test_the_fleet_connects_to_a_broker_that_knows_nothing_of_us(self):
        report = self.scenario("broker-connect.yaml", "--set", "clients=200")
        self.assertEqual(report["devices"]["total"], 200)
        self.assertEqual(report["metrics"]["connect_seconds"]["count"], 200)
        log = self.broker_log()
        self.assertEqual((log.count("New client connected"), log.count(" disconnected.")), (200, 200))

    def test_the_fleet_publishes_and_every_publish_is_acknowledged(self):
        report = self.scenario("broker-publish.yaml", "--set", "clients=10", "--set", "duration=1s")
        metrics, log = report["metrics"], self.broker_log()
        self.assertGreater(metrics["publishes"]["count"], 100)
        self.assertEqual(metrics["publishes"]["count"], log.count("Received PUBLISH from "))
        # One in flight each: at most the last acknowledgement of every client was still on its way at the end.
        sent = log.count("Sending PUBACK to ")
        self.assertTrue(sent - 10 <= metrics["publish_acks"]["count"] <= sent, (sent, metrics["publish_acks"]["count"]))
        self.assertEqual(metrics["publish_ack_seconds"]["count"], metrics["publish_acks"]["count"])


if __name__ == "__main__":
    unittest.main(verbosity=2)

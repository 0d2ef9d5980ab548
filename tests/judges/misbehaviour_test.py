#!/usr/bin/python3
"""A platform that misbehaves on demand, as curl and mosquitto see it; and a fleet that gets through all of it."""

import json
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from served_platform import FLEETSIM, ROOT, Device, ServedPlatform, run  # noqa: E402

HERE = Path(__file__).resolve().parent
SCENARIO_DEADLINE_S = 200


class Misbehaviour(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for tool in ("curl", "mosquitto_pub"):
            assert shutil.which(tool), f"{tool} is missing: tools/install-deps.sh test installs it"
        cls.platform = ServedPlatform(HERE / "management.yaml")

    @classmethod
    def tearDownClass(cls):
        code = cls.platform.stop()
        assert code == 0, f"SIGTERM must drain and end with 0, not {code}"

    def tearDown(self):
        self.console("misbehaviour/delete", {})

    def console(self, path: str, body: dict | None = None) -> tuple[int, dict]:
        at = self.platform.ready["management"]
        data = [] if body is None else ["--data", json.dumps(body)]
        answer = run("curl", "--silent", "--show-error", "--write-out", "\n%{http_code}", "--header", "X-Fleetsim-Account: 198000", *data,
                     f"http://{at['host']}:{at['port']}/console/api/{path}")
        text, status = answer.stdout.rsplit("\n", 1)
        return int(status), json.loads(text)

    def bootstrap(self, *options: str) -> subprocess.CompletedProcess:
        return run("curl", "--silent", "--cacert", self.platform.ca, "--write-out", "\n%{http_code}", *options,
                   "--data", "productKey=a1TestPK001&deviceName=dev1", self.platform.ready["bootstrap"]["url"])

    def connect(self) -> subprocess.CompletedProcess:
        at = self.platform.instance("cn-shanghai")
        who = Device("a1TestPK001", "dev1", "secret").credentials(tls=False)
        return run("mosquitto_pub", "-h", at["host"], "-p", str(at["port"]), "-V", "mqttv311", "-k", "60", "-i", who["client_id"],
                   "-u", who["username"], "-P", who["password"], "-q", "1", "-t", "/a1TestPK001/dev1/user/update", "-m", "hello")

    def test_a_rule_of_the_console_changes_what_clients_meet_until_it_is_deleted(self):
        self.assertEqual(self.bootstrap().stdout.rsplit("\n", 1)[1], "200")
        status, rule = self.console("misbehaviour", {"kind": "bootstrap_status", "arguments": {"status": 502}, "devices": ["a1TestPK001/dev1"]})
        self.assertEqual((status, rule["name"], rule["fired"]), (201, "bootstrap_status", 0))
        self.assertEqual(self.bootstrap().stdout.rsplit("\n", 1)[1], "502")
        self.assertEqual(self.console("misbehaviour")[1]["rules"][0]["fired"], 1)
        self.assertEqual(self.console("misbehaviour/bootstrap_status/delete", {}), (200, {"deleted": "bootstrap_status"}))
        self.assertEqual(self.bootstrap().stdout.rsplit("\n", 1)[1], "200")

    def test_answers_that_are_cut_slow_or_split(self):
        right = self.bootstrap().stdout
        for kind, arguments in (("bootstrap_split", {}), ("bootstrap_slow", {"piece_bytes": 50, "every_ms": 20}), ("bootstrap_late", {"delay_ms": 100})):
            self.console("misbehaviour", {"kind": kind, "arguments": arguments, "calls": {"first": 1}})
            self.assertEqual(self.bootstrap().stdout, right, kind)
        self.console("misbehaviour", {"kind": "bootstrap_cut", "calls": {"first": 1}})
        self.assertEqual(self.bootstrap().returncode, 18)  # curl: partial file
        self.console("misbehaviour", {"kind": "bootstrap_close", "calls": {"first": 1}})
        self.assertEqual(self.bootstrap().returncode, 52)  # curl: nothing was returned

    def test_curl_refuses_each_bad_certificate(self):
        for kind in ("tls_expired", "tls_wrong_name", "tls_unknown_ca"):
            self.console("misbehaviour", {"kind": kind, "endpoint": "bootstrap", "times": 1})
            self.assertEqual(self.bootstrap().returncode, 60, kind)  # curl: the peer's certificate cannot be trusted
            self.assertEqual(self.bootstrap().returncode, 0, kind)

    def test_mosquitto_is_refused_and_then_let_in(self):
        self.console("misbehaviour", {"kind": "mqtt_connack", "arguments": {"code": 3}, "calls": {"first": 1}})
        refused = self.connect()
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("broker unavailable", refused.stderr.lower())  # return code 3
        self.assertEqual(self.connect().returncode, 0)


class Scenario(unittest.TestCase):
    def test_a_fleet_gets_through_a_misbehaving_platform(self):
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.json"
            done = subprocess.run(
                [FLEETSIM, "run", str(ROOT / "scenarios" / "misbehaving-platform.yaml"), "--set", "meters=24", "--set", "trackers=12", "--set", "loop_lag=20s", "--json", str(report)],
                capture_output=True, text=True, timeout=SCENARIO_DEADLINE_S, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            result = json.loads(report.read_text(encoding="utf-8"))
            self.assertEqual((result["devices"]["online"], result["devices"]["moved"], result["devices"]["stranded"]), (36, 36, 0))
            self.assertGreaterEqual(len(result["misbehaviour"]), 35)
            self.assertEqual(sum(result["misbehaviour"].values()), result["metrics"]["misbehaviours"]["count"])


if __name__ == "__main__":
    unittest.main(verbosity=2)

#!/usr/bin/python3
"""World `external` acts: a fleet of real triples is moved on a platform that another process serves, by its management API alone."""

import json
import os
import sys
import tempfile
import unittest
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from served_platform import DEADLINE_S, FLEETSIM, ServedPlatform, run  # noqa: E402

DEVICES = 20
PLATFORM = """
schema_version: 1
limits: documented
regions: [cn-shanghai, ap-southeast-1]
accounts:
  - {id: "198000", name: makers, access_keys: [{id: testid, secret: testsecret}]}
bootstrap: {address: 127.0.0.1, port: 0}
management: {port: 0}
instances:
  - {id: iotx-oxssharez200, region: cn-shanghai, mqtt: {address: 127.0.10.1, port: 0}}
  - {id: iotx-oxssharez400, region: ap-southeast-1, mqtt: {address: 127.0.10.2, port: 0}}
products:
  - key: a1Meter0001
    owner: "198000"
    instance: iotx-oxssharez200
    devices: [%s]
"""
SCENARIO = """
schema_version: 1
name: moved-elsewhere
world: external
external:
  host: %(host)s
  port: %(port)d
  ca_file: %(ca)s
  bootstrap: {host: %(bootstrap_host)s, port: %(bootstrap_port)d}
  management: {host: %(management_host)s, port: %(management_port)d, access_key_id: testid, target_uid: "198000"}
generator: {late_share_max: 100%%, loop_lag_p99_max: 5s}  # what happens is judged, not how fast this machine is
groups:
  meters: {devices: {from: devices.csv, count: %(devices)d}}
steps:
  - bring_online: {}
  - distribute: {name: there, source: iotx-oxssharez200, target: iotx-oxssharez400, batch: 8}
  - wait_until: {what: moved}
  - distribute: {name: back, source: iotx-oxssharez400, target: iotx-oxssharez200}
  - wait_until: {what: moved}
"""


class ExternalPlatform(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        names = [f"meter-{i:04}" for i in range(DEVICES)]
        (self.folder / "platform.yaml").write_text(PLATFORM % ", ".join(f"{{name: {n}, secret: s-{n}}}" for n in names), encoding="utf-8")
        rows = "".join(f"a1Meter0001,{n},s-{n}\n" for n in names)
        (self.folder / "devices.csv").write_text("productKey,deviceName,deviceSecret\n" + rows, encoding="utf-8")
        self.platform = ServedPlatform(self.folder / "platform.yaml")
        self.addCleanup(self.platform.clear_away)

    def run_scenario(self, text: str, secret: str):
        ready = self.platform.ready
        source = self.platform.instance("cn-shanghai")
        (self.folder / "scenario.yaml").write_text(text % {
            "host": source["host"], "port": source["port"], "ca": self.platform.ca, "devices": DEVICES,
            "bootstrap_host": ready["bootstrap"]["host"], "bootstrap_port": ready["bootstrap"]["port"],
            "management_host": ready["management"]["host"], "management_port": ready["management"]["port"]}, encoding="utf-8")
        report = self.folder / "report.json"
        answer = run(FLEETSIM, "run", str(self.folder / "scenario.yaml"), "--json", str(report), "--no-color",
                     env=dict(os.environ, FLEETSIM_ACCESS_KEY_SECRET=secret))
        for output in (answer.stdout, answer.stderr, report.read_text(encoding="utf-8") if report.exists() else ""):
            self.assertNotIn(secret, output)
        return answer, json.loads(report.read_text(encoding="utf-8")) if report.exists() else None

    # The documented limits allow two jobs a second: the third batch is throttled, and asked for again.
    def test_the_fleet_is_moved_there_and_back_by_the_api_alone(self):
        answer, report = self.run_scenario(SCENARIO, "testsecret")
        self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)
        self.assertEqual((report["verdict"], report["moves"], report["devices"]["online"]), ("pass", 2 * DEVICES, DEVICES))
        self.assertEqual((report["devices"]["moved"], report["devices"]["stranded"]), (DEVICES, None), "devices, each of which moved twice")
        there, back = report["distribution"]
        self.assertEqual((there["job"], len(there["jobs"]), there["devices"]), ("there", 3, DEVICES))  # 8 + 8 + 4
        self.assertEqual((back["job"], len(back["jobs"]), back["devices"]), ("back", 1, DEVICES))

    def test_a_wrong_access_key_fails_the_step_with_the_platforms_own_code_and_moves_nobody(self):
        answer, report = self.run_scenario(SCENARIO.replace("  - wait_until: {what: moved}\n", ""), "guessedsecret")
        self.assertEqual(answer.returncode, 1, answer.stdout + answer.stderr)
        self.assertIn("SignatureDoesNotMatch", answer.stdout)
        self.assertEqual(report["moves"], 0)

    def test_a_source_where_the_devices_are_not_fails_the_step(self):
        elsewhere = SCENARIO.replace("source: iotx-oxssharez200, target: iotx-oxssharez400, batch: 8", "source: iotx-oxssharez400, target: iotx-oxssharez200")
        answer, report = self.run_scenario(elsewhere.replace("  - wait_until: {what: moved}\n", ""), "testsecret")
        self.assertEqual(answer.returncode, 1, answer.stdout + answer.stderr)
        self.assertEqual((report["moves"], report["verdict"]), (0, "fail"))


class StoriesElsewhere(unittest.TestCase):
    """Shipped scenarios, unchanged, on a platform that another process serves: its console and its API are all that they can use."""

    SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        platform = (self.SCENARIOS / "platforms" / "two-accounts.yaml").read_text(encoding="utf-8")
        (self.folder / "platform.yaml").write_text(platform + "limits: {mode: unlimited, job_stuck_after: 2s}\n", encoding="utf-8")
        self.platform = ServedPlatform(self.folder / "platform.yaml")
        self.addCleanup(self.platform.clear_away)

    def run_story(self, name: str, *settings: str, code: int = 0, deadline_s: int = DEADLINE_S):
        ready, source = self.platform.ready, self.platform.instance("cn-shanghai")
        elsewhere = {
            "instances": [{"id": one["id"], "host": one["host"], "port": one["port"]} for one in ready["instances"] if one["plain"]],
            "host": source["host"], "port": source["port"], "ca_file": self.platform.ca, "register_devices": True,
            "bootstrap": {"host": ready["bootstrap"]["host"], "port": ready["bootstrap"]["port"]},
            "management": {"host": ready["management"]["host"], "port": ready["management"]["port"], "access_key_id": "testid", "target_uid": "198000"}}
        (self.folder / "elsewhere.yaml").write_text(json.dumps(elsewhere), encoding="utf-8")  # JSON is YAML
        report = self.folder / "report.json"
        options = [word for setting in (*settings, "loop_lag=20s") for word in ("--set", setting)]  # judged is what happens, not how fast
        answer = run(FLEETSIM, "run", str(self.SCENARIOS / name), "--external", str(self.folder / "elsewhere.yaml"), *options,
                     "--json", str(report), "--no-color", deadline_s=deadline_s, env=dict(os.environ, FLEETSIM_ACCESS_KEY_SECRET="testsecret"))
        self.assertEqual(answer.returncode, code, answer.stdout + answer.stderr)
        return json.loads(report.read_text(encoding="utf-8"))

    def test_cross_account_goes_there_by_code_and_back_by_file(self):
        report = self.run_story("cross-account.yaml", "devices=4")
        self.assertEqual((report["world"], report["verdict"], report["moves"]), ("external", "pass", 8))
        self.assertEqual([(job["job"], job["devices"]) for job in report["distribution"]], [("to-the-partner", 4), ("back-to-the-makers", 4)])

    def test_legacy_firmware_is_uploaded_sent_and_told_by_the_api_alone(self):
        report = self.run_story("legacy-upgrade.yaml", "devices=2", "image=20KiB")
        self.assertEqual((report["devices"]["moved"], report["metrics"]["upgrades"]["count"]), (2, 2))
        self.assertEqual(report["profiles"][0]["devices"], {"total": 4, "online": 4, "moved": 2, "stranded": 2})

    def test_mixed_firmware_has_a_report_for_each_profile(self):
        report = self.run_story("mixed-firmware.yaml", "devices=2")
        moved = {one["profile"]: (one["devices"]["moved"], one["devices"]["stranded"]) for one in report["profiles"]}
        self.assertEqual(moved, {"reference": (2, 0), "linksdk-4": (2, 0), "living": (2, 0), "esp-gateway": (2, 0), "legacy": (0, 2), "node-sdk": (0, 2)})

    def test_data_that_stayed_is_found_again_on_return_and_topology_is_not(self):
        report = self.run_story("return-home.yaml", "devices=3", "gateways=1", "each=2", "sensors=2")
        self.assertEqual((report["verdict"], report["moves"], report["devices"]["moved"]), ("pass", 8, 6))  # the sensors' moves are not their gateway's
        self.assertEqual([(job["job"], job["devices"]) for job in report["distribution"]],
                         [("away", 4), ("sensors-away", 2), ("home", 4), ("sensors-home", 2)])

    def console_rules(self) -> list:
        management = self.platform.ready["management"]
        request = urllib.request.Request(f"http://{management['host']}:{management['port']}/console/api/misbehaviour", headers={"X-Fleetsim-Account": "198000"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)["rules"]

    def test_devices_register_themselves_in_every_way_and_are_shut_out_and_deleted(self):
        groups = "".join(
            f"  by-{way}: {{product: a1TestPK001, devices: {{count: 2, prefix: by-{way}-}}, registration: {way}, tls: openssl}}\n" for way in ("http", "mqtt", "mqtt_nwl"))
        scenario = self.folder / "register.yaml"
        scenario.write_text(
            "vars: {loop_lag: 5s}\ngenerator: {late_share_max: 100%, loop_lag_p99_max: \"${loop_lag}\"}\n"
            f"platform: {{file: {self.SCENARIOS}/platforms/two-accounts.yaml, limits: unlimited}}\ngroups:\n{groups}"
            "steps:\n"
            "  - bring_online\n"
            "  - disable_devices: {groups: [by-http], at: iotx-oxssharez200}\n"
            "  - expect: {groups: [by-http], at: iotx-oxssharez200, status: DISABLE}\n"
            "  - enable_devices: {groups: [by-http], at: iotx-oxssharez200}\n"
            "  - expect: {groups: [by-http], at: iotx-oxssharez200, status: ONLINE}\n"
            "  - wait_until: online\n"
            "  - probe\n"
            "  - delete_devices: {at: iotx-oxssharez200}\n", encoding="utf-8")
        report = self.run_story(str(scenario))
        self.assertEqual((report["world"], report["verdict"], report["metrics"]["registrations"]["count"]), ("external", "pass", 6))

    def test_rules_of_misbehaviour_are_set_counted_and_healed_by_the_console(self):
        # Devices wait most of that time: for what never comes, and between two attempts.
        report = self.run_story("misbehaving-platform.yaml", "meters=24", "trackers=8", deadline_s=4 * DEADLINE_S)
        self.assertEqual((report["world"], report["verdict"], report["devices"]["online"]), ("external", "pass", 32))
        self.assertGreater(report["misbehaviour"]["expired-at-bootstrap"], 0, "from the scenario's own platform")
        self.assertGreater(report["misbehaviour"]["job-stall"], 0, "from a step")
        self.assertEqual(report["metrics"]["misbehaviours"]["count"], sum(report["misbehaviour"].values()))
        self.assertEqual(self.console_rules(), [])

    def test_a_run_that_is_cut_short_leaves_no_rule_behind(self):
        scenario = self.folder / "kicks.yaml"
        scenario.write_text(
            "vars: {loop_lag: 5s}\ngenerator: {loop_lag_p99_max: \"${loop_lag}\"}\n"
            "platform: {regions: [cn-shanghai], products: [{key: a1TestPK001}],\n"
            "  misbehaviour: [{name: from-the-start, kind: bootstrap_silent}]}\n"
            "groups: {meters: {devices: 1, product: a1TestPK001}}\n"
            "steps: [{misbehave: {name: later, kind: mqtt_kick}}, {bring_online: {timeout: 100ms}}]\n", encoding="utf-8")
        report = self.run_story(str(scenario), code=1)
        self.assertEqual(sorted(report["misbehaviour"]), ["from-the-start", "later"])
        self.assertEqual(self.console_rules(), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)

#!/usr/bin/python3
"""The program as a person meets it: exit codes, errors that say what to do, reports. Every run is a process of its own."""

import csv
import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from served_platform import DEADLINE_S, FLEETSIM, ROOT, run  # noqa: E402

SCENARIOS = Path(__file__).resolve().parent / "scenarios"
SMALL = str(SCENARIOS / "small_move.yaml")


class CommandLine(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.report = Path(self.folder.name) / "report.json"

    def tearDown(self):
        self.folder.cleanup()

    def small_move(self, *settings: str, code: int, scenario=SMALL, options=(), **more) -> tuple[subprocess.CompletedProcess, dict]:
        sets = [word for setting in settings for word in ("--set", setting)]
        answer = run(FLEETSIM, "run", scenario, "--quiet", "--json", str(self.report), *sets, *options, **more)
        self.assertEqual(answer.returncode, code, answer.stdout + answer.stderr)
        return answer, json.loads(self.report.read_text(encoding="utf-8")) if self.report.exists() else {}

    def on_free_ports(self, shipped: Path) -> str:
        """A shipped scenario on ports of its own: other tests may run shipped scenarios meanwhile."""
        platform = Path(self.folder.name) / "three-regions.yaml"
        text = (ROOT / "scenarios" / "platforms" / platform.name).read_text(encoding="utf-8")
        platform.write_text(re.sub(r"port: \d+", "port: 0", text), encoding="utf-8")
        scenario = Path(self.folder.name) / shipped.name
        scenario.write_text(re.sub(r"(\.\./)?platforms/", "", shipped.read_text(encoding="utf-8")), encoding="utf-8")
        return str(scenario)

    def small_story(self, name: str, *replaced: tuple[str, str]) -> dict:
        """A shipped scenario, smaller; what happens is judged, not how fast this machine is."""
        scenario = Path(self.on_free_ports(ROOT / "scenarios" / name))
        text = re.sub(r"^generator: .*\n", "", scenario.read_text(encoding="utf-8"), flags=re.MULTILINE) + "generator: {loop_lag_p99_max: 20s}\n"
        for old, new in replaced:
            self.assertIn(old, text)
            text = text.replace(old, new)
        scenario.write_text(text, encoding="utf-8")
        _, report = self.small_move(code=0, scenario=str(scenario))
        return report

    def test_a_fleet_is_moved_and_the_report_says_so(self):
        _, report = self.small_move(code=0)
        devices = report["devices"]
        self.assertEqual((devices["total"], devices["online"], devices["moved"], devices["stranded"]), (20, 20, 20, 0))
        self.assertEqual((report["verdict"], report["moves"], report["violations"]), ("pass", 20, []))
        self.assertEqual(report["distribution"][0]["targets"], {"iotx-oxssharez400": 20})
        self.assertEqual(report["metrics"]["move_seconds"]["count"], 20)

    def test_the_weather_of_a_move_adds_up_to_what_the_report_counts(self):
        weather = Path(self.folder.name) / "weather.csv"
        _, report = self.small_move(code=0, options=("--weather", str(weather)))
        with weather.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        for kind in ("bootstraps", "connects", "moves", "bootstrap_failures", "connect_failures"):
            self.assertEqual(sum(int(row[kind]) for row in rows), report["metrics"][kind]["count"], kind)
        self.assertEqual({row["region"] for row in rows if row["moves"] != "0"}, {"ap-southeast-1"})
        self.assertEqual(sum(int(row["arrivals"]) for row in rows), 20)
        # Everybody left twice: to move, and when the scenario switches them off.
        self.assertEqual(sum(int(row["disconnects"]) for row in rows), 40)
        # How many are up at once is the machine's affair on sockets; in simulated time it is the scenario's.
        self.assertIn(report["weather"]["fleet"]["rise"]["devices"], range(1, 21))
        _, simulated = self.small_move(code=0, options=("--world", "virtual"))
        self.assertIn(simulated["weather"]["fleet"]["rise"]["devices"], range(15, 21))
        self.assertIn("ap-southeast-1", [region["region"] for region in report["weather"]["regions"]])

    def test_each_firmware_is_told_by_how_it_comes_back_from_an_outage(self):
        _, report = self.small_move("devices=20", code=0, scenario=str(SCENARIOS / "outage.yaml"), options=("--world", "virtual"), deadline_s=120)
        found = {}
        for row in report["weather"]["backoff"]:
            if row["endpoint"] == "connect":
                found[row["group"]] = {(one["shape"], one["jitter"], one["capped"]): one["devices"] for one in row["classes"]}
        # As the sources of the SDKs have it; the draws of reference devices may look like something else now and then.
        self.assertEqual(found["living"], {("exponential", False, True): 20})
        self.assertEqual(found["esp-gateway"], {("constant", False, False): 20})
        self.assertEqual(found["node-sdk"], {("constant", False, False): 20})
        self.assertGreaterEqual(found["linksdk-4"].get(("linear", False, False), 0), 18, found)
        self.assertGreaterEqual(found["reference"].get(("exponential", True, True), 0), 16, found)
        fall = report["weather"]["fleet"]["fall"]
        self.assertEqual(fall["devices"], 100)
        self.assertLess(fall["half_seconds"], fall["ninety_percent_seconds"])
        for row in report["weather"]["backoff"]:
            self.assertGreater(row["projection"]["peak_per_second"], 0)

    def test_every_move_goes_by_notify_reply_goodbye_bootstrap_and_connect(self):
        events = Path(self.folder.name) / "events.ndjson"
        self.small_move(code=0, options=("--events", str(events)))
        lives: dict[str, list[str]] = {}
        for event in map(json.loads, events.read_text(encoding="utf-8").splitlines()[1:]):
            if event["side"] == "platform" and "device" in event:
                how = {"notify_replied": f" {event.get('code')}", "device_disconnected": f": {event.get('detail')}"}.get(event["kind"], "")
                lives.setdefault(event["device"], []).append(event["kind"] + how)
        goodbye = "device_disconnected: Device disconnect"  # and not only a lost link
        there = ["bootstrap_answered", "device_connected", "handover_started", "notify_sent", "notify_replied 200", goodbye]
        elsewhere = ["bootstrap_answered", "committed", "device_connected", goodbye]
        self.assertEqual(len(lives), 20)
        for device, life in lives.items():
            with self.subTest(device=device):
                self.assertEqual(life[:10], there + elsewhere)

    def test_the_shipped_redistribution_moves_three_times_and_the_probe_finds_each_device_once(self):
        report = self.small_story("redistribution.yaml", ("devices: 500", "devices: 12"))
        self.assertEqual((report["moves"], report["devices"]["stranded"], report["violations"]), (36, 0, []))
        self.assertEqual([job["targets"] for job in report["distribution"]],
                         [{"iotx-oxssharez400": 12}, {"iotx-oxssharez200": 12}, {"iotx-oxssharez700": 12}])

    def test_the_shipped_paho_and_tls_fleets_are_moved(self):
        paho = self.small_story("paho.yaml", ("devices: 50", "devices: 4"), ("devices: 20", "devices: 2"))
        tls = self.small_story("tls.yaml", ("mbedtls_devices: 50", "mbedtls_devices: 3"), ("openssl_devices: 300", "openssl_devices: 5"))
        load = self.small_story("load/move.yaml", ("devices: 9000", "devices: 15"), ("tls: off", "tls: openssl"))
        self.assertEqual([(report["devices"]["moved"], report["devices"]["stranded"]) for report in (paho, tls, load)], [(6, 0), (8, 0), (15, 0)])

    def test_a_crossed_threshold_is_99(self):
        _, report = self.small_move("p99_limit=0.000001", code=99)
        self.assertEqual((report["verdict"], report["thresholds"][0]["ok"]), ("fail", False))
        self.assertGreater(report["thresholds"][0]["value"], 0.000001)

    def test_more_than_the_generator_can_carry_is_invalid_and_5(self):
        # Every arrival is due at once and costs two TLS handshakes, a few at a time: most come late on any machine.
        _, report = self.small_move("devices=300", code=5, scenario=self.on_free_ports(ROOT / "scenarios" / "load" / "overload.yaml"))
        generator = report["generator"]
        self.assertEqual((report["verdict"], generator["valid"]), ("invalid", False))
        self.assertGreater(generator["late_arrivals"], 3)  # of 300, 1 % may be late
        self.assertIn(f"{generator['late_arrivals']} of 300 arrivals came late", " ".join(generator["why_invalid"]))

    def test_loops_that_run_later_than_the_scenario_allows_make_it_invalid(self):
        scenario = Path(self.folder.name) / "hasty.yaml"
        scenario.write_text(Path(SMALL).read_text(encoding="utf-8").replace("loop_lag_p99_max: 500ms", "loop_lag_p99_max: 1ms"), encoding="utf-8")
        # Twenty devices that shake hands at once keep the loops busy for many times that.
        _, report = self.small_move(code=5, scenario=str(scenario))
        self.assertEqual(report["verdict"], "invalid")
        self.assertGreater(report["generator"]["loop_lag_p99_seconds"], 0.001)
        self.assertIn("loops ran", " ".join(report["generator"]["why_invalid"]))

    def test_a_device_with_a_wrong_secret_is_named_and_no_secret_is_shown_anywhere(self):
        secrets = [f"{number:032x}" for number in range(0xfee7000000000001, 0xfee7000000000006)]
        rows = [f"a1TestPK001,meter{number:06},{secret}" for number, secret in enumerate(secrets)]
        (Path(self.folder.name) / "devices.csv").write_text("productKey,deviceName,deviceSecret\n" + "\n".join(rows) + "\n", encoding="utf-8")
        scenario, events = Path(self.folder.name) / "wrong.yaml", Path(self.folder.name) / "events.ndjson"
        text = Path(SMALL).read_text(encoding="utf-8").replace("    tls:", "    wrong_secret_device: meter000003\n    tls:")
        text = text.replace('devices: {count: "${devices}", prefix: meter}', "devices: {from: devices.csv}").replace("  devices: 20\n", "")
        scenario.write_text(text, encoding="utf-8")
        answer, report = self.small_move("wait=3s", code=1, scenario=str(scenario), options=("--events", str(events)))
        self.assertEqual([failure["device"] for failure in report["failures"]], ["a1TestPK001/meter000003"])
        self.assertIn("a1TestPK001/meter000003", answer.stdout)
        said = answer.stdout + answer.stderr + self.report.read_text(encoding="utf-8") + events.read_text(encoding="utf-8")
        self.assertIn("meter000004", said)
        for secret in secrets:
            self.assertNotIn(secret, said.lower())

    def test_a_device_whose_secret_is_not_the_one_that_the_platform_lists_is_refused_and_named(self):
        scenario = Path(self.folder.name) / "listed.yaml"
        text = Path(SMALL).read_text(encoding="utf-8").replace("devices: 20", "devices: 4")
        listed = "instance: iotx-oxssharez200, devices: [{name: meter000002, secret: 0123456789abcdef0123456789abcdef}]}"
        scenario.write_text(text.replace("key: a1TestPK001, instance: iotx-oxssharez200}", f"key: a1TestPK001, {listed}"), encoding="utf-8")
        _, report = self.small_move("wait=3s", code=1, scenario=str(scenario))
        self.assertEqual([failure["device"] for failure in report["failures"]], ["a1TestPK001/meter000002"])
        self.assertEqual(report["devices"]["online"], 3)

    def test_the_probe_sees_a_source_that_still_accepts_after_the_commit(self):
        _, report = self.small_move("source_accepts=true", code=1)
        twice = [violation for violation in report["violations"] if "accepted at 2 instances: iotx-oxssharez200, iotx-oxssharez400" in violation]
        self.assertEqual(len(twice), 20, report["violations"])

    def test_a_port_in_use_is_3_with_what_to_do(self):
        served = ROOT / "tests" / "judges" / "platform.yaml"
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            config = Path(self.folder.name) / "platform.yaml"
            config.write_text(served.read_text(encoding="utf-8").replace("bootstrap: {address: 127.0.0.1, port: 0}",
                                                                         f"bootstrap: {{address: 127.0.0.1, port: {port}}}"), encoding="utf-8")
            answers = [self.small_move(f"bootstrap_port={port}", code=3)[0], run(FLEETSIM, "platform", "--config", str(config))]
        for answer in answers:
            with self.subTest(command=answer.args[1]):
                self.assertEqual((answer.returncode, answer.stdout), (3, ""))
                self.assertIn(f"cannot listen on 127.0.0.1:{port}", answer.stderr)
                self.assertIn("stop it or choose another port", answer.stderr)

    def test_a_missing_country_database_is_3_with_how_to_get_it(self):
        answer, _ = self.small_move("database=/nonexistent/countries.mmdb", code=3)
        self.assertIn("/nonexistent/countries.mmdb", answer.stderr)
        self.assertIn("install-deps", answer.stderr)

    def test_too_few_descriptors_for_the_fleet_is_3_with_numbers(self):
        def few():
            resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))

        answer, _ = self.small_move("devices=2000", code=3, preexec_fn=few)
        for word in ("2000 devices need", "may have 1024", "at most 348 devices", "--shard", "ulimit -n"):
            self.assertIn(word, answer.stderr)

    def test_ctrl_c_ends_cleanly_with_a_partial_report_and_130(self):
        scenario = Path(self.folder.name) / "waits.yaml"
        text = Path(SMALL).read_text(encoding="utf-8").replace("  - power_off\n  - probe\n", "  - sleep: 60s\n")
        scenario.write_text(text, encoding="utf-8")
        events = Path(self.folder.name) / "events.ndjson"
        os.mkfifo(events)
        process = subprocess.Popen([FLEETSIM, "run", str(scenario), "--quiet", "--json", str(self.report), "--events", str(events)],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        with open(events, encoding="utf-8") as stream:
            for line in stream:
                event = json.loads(line)
                if event.get("kind") == "step_started" and "sleep" in json.dumps(event):
                    process.send_signal(signal.SIGINT)
                    break
            for _ in stream:  # read on, or the writer would wait
                pass
        self.assertEqual(process.wait(DEADLINE_S), 130, process.stderr.read())
        process.stderr.close()
        report = json.loads(self.report.read_text(encoding="utf-8"))
        self.assertEqual((report["verdict"], report["moves"]), ("interrupted", 20))

    def test_two_shards_run_the_whole_fleet_between_them(self):
        totals, fleets = [], []
        for shard in ("0/2", "1/2"):
            events = Path(self.folder.name) / "events.ndjson"
            _, report = self.small_move("devices=21", code=0, options=("--shard", shard, "--events", str(events)))
            totals.append(report["devices"]["total"])
            lines = [json.loads(line) for line in events.read_text(encoding="utf-8").splitlines()]
            fleets.append({line["device"] for line in lines if line.get("kind") == "committed"})
        self.assertEqual(sorted(totals), [10, 11])
        self.assertEqual([len(fleet) for fleet in fleets], totals)
        self.assertEqual(fleets[0] | fleets[1], {f"a1TestPK001/meter{number:06}" for number in range(21)})


if __name__ == "__main__":
    unittest.main(verbosity=2)

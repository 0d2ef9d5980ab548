#!/usr/bin/python3
"""The JSON Schemas against the programs: a file that the reader takes passes its schema, a file that it refuses for its form does not."""

import copy
import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import jsonschema
import yaml

ROOT = Path(__file__).resolve().parents[2]
CHECK = os.environ["CHECK_SCENARIO"]
SAMPLE = os.environ["PRINT_SAMPLE_REPORT"]


class Loader(yaml.SafeLoader):
    """YAML 1.2's truth values: `off` is a word, as it is for the reader and for editors."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:int")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))
Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^-?[0-9]+$"), list("-0123456789"))


def schema(name: str) -> dict:
    return json.loads((ROOT / "scenarios" / f"{name}.schema.json").read_text(encoding="utf-8"))


def errors(name: str, document) -> list[str]:
    return [error.message for error in jsonschema.Draft202012Validator(schema(name)).iter_errors(document)]


def reader_takes(documents: list) -> list[bool]:
    """What the reader says to each; one process for all, because starting one under the sanitizers is what takes time."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [str(Path(folder) / f"case{number}.yaml") for number in range(len(documents))]
        for path, document in zip(paths, documents):
            Path(path).write_text(yaml.safe_dump(document), encoding="utf-8")
        answers = subprocess.run([CHECK, *paths], capture_output=True, text=True, check=True).stdout.splitlines()
        return [answer.startswith("good ") for answer in answers]


GOOD = {
    "platform": {"regions": ["cn-shanghai", "ap-southeast-1"], "products": [{"key": "a1TestPK001"}], "limits": "unlimited"},
    "groups": {"meters": {"devices": 10}},
    "steps": ["bring_online"],
}
SHANGHAI, SINGAPORE = "iotx-oxssharez200", "iotx-oxssharez400"


def changed(path: str, value) -> dict:
    """GOOD with one value set; `path` is keys and positions with dots between them."""
    document = copy.deepcopy(GOOD)
    *parents, last = path.split(".")
    node = document
    for key in parents:
        node = node[int(key)] if isinstance(node, list) else node.setdefault(key, {})
    node[int(last) if isinstance(node, list) else last] = value
    return document


ALSO_GOOD = [
    changed("world", "virtual"), changed("network", {"latency": "20ms", "jitter": "1ms", "bandwidth": "8KiB"}), changed("network", {"tls": "real"}), changed("network", {"tls": "modelled"}),
    changed("network", {"latency": {"min": "1ms", "p50": "20ms", "p90": "30ms", "p99": "50ms", "max": "1s"}}),
    changed("network", {"latency": "20ms", "routes": [
        {"groups": "meters", "regions": ["cn-shanghai"], "leg": "mqtt", "latency": {"min": "1ms"}, "jitter": "3ms", "bandwidth": "8KiB"}, {"jitter": "0ms"}]}),
    changed("seed", 9), changed("duration_max", "1m30s"), changed("groups.meters.tls", "mbedtls"), changed("groups.meters.tls", {"mqtt": "openssl"}),
    changed("groups.meters.devices", {"count": 3, "prefix": "m-", "first_index": 7}), changed("groups.meters.keep_alive", "60s"),
    changed("groups.meters.load", {"topic": "t", "payload": "1KiB", "qos": 1, "window": 4}), changed("groups.meters.addresses", "loopback"),
    changed("groups.meters.addresses", {"ranges": ["127.1.0.0/16"]}), changed("steps.0", {"sleep": "300ms"}), changed("steps.0", {"publish": 3}),
    changed("steps.0", {"distribute": {"source": SHANGHAI, "target": SINGAPORE}}), changed("steps.0", {"wait_until": "moved"}),
    changed("steps.0", {"distribute": {"source": SHANGHAI, "policy": "nearest_access", "targets": [SHANGHAI, SINGAPORE]}}),
    changed("steps.0", {"wait_until": {"what": "moved", "share": "99%"}}), changed("steps.0", {"probe": {"sample": 5}}),
    changed("thresholds", {"connects": "count==10", "move_seconds{group:meters,leg:mqtt}": ["p(95) < 2", {"threshold": "max<5", "abortOnFail": True}]}),
    changed("generator", {"late_share_max": "2%", "loop_lag_p99_max": "1s"}), changed("platform.limits", {"mode": "documented", "payload_bytes": "1KiB"}),
    changed("platform.regions.1", {"id": "moon", "latitude": 1, "longitude": 2}), changed("platform.source_grace", "1s"),
    {**GOOD, "groups": {"meters": {"devices": 10, "executor": "constant-arrival-rate", "rate": 30, "timeUnit": "1m"}}},
    {**GOOD, "groups": {"meters": {"devices": 3, "executor": "listed", "at": [0, "1.5s", "1m"]}}},
    changed("thresholds", {'connects{group:"meters"}': "count>0"}), changed("groups.meters.load", {"rate": 100000}),
    {**changed("groups.meters.devices", "${n}"), "vars": {"n": 5}},
    changed("platform.misbehaviour", [{"kind": "bootstrap_status", "status": 503, "share": "20%", "calls": {"first": 2}, "endpoint": "bootstrap"}]),
    changed("platform.limits", {"misbehaviour_rules": 3, "misbehaviour_held_bytes": "1MiB"}), changed("thresholds", {"misbehaviours": "count>1"}),
    changed("steps.0", {"misbehave": "mqtt_kick"}), changed("steps.0", {"misbehave": {"kind": "mqtt_late", "packet": "suback", "delay": "2s"}}),
    changed("steps.0", {"misbehave": {"kind": "job_jitter", "before_device": 3, "calls": {"from": 2, "to": 3}, "times": 1, "lasts": "1m"}}),
    changed("steps.0", {"misbehave": {"kind": "notify_malformed", "devices": ["a1TestPK001/m*"], "calls": {"every": 2}}}),
    changed("steps.0", "heal"), changed("steps.0", {"heal": {"must_have_fired": False}}),
    {**GOOD, "steps": [{"misbehave": {"name": "a", "kind": "mqtt_kick"}}, {"heal": "a"}]},
    changed("groups.meters.version", "1.0.0"), changed("groups.meters.registration", "http"), changed("groups.meters", {"devices": 10, "tls": "openssl", "registration": "mqtt_nwl"}), changed("steps.0", {"expect": {"at": SHANGHAI, "status": "ONLINE"}}),
    changed("steps.0", {"expect": {"stranded": True, "share": "50%"}}), changed("steps.0", {"expect": {"at": SHANGHAI, "tags": "none", "properties": {"T": 21.5}}}),
    changed("steps.0", {"upgrade": {"at": SHANGHAI, "version": "2.0.0", "size": "8KiB"}}), changed("steps.0", {"set_property": {"at": SHANGHAI, "properties": {"on": True}}}),
    changed("steps.0", {"report": {"tags": {"room": "hall"}, "event": "opened"}}), changed("steps.0", {"join_group": {"at": SHANGHAI, "device_group": "hall"}}),
    changed("steps.0", {"delete_devices": {"at": SHANGHAI}}), changed("steps.0", {"disable_devices": {"at": SHANGHAI, "groups": ["meters"]}}), changed("steps.0", {"enable_devices": {"at": SHANGHAI}}),
    changed("steps", [{"distribute": {"name": "x", "source": SHANGHAI, "target": SINGAPORE, "may_fail": True}}, {"retry": "x"}, "retry"]),
    changed("steps.0", {"distribute": {"source": SHANGHAI, "target": SINGAPORE, "devices": "file"}}),
    changed("steps.0", {"distribute": {"source": SHANGHAI, "target": SINGAPORE, "content": "product_only"}}),
    {**GOOD, "groups": {"meters": {"devices": 2}, "sensors": {"devices": 4, "behind": "meters"}}},
    changed("random_faults", "90s"), changed("random_faults", {"over": "1m", "at_least": 2, "at_most": 3, "kinds": ["latency", "power_cut"]}),
    changed("random_faults", {"kinds": "loss"}), changed("random_faults", {"kinds": ["misbehaviour"]}),
    changed("faults", []), changed("faults", ["partition", "dns_failure", {"kind": "platform_crash", "downtime": "2s", "from": "5s"}]),
    changed("faults", [{"kind": "latency", "latency": "100ms", "jitter": "20ms", "distribution": "normal", "leg": "mqtt", "direction": "up", "toxicity": "25%",
                        "per": "device", "groups": "meters", "regions": ["cn-shanghai"], "from": "1m", "duration": "30s", "name": "slow"}]),
    changed("faults", [{"kind": "loss", "loss": "1%"}, {"kind": "loss", "p": 0.01, "r": "30%", "1-h": 1, "1-k": 0}, {"kind": "clock_jump", "by": "-1m30s"}]),
    changed("faults", [{"kind": "bandwidth", "rate": "4KiB"}, {"kind": "clock_skew", "ppm": -200}, {"kind": "power_cut", "probability": "1%", "at": "both"}]),
    changed("faults", [{"kind": "misbehaviour", "rule": {"kind": "bootstrap_status", "status": 503, "calls": {"first": 2}, "times": 9}, "toxicity": "20%", "until": "9s"},
                       {"kind": "misbehaviour", "rule": {"kind": "mqtt_kick"}, "regions": "cn-shanghai"}, {"kind": "power_cut", "probability": "1%", "regions": "cn-shanghai"},
                       {"kind": "late_notify", "delay": "5s", "regions": ["cn-shanghai"]}]),
    changed("faults", [{"kind": "bootstrap_outage", "leg": "bootstrap", "how": "unanswered"}, {"kind": "region_down", "regions": "cn-shanghai", "until": "9s"}]),
    changed("steps.0", {"inject": "partition"}), changed("steps.0", {"inject": {"kind": "slicer", "average_size": 64, "delay": "1ms"}}),
    {**GOOD, "steps": [{"inject": {"name": "a", "kind": "timeout"}}, {"heal": "a"}]},
]

BAD = [
    changed("wrold", "sockets"), changed("seed", -1), changed("seed", "one"), changed("duration_max", 10), changed("duration_max", "10 s"),
    changed("world", "imagined"), changed("network", {"latency": "20"}), changed("network", {"latency": {"p50": "1ms", "p51": "2ms"}}), changed("network", {"bandwidth": -1}), changed("network", {"tls": "openssl"}),
    changed("network", {"routes": [{"groups": "meters"}]}), changed("network", {"routes": [{"latency": "1ms", "leg": "all"}]}),
    changed("network", {"routes": {"latency": "1ms"}}), changed("network", {"routes": [{"latency": "1ms", "group": "meters"}]}),
    changed("network", {"speed": 1}), changed("connects_in_flight", 0), changed("groups", {}), changed("groups", []), changed("steps", []),
    changed("groups.meters", {}), changed("groups.meters.devices", 0), changed("groups.meters.devices", "many"), changed("groups.meters.tls", "gnutls"),
    changed("groups.meters.transport", "udp"), changed("groups.meters.devices", {"count": 1, "prefix": "a b"}), changed("groups.meters.colour", "red"),
    changed("groups.meters.load", {"qos": 2}), changed("groups.meters.load", {"qos": 0, "rate": 1}), changed("groups.meters.load", {"rate": 100001}),
    changed("groups.meters.timeUnit", "1m"), changed("thresholds", {"connects{}": "count>0"}), changed("groups.meters.executor", "constant-vus"), changed("groups.meters.executor", "listed"),
    changed("groups.meters.at", ["1s"]), {**GOOD, "groups": {"meters": {"devices": 2, "executor": "listed", "at": ["1s", "soon"]}}},
    changed("groups.meters.rate", 5),
    changed("groups.meters.executor", "ramping-fleet"), changed("steps.0", "sleep"), changed("steps.0", "bring_onlin"), changed("steps.0", {"sleep": 5}),
    changed("steps.0", {"sleep": "5s", "probe": {}}), changed("steps.0", {"distribute": {"source": SHANGHAI}}), changed("steps.0", {"wait_until": "gone"}),
    changed("steps.0", {"wait_until": {"what": "moved", "share": 2}}), changed("thresholds", {"move_secs": "p(95)<2"}),
    changed("thresholds", {"move_seconds": "p95<2"}), changed("thresholds", {"move_seconds{device:x}": "p(95)<2"}),
    changed("thresholds", {"move_seconds": [{"expression": "p(95)<2"}]}), changed("generator", {"late_share_max": 5}),
    changed("platform.limits", "none"), changed("platform.limits", {"devices": 5}), changed("platform.regions", []), changed("platform.notify_qos", 2),
    changed("platform.connack", {"disabled": 6}), changed("platform.products", [{"name": "no key"}]), changed("platform.will_honoured", "yes"),
    changed("platform.products.0.devices", [{"name": "abc", "secret": "x"}]), changed("platform.bootstrap", {"port": 70000}),
    changed("platform.misbehaviour", [{"kind": "rain"}]), changed("platform.misbehaviour", {"kind": "mqtt_kick"}),
    changed("platform.misbehaviour", [{"name": "no kind"}]), changed("platform.misbehaviour", [{"kind": "mqtt_kick", "status": 503}]),
    changed("steps.0", {"misbehave": {"kind": "bootstrap_status", "status": 200}}), changed("steps.0", {"misbehave": {"kind": "mqtt_kick", "calls": {}}}),
    changed("steps.0", {"misbehave": {"kind": "mqtt_kick", "calls": {"first": 1, "every": 2}}}), changed("steps.0", "misbehave"),
    changed("steps.0", {"misbehave": {"kind": "mqtt_late", "packet": "pubrec"}}), changed("steps.0", {"heal": {"all": True}}),
    changed("steps.0", {"misbehave": {"kind": "mqtt_late", "delay": 2}}), changed("steps.0", {"misbehave": {"kind": "mqtt_kick", "times": 0}}),
    changed("groups.meters.registration", "smoke"), changed("groups.meters.version", ""), changed("steps.0", {"expect": {"status": "ONLINE"}}),
    changed("steps.0", {"expect": {"at": SHANGHAI, "status": "AWAKE"}}), changed("steps.0", {"expect": {"at": SHANGHAI, "tags": {}}}), changed("steps.0", {"upgrade": {"version": "2"}}),
    changed("steps.0", {"set_property": {"at": SHANGHAI}}), changed("steps.0", {"set_property": {"at": SHANGHAI, "properties": {"a b": 1}}}), changed("steps.0", {"report": {}}),
    changed("steps.0", {"report": {"event": "a b"}}), changed("steps.0", {"join_group": {"at": SHANGHAI}}), changed("steps.0", {"delete_devices": {}}), changed("steps.0", {"enable_devices": {"at": SHANGHAI, "share": 1}}), changed("steps.0", {"retry": 5}),
    changed("steps.0", {"distribute": {"source": SHANGHAI, "target": SINGAPORE, "devices": "all"}}), changed("steps.0", {"distribute": {"source": SHANGHAI, "target": SINGAPORE, "content": "shadow"}}),
    changed("random_faults", {"over": 5}), changed("random_faults", {"kinds": ["rain"]}), changed("random_faults", {"at_most": 65}),
    changed("random_faults", {"seeds": 5}),
    changed("faults", ["misbehaviour"]), changed("faults", [{"kind": "misbehaviour", "rule": {"kind": "rain"}}]),
    changed("faults", [{"kind": "misbehaviour", "rule": {"kind": "mqtt_kick", "share": "50%"}}]),
    changed("faults", [{"kind": "misbehaviour", "rule": {"kind": "mqtt_kick", "endpoint": "bootstrap"}}]),
    changed("faults", [{"kind": "partition", "rule": {"kind": "mqtt_kick"}}]), changed("faults", [{"kind": "clock_jump", "by": "1s", "regions": "cn-shanghai"}]),
    changed("faults", [{"kind": "stale_endpoint", "regions": "cn-shanghai"}]),
    changed("faults", {"kind": "partition"}), changed("faults", ["latency"]), changed("faults", [{"kind": "rain"}]), changed("faults", [{"name": "no-kind"}]),
    changed("faults", [{"kind": "latency", "latency": 5}]), changed("faults", [{"kind": "latency", "latency": "1s", "colour": "red"}]),
    changed("faults", [{"kind": "partition", "leg": "udp"}]), changed("faults", [{"kind": "partition", "toxicity": 1.5}]), changed("faults", [{"kind": "region_down"}]),
    changed("faults", [{"kind": "partition", "until": "5s", "duration": "5s"}]), changed("faults", [{"kind": "partition", "latency": "1s"}]),
    changed("faults", [{"kind": "loss"}]), changed("faults", [{"kind": "loss", "loss": "1%", "p": "1%"}]), changed("faults", [{"kind": "loss", "loss": "1%", "r": "1%"}]),
    changed("faults", [{"kind": "clock_skew", "ppm": 100001}]), changed("faults", [{"kind": "clock_skew", "ppm": 5, "leg": "mqtt"}]),
    changed("faults", [{"kind": "reset_peer", "direction": "up"}]), changed("faults", [{"kind": "bootstrap_outage", "leg": "mqtt"}]),
    changed("faults", [{"kind": "bootstrap_outage", "regions": "cn-shanghai"}]), changed("faults", [{"kind": "platform_crash", "groups": "meters"}]),
    changed("faults", [{"kind": "platform_crash", "until": "9s"}]), changed("faults", [{"kind": "duplicate_notify", "copies": 1}]),
    changed("faults", [{"kind": "power_cut", "probability": "1%", "at": "night"}]), changed("faults", [{"kind": "clock_jump", "by": "soon"}]),
    changed("steps.0", "inject"), changed("steps.0", {"inject": "latency"}), changed("steps.0", {"inject": {"kind": "partition", "from": 5}}),
    changed("external", {"host": "h"}), {key: value for key, value in GOOD.items() if key != "platform"},
]


class Schemas(unittest.TestCase):
    def test_the_schemas_are_schemas(self):
        for name in ("scenario", "platform", "report"):
            jsonschema.Draft202012Validator.check_schema(schema(name))

    def test_every_shipped_file_passes_its_schema(self):
        files = sorted((ROOT / "scenarios").rglob("*.yaml"))
        self.assertGreaterEqual(len(files), 10)
        for path in files:
            with self.subTest(path=path.name):
                document = yaml.load(path.read_text(encoding="utf-8"), Loader)
                self.assertEqual(errors("platform" if path.parent.name == "platforms" else "scenario", document), [])

    def test_reader_and_schema_take_the_same_files(self):
        documents = [GOOD, *ALSO_GOOD]
        for document, taken in zip(documents, reader_takes(documents), strict=True):
            with self.subTest(document=document):
                self.assertEqual(errors("scenario", document), [])
                self.assertTrue(taken)

    def test_reader_and_schema_refuse_the_same_files(self):
        for document, taken in zip(BAD, reader_takes(BAD), strict=True):
            with self.subTest(document=document):
                self.assertNotEqual(errors("scenario", document), [])
                self.assertFalse(taken)

    def test_every_kind_of_misbehaviour_is_in_the_schema_with_its_parameters(self):
        rule = schema("scenario")["$defs"]["misbehaviour"]
        self.assertEqual(rule, schema("platform")["$defs"]["misbehaviour"])
        parameters = {one["if"]["properties"]["kind"]["const"]: one["then"]["properties"] for one in rule["allOf"]}
        kinds = Path(ROOT / "platform-mock" / "core" / "misbehaviour" / "kinds")
        self.assertEqual(sorted(rule["properties"]["kind"]["enum"]), sorted(path.stem for path in kinds.glob("*.cpp")))
        for kind in rule["properties"]["kind"]["enum"]:
            named = re.findall(r'_parameter\(\s*"(\w+)"', (kinds / f"{kind}.cpp").read_text(encoding="utf-8"))
            self.assertEqual(sorted(parameters.get(kind, {})), sorted(named), kind)

    def test_every_kind_of_fault_is_in_the_schema_with_its_parameters(self):
        fault = schema("scenario")["$defs"]["fault"]
        parameters = {one["if"]["properties"]["kind"]["const"]: one["then"]["properties"] for one in fault["allOf"] if "if" in one}
        kinds = Path(ROOT / "sim" / "faults" / "kinds")
        self.assertEqual(sorted(fault["properties"]["kind"]["enum"]), sorted(path.stem for path in kinds.glob("*.cpp")))
        self.assertEqual(schema("scenario")["$defs"]["fault_kind"]["enum"], fault["properties"]["kind"]["enum"])
        for kind in fault["properties"]["kind"]["enum"]:
            named = re.findall(r'_parameter\(\s*"([\w-]+)"|\.name = "([\w-]+)",\s*\.type', (kinds / f"{kind}.cpp").read_text(encoding="utf-8"))
            self.assertEqual(sorted(parameters[kind].keys() - {"leg", "rule"}), sorted(a or b for a, b in named), kind)
            self.assertIn(f"{kind}: ", fault["properties"]["kind"]["description"])

    def test_a_platform_has_the_same_settings_in_a_scenario_and_in_a_file_of_its_own(self):
        alone, inside = schema("platform"), schema("scenario")
        for name in alone["$defs"].keys() & inside["$defs"].keys():
            self.assertEqual(inside["$defs"][name], alone["$defs"][name], name)
        part = next(form for form in inside["properties"]["platform"]["anyOf"] if "properties" in form)
        self.assertEqual(part["properties"].keys() - {"file"} | {"vars"}, alone["properties"].keys())

    def test_a_report_passes_its_schema(self):
        report = json.loads(subprocess.run([SAMPLE], capture_output=True, check=True).stdout)
        self.assertEqual(errors("report", report), [])
        del report["devices"]["stranded"]
        self.assertNotEqual(errors("report", report), [])

    def test_the_buckets_of_a_report_add_up_to_its_counts(self):
        report = json.loads(subprocess.run([SAMPLE], capture_output=True, check=True).stdout)
        trend = report["metrics"]["move_seconds"]
        self.assertEqual(sum(count for series in trend["series"] for _, count in series["buckets"]), trend["count"])

    def test_the_schema_names_every_metric_of_the_report(self):
        report = json.loads(subprocess.run([SAMPLE], capture_output=True, check=True).stdout)
        pattern = schema("scenario")["properties"]["thresholds"]["propertyNames"]["pattern"]
        for name in report["metrics"]:
            self.assertRegex(name, pattern)


if __name__ == "__main__":
    unittest.main(verbosity=2)

#!/usr/bin/python3
"""Nearest access, computed a second time: from each device's address to a region, with nothing of fleetsim's own.

The shipped scenario runs with 300 devices. From its event stream come the address that each device showed and the region that it ended
in. Here the address is looked up by a reader of the MaxMind-DB format of our own, the country is a point (the centre that the CIA World
Factbook gives, not the city that the platform takes), and the nearest region follows from the haversine formula.
"""

import ipaddress
import json
import math
import os
import struct
import subprocess
import tempfile
import unittest
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLEETSIM = os.environ["FLEETSIM_BINARY"]
SCENARIO = ROOT / "scenarios" / "nearest-access.yaml"
DATABASE = ROOT / "node_modules" / "@ip-location-db" / "geo-whois-asn-country-mmdb" / "geo-whois-asn-country.mmdb"
DEVICES = 300
EARTH_KM = 6371.0
CLEAR_MARGIN = 1.1  # the second nearest region is at least this much farther, or the choice of a country's point would decide

REGIONS = {"cn-shanghai": (31.2, 121.5), "ap-southeast-1": (1.35, 103.8), "eu-central-1": (50.1, 8.7), "us-east-1": (38.9, -77.5)}
INSTANCES = {"iotx-oxssharez200": "cn-shanghai", "iotx-oxssharez400": "ap-southeast-1", "iotx-oxssharez700": "eu-central-1",
             "iotx-oxssharez600": "us-east-1"}
COUNTRIES = {"CN": (35, 105), "JP": (36, 138), "KR": (37, 127.5), "SG": (1.37, 103.8), "ID": (-5, 120), "AU": (-27, 133), "IN": (20, 77),
             "DE": (51, 9), "FR": (46, 2), "GB": (54, -2), "US": (38, -97), "BR": (-10, -55)}
# Cities as tzdata's zone.tab has them, of countries that have one: distances from there are what the platform says it compared.
CITIES = {"JP": (35.654, 139.745), "KR": (37.55, 126.967), "IN": (22.533, 88.367), "DE": (52.5, 13.367), "FR": (48.867, 2.333), "GB": (51.508, -0.125)}
DISTANCE_TOLERANCE = 0.02  # of the distance: regions stand here with a tenth of a degree


class CountryDatabase:
    """MaxMind DB file format 2.0: a binary search tree over the bits of an address, data records behind it."""

    def __init__(self, path: Path):
        self.bytes = path.read_bytes()
        marker = self.bytes.rindex(b"\xab\xcd\xefMaxMind.com") + 14
        metadata, _ = self.value(marker, marker)
        self.nodes, self.bits, self.version = metadata["node_count"], metadata["record_size"], metadata["ip_version"]
        self.data = self.nodes * self.bits // 4 + 16

    def country(self, address: str) -> str | None:
        packed = ipaddress.ip_address(address).packed
        if self.version == 6 and len(packed) == 4:
            packed = bytes(12) + packed
        node = 0
        for bit in range(8 * len(packed)):
            node = self.record(node, packed[bit // 8] >> (7 - bit % 8) & 1)
            if node >= self.nodes:
                break
        if node <= self.nodes:
            return None
        found, _ = self.value(self.data + node - self.nodes - 16, self.data)
        return found["country_code"]

    def record(self, node: int, side: int) -> int:
        size = self.bits // 4
        raw = self.bytes[node * size:(node + 1) * size]
        if self.bits == 28:
            high = raw[3] >> 4 if side == 0 else raw[3] & 15
            return high << 24 | int.from_bytes(raw[0:3] if side == 0 else raw[4:7], "big")
        half = size // 2
        return int.from_bytes(raw[side * half:(side + 1) * half], "big")

    def value(self, at: int, base: int):
        control = self.bytes[at]
        kind, at = control >> 5, at + 1
        if kind == 1:
            extra = (control >> 3 & 3) + 1
            low = int.from_bytes(self.bytes[at:at + extra], "big")
            pointer = low if extra == 4 else ((control & 7) << 8 * extra | low) + (0, 0, 2048, 526336)[extra]
            return self.value(base + pointer, base)[0], at + extra
        if kind == 0:
            kind, at = 7 + self.bytes[at], at + 1
        size = control & 31
        if size > 28:
            extra = size - 28
            size = int.from_bytes(self.bytes[at:at + extra], "big") + (0, 29, 285, 65821)[extra]
            at += extra
        if kind == 7:
            found = {}
            for _ in range(size):
                key, at = self.value(at, base)
                found[key], at = self.value(at, base)
            return found, at
        if kind == 11:
            items = []
            for _ in range(size):
                item, at = self.value(at, base)
                items.append(item)
            return items, at
        if kind == 14:
            return size != 0, at
        raw = self.bytes[at:at + size]
        if kind == 2:
            return raw.decode("utf-8"), at + size
        if kind in (3, 15):
            return struct.unpack(">d" if kind == 3 else ">f", raw)[0], at + size
        return int.from_bytes(raw, "big", signed=kind == 8), at + size


def kilometres(a: tuple, b: tuple) -> float:
    (lat_a, lon_a), (lat_b, lon_b) = (tuple(map(math.radians, point)) for point in (a, b))
    h = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(h))


def nearest(country: str) -> str:
    return min(REGIONS, key=lambda region: kilometres(COUNTRIES[country], REGIONS[region]))


def mistakes(events: list[dict], database: CountryDatabase) -> list[str]:
    """What is wrong with where devices ended; empty when every one is in the region nearest to its country."""
    shown, seen, committed, connected = {}, {}, {}, {}
    for event in sorted(events, key=lambda event: event["t"]):
        device, kind = event.get("device"), event.get("kind")
        if event["side"] == "device" and kind == "bootstrap_started":
            shown.setdefault(device, set()).add(event.get("address"))
        elif event["side"] == "device" and kind == "connected":
            connected[device] = event["region"]
        elif kind == "committed":
            committed[device] = INSTANCES[event["instance"]]
            seen[device] = event.get("address")
    wrong = []
    for device, addresses in sorted(shown.items()):
        country = database.country(next(iter(addresses))) if len(addresses) == 1 and None not in addresses else None
        if country not in COUNTRIES:
            wrong.append(f"{device}: addresses {addresses}, country {country}")
            continue
        expected = nearest(country)
        if (committed.get(device), connected.get(device)) != (expected, expected):
            wrong.append(f"{device} in {country}: nearest {expected}, committed {committed.get(device)}, connected {connected.get(device)}")
        if seen.get(device) not in addresses:
            wrong.append(f"{device}: shows {addresses}, the platform sees {seen.get(device)}")
    if len(shown) != DEVICES or set(committed) != set(shown):
        wrong.append(f"{len(shown)} devices, {len(committed)} committed")
    return wrong


class NearestAccess(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.database = CountryDatabase(DATABASE)
        with tempfile.TemporaryDirectory() as folder:
            scenario = Path(folder) / "scenario.yaml"
            # Addresses and a port of its own: other tests may run shipped scenarios meanwhile.
            text = SCENARIO.read_text(encoding="utf-8").replace("../node_modules", str(ROOT / "node_modules"))
            text = text.replace("18443", "18473")
            for net in (2, 3, 4, 5):
                text = text.replace(f"127.0.{net}.1", f"127.0.7{net}.1")
            scenario.write_text(text, encoding="utf-8")
            events, report = Path(folder) / "events.ndjson", Path(folder) / "report.json"
            command = [FLEETSIM, "run", scenario, "--set", f"devices={DEVICES}", "--events", events, "--json", report, "--quiet"]
            answer = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
            assert answer.returncode in (0, 5), answer.stdout + answer.stderr  # 5: a busy machine spoils the timing, not the places
            cls.events = [json.loads(line) for line in events.read_text(encoding="utf-8").splitlines()[1:]]
            cls.report = json.loads(report.read_text(encoding="utf-8"))

    def test_every_device_is_in_the_region_nearest_to_its_country(self):
        self.assertEqual(mistakes(self.events, self.database), [])

    def test_the_report_counts_what_the_events_say(self):
        last = {event["device"]: event["instance"] for event in self.events if event.get("kind") == "committed"}
        job = self.report["distribution"][0]
        self.assertEqual(job["targets"], dict(Counter(last.values())))
        self.assertEqual(set(job["targets"]), set(INSTANCES), "every region is nearest to somebody")
        countries = Counter(self.database.country(event["address"]) for event in self.events if event.get("kind") == "committed")
        self.assertEqual(set(countries), set(COUNTRIES), "every country has devices")
        self.assertEqual(job["reasons"], {f"{country} -> {nearest(country)}": count for country, count in countries.items()})

    def test_the_distances_that_the_platform_gives_are_great_circles(self):
        told = {event["detail"] for event in self.events if event.get("kind") == "bootstrap_answered" and event["detail"].startswith("nearest of 4: ")}
        measured = {}
        for detail in told:
            country, _, region, km, _ = detail.removeprefix("nearest of 4: ").split()
            measured[country] = (region, float(km))
        self.assertEqual(set(measured), set(COUNTRIES))
        for country, city in CITIES.items():
            region, km = measured[country]
            with self.subTest(country=country):
                self.assertEqual(region, nearest(country))
                self.assertAlmostEqual(km, kilometres(city, REGIONS[region]), delta=DISTANCE_TOLERANCE * km)

    def test_no_country_lies_between_two_regions(self):
        for country, point in COUNTRIES.items():
            first, second, *_ = sorted(kilometres(point, region) for region in REGIONS.values())
            self.assertGreater(second, CLEAR_MARGIN * first, country)

    def test_this_judge_sees_a_device_in_the_wrong_region_and_one_without_address(self):
        events = json.loads(json.dumps(self.events))
        commits = [event for event in events if event.get("kind") == "committed"]
        commits[0]["instance"] = next(instance for instance in INSTANCES if instance != commits[0]["instance"])
        self.assertEqual(len(mistakes(events, self.database)), 1)
        for event in events:
            event.pop("address", None)
        self.assertGreaterEqual(len(mistakes(events, self.database)), DEVICES)

    def test_this_judge_measures_well(self):
        # Shanghai to Singapore by the great circle: 3,800 km.
        self.assertAlmostEqual(kilometres(REGIONS["cn-shanghai"], REGIONS["ap-southeast-1"]), 3800, delta=30)
        self.assertIsNone(self.database.country("10.1.2.3"))
        self.assertEqual(self.database.country("8.8.8.8"), "US")


if __name__ == "__main__":
    unittest.main(verbosity=2)

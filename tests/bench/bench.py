#!/usr/bin/python3
"""Whole-run benchmarks: tools/build.sh bench && tests/bench/bench.py [--check] [--update] [NAME...]; names: broker_connect broker_publish mock_publish mock_connect moves moves_tls
api_query_device durable_jobs deadlines virtual_million virtual_idle virtual_sweep python.

Every figure is printed beside a yardstick that was measured in the same run on the same machine: absolute figures do not carry over, ratios do.
With --check it ends with 1 when a figure is not what is wanted. With --update the figures of README.md that were measured are written anew, and no others.
"""

import base64
import csv
import hashlib
import hmac
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

import durable_jobs as jobs
import figures
import python_runs
import virtual_runs as virtual

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("FLEETSIM_BIN", ROOT / "build" / "bench" / "bin"))
BROKER = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
PORT = 18931
RUNS = int(os.environ.get("FLEETSIM_BENCH_RUNS", "3"))
TICKS = os.sysconf("SC_CLK_TCK")
MISSED: list[str] = []
TOLD: list[str] = []  # of the benchmark that runs


def pinned(core: int, *command: str) -> list[str]:
    return ["taskset", "-c", str(core), *map(str, command)]


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_bytes(pid: int) -> int:
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(encoding="ascii")).group(1)) * 1024


class Mosquitto:
    """A broker on core 0, its log thrown away."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        config = Path(self.folder.name) / "mosquitto.conf"
        config.write_text(f"listener {PORT} 127.0.0.1\nallow_anonymous true\nmax_inflight_messages 0\n", encoding="utf-8")
        self.process = subprocess.Popen(pinned(0, BROKER, "-v", "-c", config), stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if "running" in line:
                break
        self.drain = subprocess.Popen(["cat"], stdin=self.process.stderr, stdout=subprocess.DEVNULL)
        self.pid = self.process.pid
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.drain.wait()
        self.process.stderr.close()
        self.folder.cleanup()


class Mock:
    """`fleetsim platform` on core 0 with `count` registered devices; their triples are in `triples`."""

    def __init__(self, count: int):
        self.folder = tempfile.TemporaryDirectory()
        folder = Path(self.folder.name)
        self.triples = folder / "devices.csv"
        rows = [("a1BenchPK01", f"bench{i:06d}", f"{i:032x}") for i in range(count)]
        with open(self.triples, "w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows([("productKey", "deviceName", "deviceSecret"), *rows])
        devices = "".join(f"      - {{name: {name}, secret: \"{secret}\"}}\n" for _, name, secret in rows)
        self.config = folder / "platform.yaml"
        self.config.write_text((Path(__file__).parent / "platform.yaml.in").read_text(encoding="utf-8").replace("@DEVICES@", devices), encoding="utf-8")

    def __enter__(self):
        self.process = subprocess.Popen(pinned(0, BIN / "fleetsim", "platform", "--config", self.config), stdout=subprocess.PIPE, text=True)
        ready = json.loads(self.process.stdout.readline())
        self.host, self.port, self.pid = ready["instances"][0]["host"], ready["instances"][0]["port"], self.process.pid
        self.management = ready["management"]["port"]
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        self.process.stdout.close()
        self.folder.cleanup()


def fleetsim(core: int | None, scenario: str, *more: str) -> dict:
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        command = [BIN / "fleetsim", "run", ROOT / "scenarios" / "load" / scenario, "--quiet", "--json", report.name, *more]
        result = subprocess.run(pinned(core, *command) if core is not None else list(map(str, command)), check=False)
        if result.returncode not in (0, 99):
            raise SystemExit(f"{' '.join(map(str, command))} ended with {result.returncode}")
        return json.loads(Path(report.name).read_text(encoding="utf-8"))


def yardstick(*command: str) -> str:
    return subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout


def number(pattern: str, text: str) -> float:
    return float(re.search(pattern, text).group(1))


def number_in(name: str, text: str) -> float:
    return number(rf"{name}=([\d.]+)", text)


def median(values) -> float:
    return statistics.median(list(values))


def row(what: str, ours: float, unit: str, theirs: float | None, yard: str, bound: str) -> None:
    ratio = f"{ours / theirs:6.2f} x {yard} ({theirs:,.0f})" if theirs else ""
    held = holds(ours, theirs, bound)
    if not held:
        MISSED.append(what.strip())
    tell(f"{what:<52} {ours:>12,.1f} {unit:<10} {ratio:<44} wanted {bound}{'' if held else '  MISSED'}")


def tell(line: str) -> None:
    TOLD.append(line)
    print(line, flush=True)


def holds(ours: float, theirs: float | None, bound: str) -> bool:
    """A bound with a unit is about our figure, one without about our share of the yardstick's, when there is one; "-" is none."""
    if bound == "-":
        return True
    comparison, wanted, unit = re.fullmatch(r"([<>]=) ([\d,.]+)(/s| us| ns| s| MiB| B|)(?: \(.*\))?", bound).groups()
    figure = ours / theirs if theirs and not unit else ours
    return figure >= float(wanted.replace(",", "")) if comparison == ">=" else figure <= float(wanted.replace(",", ""))


def broker_connect() -> None:
    floor, ours = [], []
    for _ in range(RUNS):
        with Mosquitto():
            floor.append(number(r"rate=(\d+)", yardstick(*pinned(1, BIN / "mqttload", "conn", "n=10000", f"port={PORT}", "win=48", "hold=0"))))
        with Mosquitto():
            ours.append(fleetsim(1, "broker-connect.yaml", "--set", "clients=10000", "--set", "in_flight=48", "--set", f"port={PORT}", "--threads", "1"))
    rate = median(r["metrics"]["connects_per_second"]["value"] for r in ours)
    row("10,000 connects into mosquitto", rate, "/s", median(floor), "mqttload", ">= 0.7")
    row("  client CPU a connect", median(r["generator"]["cpu_microseconds_per_connect"] for r in ours), "us", None, "", "<= 60")
    row("  user memory a client", median(r["generator"]["bytes_per_device"] for r in ours), "B", None, "", "<= 2048")


def broker_publish() -> None:
    floor, ours = [], []
    for _ in range(RUNS):
        with Mosquitto():
            floor.append(number(r"acked=(\d+)", yardstick(*pinned(1, BIN / "mqttload", "pub", "n=100", "qos=1", "secs=5", f"port={PORT}"))))
        with Mosquitto():
            ours.append(fleetsim(1, "broker-publish.yaml", "--set", "clients=100", "--set", "window=16", "--set", "topic=fleet/{dn}/t", "--set", "duration=5s", "--set", f"port={PORT}", "--threads", "1"))
    rate = median(r["metrics"]["publish_acks_per_second"]["value"] for r in ours)
    row("QoS 1 publishes into mosquitto, 100 clients", rate, "/s", median(floor), "mqttload", ">= 0.9")
    row("  client CPU a publish", median(r["generator"]["cpu_microseconds_per_publish"] for r in ours), "us", None, "", "<= 20")


def server_publish(server, *more: str) -> float:
    """QoS 1 acknowledgements a core-second of the server, from the same fleet."""
    before = cpu_seconds(server.pid)
    report = fleetsim(1, "broker-publish.yaml", "--set", "clients=100", "--set", "duration=5s", "--threads", "1", *more)
    acks = report["metrics"]["publish_ack_seconds"]["count"]
    return acks / (cpu_seconds(server.pid) - before)


def mock_publish() -> None:
    ours, theirs = [], []
    for _ in range(RUNS):
        with Mosquitto() as broker:
            theirs.append(server_publish(broker, "--set", f"port={PORT}"))
        with Mock(100) as mock:
            ours.append(server_publish(mock, "--set", f"port={mock.port}", "--set", f"host={mock.host}", "--set", "auth=device_secret",
                                       "--set", f"devices={mock.triples}"))
    row("the mock: QoS 1 acks a core-second", median(ours), "/s", median(theirs), "mosquitto", ">= 1.0")


def mock_connect() -> None:
    count = 9000
    ours, memory, theirs = [], [], []
    for _ in range(RUNS):
        with Mosquitto() as broker:
            before = cpu_seconds(broker.pid)
            fleetsim(1, "broker-connect.yaml", "--set", f"clients={count}", "--set", f"port={PORT}", "--threads", "1")
            theirs.append((cpu_seconds(broker.pid) - before) / count * 1e6)
        with Mock(count) as mock:
            before, rss, grown = cpu_seconds(mock.pid), resident_bytes(mock.pid), 0
            command = pinned(1, BIN / "fleetsim", "run", ROOT / "scenarios/load/broker-connect.yaml", "--quiet", "--threads", "1", "--set", f"clients={count}",
                             "--set", f"port={mock.port}", "--set", f"host={mock.host}", "--set", "auth=device_secret", "--set", f"devices={mock.triples}")
            fleet = subprocess.Popen(list(map(str, command)))
            while fleet.poll() is None:
                grown = max(grown, resident_bytes(mock.pid) - rss)
                time.sleep(0.01)
            ours.append((cpu_seconds(mock.pid) - before) / count * 1e6)
            memory.append(grown / count)
    row("the mock: CPU a signed connect", median(ours), "us", median(theirs), "mosquitto", "<= 60 us")
    row("the mock: user memory an idle connection", median(memory), "B", None, "", "<= 2048")


def whole_moves(name: str, bound: str, *more: str) -> None:
    floor, ours = [], []
    for _ in range(RUNS):
        floor.append(number(r"rate=(\d+)", yardstick(BIN / "floor", "conn", "n=9000")))
        ours.append(fleetsim(None, "move.yaml", "--set", "devices=9000", *more))
    rate = median(r["metrics"]["moves_per_second"]["value"] for r in ours)
    row(name, rate, "/s", median(floor), "bare connects", bound)


def moves() -> None:
    whole_moves("whole moves, both ends in one process", ">= 3,000/s")


def moves_tls() -> None:
    whole_moves("whole moves, TLS on the bootstrap leg", ">= 1,000/s", "--set", "tls=openssl")


def signed_query(number: int) -> bytes:
    """A whole QueryDevice request in the RPC form, with a nonce of its own; signed here, before anything is measured."""
    fields = {
        "Action": "QueryDevice", "ProductKey": "a1BenchPK01", "PageSize": "10", "CurrentPage": "1", "Version": "2018-01-20", "Format": "JSON",
        "AccessKeyId": "benchid", "SignatureMethod": "HMAC-SHA1", "SignatureVersion": "1.0", "SignatureNonce": f"{os.getpid()}-{number}",
        "Timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
    quoted = lambda text: urllib.parse.quote(text, safe="-_.~")  # noqa: E731
    pairs = "&".join(f"{name}={quoted(value)}" for name, value in sorted(fields.items()))
    digest = hmac.new(b"benchsecret&", f"POST&%2F&{quoted(pairs)}".encode(), hashlib.sha1).digest()
    body = f"{pairs}&Signature={quoted(base64.b64encode(digest).decode())}".encode()
    head = f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def api_query_device() -> None:
    """Per second of the server's own core, beside a server that answers as many bytes without looking; the rate by the clock below it."""
    count, devices = 40_000, 1000
    ours, wall, theirs = [], [], []

    def asked(pid: int, port: float, requests: Path) -> tuple[float, str]:
        before = cpu_seconds(pid)
        told = yardstick(*pinned(1, BIN / "httpload", "load", f"file={requests}", f"port={port:.0f}"))
        return count / (cpu_seconds(pid) - before), told

    with tempfile.TemporaryDirectory() as folder:
        for run in range(RUNS):
            requests = Path(folder) / f"requests{run}.bin"
            with open(requests, "wb") as out:
                for request in (signed_query(run * count + number) for number in range(count)):
                    out.write(len(request).to_bytes(4, "little") + request)
            with Mock(devices) as mock:
                rate, told = asked(mock.pid, mock.management, requests)
            ours.append(rate)
            wall.append(number_in("rate", told))
            bare = subprocess.Popen(pinned(0, BIN / "httpload", "serve", f"bytes={number_in('bytes', told):.0f}"), stdout=subprocess.PIPE, text=True)
            theirs.append(asked(bare.pid, number_in("port", bare.stdout.readline()), requests)[0])
            bare.terminate()
            bare.wait()
            bare.stdout.close()
    row("management API: signed QueryDevice a core-second", median(ours), "/s", median(theirs), "bare HTTP", ">= 10,000/s")
    row("  by the clock, 16 connections kept alive", median(wall), "/s", None, "", ">= 10,000/s")



def durable_jobs() -> None:
    rows = median(jobs.seconds_for_rows() for _ in range(RUNS))
    for durability in ("normal", "full"):
        took = median(jobs.seconds_for_jobs(BIN / "fleetsim", durability) for _ in range(RUNS))
        row(f"100 jobs x 1,000 devices, durability {durability}", jobs.ROWS / took, "devices/s", jobs.ROWS / rows, "raw SQLite rows/s",
            ">= 6,667/s (15 s)" if durability == "normal" else "-")
        tell(f"  seconds, from the first call to the last record      {took:>11,.2f} s")


def deadlines() -> None:
    """Of the fastest of some runs each: what else this machine does can only make it slower."""
    told = json.loads(yardstick(BIN / "deadline_queue_bench", f"--benchmark_repetitions={RUNS}", "--benchmark_format=json"))
    least: dict[tuple[str, int], float] = {}
    for run in told["benchmarks"]:
        if run["run_type"] != "iteration":
            continue
        what, devices = run["name"].split("/")[:2]
        at = (what, int(devices))
        least[at] = min(least.get(at, run["cpu_time"]), run["cpu_time"])
    for what in ("fire_and_set", "move"):
        for devices, most in ((100_000, 3), (1_000_000, 4), (10_000_000, 5)):
            row(f"a deadline among {devices:,}: {what.replace('_', ' ')}", least[what, devices], "ns", least[what, 10_000], "among 10,000", f"<= {most}")


def virtual_million() -> None:
    """One run of each: they take minutes together, and their trace hashes say that all did the same."""
    binary, scenario = BIN / "fleetsim", "million-devices.yaml"
    small = virtual.simulate(binary, scenario, 1, "--set", "devices=10000")
    one = virtual.simulate(binary, scenario, 1)
    two = virtual.simulate(binary, scenario, 2)
    if one.trace_hash != two.trace_hash or two.devices_online != 1_000_000:
        raise SystemExit("1,000,000 devices: two threads did something else than one")
    row("1,000,000 devices online and moved, two threads", two.seconds, "s", None, "", "<= 30 s")
    row("  the most that was resident", two.mebibytes, "MiB", None, "", "<= 2,560 MiB")
    row("  memory a device", two.bytes_per_device, "B", None, "", "<= 2,048 B")
    row("  one thread, against two", one.seconds, "s", two.seconds, "two threads", ">= 1.6")
    row("  a device among 1,000,000, one thread", one.seconds, "us", small.seconds * 100, "among 10,000", "<= 1.2")


def virtual_idle() -> None:
    run = virtual.simulate(BIN / "fleetsim", "load/idle-hour.yaml", 2)
    row("an idle hour of 100,000 devices, PINGREQ every 60 s", run.seconds, "s", None, "", "<= 20 s")


def virtual_sweep() -> None:
    seconds = virtual.sweep(BIN / "fleetsim", 1000)
    row("sweep, 1,000 seeds of 50 devices under chaos", seconds, "s", None, "", "<= 60 s")


def python() -> None:
    """One of each in turn, so that all have the same weather; the module is that of preset python."""
    devices, program, plain, checked, imports = 100_000, [], [], [], []
    for _ in range(RUNS):
        program.append(python_runs.by_program(BIN / "fleetsim", devices))
        plain.append(python_runs.by_python(devices))
        checked.append(python_runs.by_python(devices, check=True))
        imports.append(python_runs.import_seconds())
    row("100,000 devices from Python, CPU", median(plain), "s", median(program), "the program", "<= 1.05")
    row("  a check that does nothing, a move", (median(checked) - median(plain)) / devices * 1e6, "us", None, "", "<= 2 us")
    row("import fleetsim", median(imports), "s", None, "", "<= 0.15 s")


ALL = {f.__name__: f for f in (broker_connect, broker_publish, mock_publish, mock_connect, moves, moves_tls, api_query_device, durable_jobs,
                               deadlines, virtual_million, virtual_idle, virtual_sweep, python)}

def main(words: list[str]) -> None:
    options = {word for word in words if word.startswith("--")}
    names = [word for word in words if word not in options] or list(ALL)
    if options - {"--check", "--update"} or not set(names) <= set(ALL):
        raise SystemExit(f"options: --check --update; benchmarks: {' '.join(ALL)}")
    if "--update" in options:
        figures.read()  # a README without a place for them is told before, not after minutes
    for name in names:
        TOLD.clear()
        ALL[name]()
        if "--update" in options:
            figures.update(name, TOLD, list(ALL))
    if "--check" in options and MISSED:
        raise SystemExit(f"missed: {', '.join(MISSED)}")


if __name__ == "__main__":
    main(sys.argv[1:])

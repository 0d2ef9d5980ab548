"""Runs in simulated time, as whole processes: seconds, memory and trace hash of `fleetsim run --world virtual`, and seconds of a sweep."""

import json
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Run:
    seconds: float
    mebibytes: float  # the most that was resident
    bytes_per_device: float  # of both sides: what memory has grown by
    trace_hash: str
    devices_online: int


def simulate(binary: Path, scenario: str, threads: int, *more: str) -> Run:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [binary, "run", ROOT / "scenarios" / scenario, "--world", "virtual", "--threads", str(threads), "--quiet", "--json", report, *more]
        begin = time.monotonic()
        process = subprocess.Popen(list(map(str, command)), stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - begin
        if process.returncode != 0:
            raise SystemExit(f"{scenario} with {threads} threads ended with {process.returncode}")
        told = json.loads(report.read_text(encoding="utf-8"))
    return Run(seconds, usage.ru_maxrss / 1024, told["generator"]["bytes_per_device"], told["trace_hash"], told["devices"]["online"])


def sweep(binary: Path, seeds: int) -> float:
    begin = time.monotonic()
    command = [binary, "sweep", ROOT / "scenarios" / "chaos.yaml", "--seeds", f"1..{seeds}", "--collect", "--quiet"]
    subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - begin

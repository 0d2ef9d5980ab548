#!/usr/bin/python3
"""What ships is run, on a release build, in simulated time: shipped_runs.py build/release/bin/fleetsim [SCENARIO...]

Every scenario under scenarios/ runs with one thread and with two: it ends as it promises, breaks no invariant, and both runs have one trace hash;
with another seed it has another. Large fleets are made smaller here (SMALLER), to a thousand devices and more: to more than one shard, so that there
is something to do side by side. What cannot run in simulated time stands in NOT_VIRTUAL with what the program says of it. Then chaos.yaml is
swept: no invariant is broken, and every situation that `fleetsim list situations` knows came up. What failed is told with the line that repeats
it; exit 1 when anything did.
"""
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[3]
SEED = 7
RUN_SECONDS_MAX = 120  # a second is usual, on a machine with nothing else to do
SWEPT, SWEEP_SEEDS = "chaos.yaml", 300

# So many devices that a run takes a second or less; what a scenario is about still happens.
SMALLER = {
    "evening-migration.yaml": {"devices": 2000, "batch": 10},  # 200 jobs, a second each, as ever: the outage comes in the middle
    "million-devices.yaml": {"devices": 5000},
    "mixed-firmware-100k.yaml": {"devices": 500},
    "thundering-herd.yaml": {"devices": 500},
    "nearest-access.yaml": {"devices": 1200},
    "tls.yaml": {"mbedtls_devices": 5, "openssl_devices": 30},
    "load/idle-hour.yaml": {"devices": 1100},
    "load/move.yaml": {"devices": 1500},
    "load/overload.yaml": {"devices": 1500},
}
# Exit codes other than 0 that a scenario is written for.
PROMISED = {"load/overload.yaml": 5}
# Who cannot, and what the program says instead.
NOT_VIRTUAL = {
    "paho.yaml": "transport paho opens sockets of its own",
    "load/broker-connect.yaml": "--world is for scenarios whose platform runs in this process",
    "load/broker-publish.yaml": "--world is for scenarios whose platform runs in this process",
}


class Ended(NamedTuple):
    code: int
    report: dict
    told: str
    again: str  # the line that repeats it


def call(program: str, *words: str) -> subprocess.CompletedProcess:
    try:
        return subprocess.run([program, *words], cwd=ROOT, capture_output=True, text=True, timeout=RUN_SECONDS_MAX, check=False)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(words, -1, "", f"not over after {RUN_SECONDS_MAX} s: give it a smaller fleet in SMALLER of {Path(__file__).name}")


def run(program: str, scenario: str, seed: int, threads: int) -> Ended:
    words = ["run", f"scenarios/{scenario}", "--world", "virtual", "--invariants", "--seed", str(seed), "--threads", str(threads)]
    for name, value in SMALLER.get(scenario, {}).items():
        words += ["--set", f"{name}={value}"]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        ended = call(program, *words, "--quiet", "--json", str(report))
        written = json.loads(report.read_text(encoding="utf-8")) if report.is_file() else {}
    return Ended(ended.returncode, written, (ended.stderr.strip() or ended.stdout.strip())[-2000:], " ".join([program, *words]))


def what_both_have(ended: Ended) -> dict:
    return {"exit code": ended.code, **{name: ended.report.get(name) for name in ("trace_hash", "verdict", "devices", "moves", "steps", "violations", "invariants", "distribution")}}


def judge_scenario(program: str, scenario: str) -> list[str]:
    """What is wrong with it."""
    one = run(program, scenario, SEED, 1)
    if scenario in NOT_VIRTUAL:
        refused = one.code in (2, 3) and NOT_VIRTUAL[scenario] in one.told
        return [] if refused else [f"it ended with {one.code}, and was to be refused: {NOT_VIRTUAL[scenario]}; is it to leave NOT_VIRTUAL?\n  {one.again}"]
    promised = PROMISED.get(scenario, 0)
    if one.code != promised:
        return [f"exit {one.code}, it promises {promised}\n  {one.again}\n{one.told}"]
    wrong = []
    if not re.fullmatch(r"[0-9a-f]{32}", one.report.get("trace_hash") or ""):
        wrong.append(f"no trace hash\n  {one.again}")
    if not one.report.get("invariants"):
        wrong.append(f"no invariant has watched it\n  {one.again}")
    two = run(program, scenario, SEED, 2)
    ours, theirs = what_both_have(one), what_both_have(two)
    different = next((name for name in ours if ours[name] != theirs[name]), None)
    if different:
        wrong.append(f"{different} is {ours[different]} with one thread, {theirs[different]} with two\n  {one.again}\n  {two.again}\n{two.told}")
    other = run(program, scenario, SEED + 1, 2)
    if other.code != promised:
        wrong.append(f"exit {other.code}, it promises {promised}\n  {other.again}\n{other.told}")
    elif other.report.get("trace_hash") == one.report.get("trace_hash"):
        wrong.append(f"another seed has the same trace\n  {one.again}\n  {other.again}")
    return wrong


def judge_sweep(program: str) -> list[str]:
    words = ["sweep", f"scenarios/{SWEPT}", "--seeds", f"1..{SWEEP_SEEDS}", "--collect"]
    again = " ".join([program, *words])
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "sweep.json"
        ended = call(program, *words, "--quiet", "--json", str(report))
        if not report.is_file():
            return [f"exit {ended.returncode}, and no report\n  {again}\n{ended.stderr}"]
        found = json.loads(report.read_text(encoding="utf-8"))
    wrong = []
    if ended.returncode != 0 or found["violations"] or found["seeds_run"] != SWEEP_SEEDS or not found["passed"]:
        replays = "".join(f"\n  {one['replay']}" for one in found["failures"] if "replay" in one)
        wrong.append(f"exit {ended.returncode}, {found['seeds_run']} seeds run, {found['violations']} violations, never met {found['never_reached']}\n  {again}{replays}")
    for what in ("invariants", "situations"):
        counted = found["exercised" if what == "invariants" else "sometimes"]
        listed = re.findall(r"^  (\w+) ", call(program, "list", what).stdout, re.MULTILINE)
        never = [name for name in listed if not counted.get(name)]
        if never or not listed:
            wrong.append(f"of {len(listed)} {what} these never came up: {', '.join(never)}\n  {again}")
    return wrong


def shipped() -> list[str]:
    folder = ROOT / "scenarios"
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.yaml") if path.relative_to(folder).parts[0] != "platforms")


def main() -> int:
    if len(sys.argv) < 2:
        print(__doc__.splitlines()[0], file=sys.stderr)
        return 2
    program, named = sys.argv[1], sys.argv[2:]
    tasks = {name: (lambda name=name: judge_scenario(program, name)) for name in shipped() if not named or name in named}
    if not named:
        tasks["sweep"] = lambda: judge_sweep(program)
    failed = 0
    for name, task in tasks.items():
        begin = time.monotonic()
        wrong = task()
        failed += bool(wrong)
        verdict = "FAILED" if wrong else "cannot, as it says" if name in NOT_VIRTUAL else "holds"
        print(f"  {name:<28} {verdict:<18} {time.monotonic() - begin:5.1f} s", flush=True)
        for one in wrong:
            print(f"{name}: {one}")
    for name in sorted({*SMALLER, *PROMISED, *NOT_VIRTUAL} - set(shipped())):
        failed += 1
        print(f"{name} is not under scenarios/ any more: take it off the lists of {Path(__file__).name}")
    print(f"shipped runs: {len(tasks)} tried, {failed} failed")
    return 1 if failed or not tasks else 0


if __name__ == "__main__":
    sys.exit(main())

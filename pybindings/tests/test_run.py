"""Runs: what they give, how they are told of, and how they end."""

from __future__ import annotations

import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
from typing import Any, Callable, List

import pytest

import fleetsim as fs
from conftest import counting_beside

# Long enough that nobody is through with it before it is told to end.
LONG = {"groups": {"meters": {"devices": 50_000}}, "steps": ["bring_online", {"sleep": "5h"}], "duration_max": "6h"}


def test_a_run_is_the_command_lines_run(small_scenario: Callable[..., fs.Scenario], tmp_path: pathlib.Path) -> None:
    scenario = small_scenario()
    file, report_file = tmp_path / "small.yaml", tmp_path / "report.json"
    file.write_text(scenario.to_yaml(), encoding="utf-8")
    assert fs.main(["run", str(file), "--seed", "5", "--quiet", "--json", str(report_file)]) == 0
    report = scenario.run(seed=5)
    expected = json.loads(report_file.read_text(encoding="utf-8"))
    got = report.to_dict()
    host = {"host_seconds", "generator"}  # what it took on this host
    assert {key: got[key] for key in got if key not in host} == {key: expected[key] for key in expected if key not in host}
    assert report.trace_hash == expected["trace_hash"]


def test_the_seed_decides_and_threads_do_not(small_scenario: Callable[..., fs.Scenario]) -> None:
    scenario = small_scenario(devices=60)
    hashes = [scenario.run(seed=seed, threads=threads).trace_hash for seed, threads in ((1, 1), (1, 2), (2, 1))]
    assert hashes[0] == hashes[1] != hashes[2]


def test_a_failed_run_is_a_report_not_an_error(small_scenario: Callable[..., fs.Scenario]) -> None:
    report = small_scenario(thresholds={"connects": "count<1"}).run()
    assert not report.passed
    assert (report.exit_code, report.verdict) == (99, "fail")
    assert [threshold.ok for threshold in report.thresholds] == [False]
    assert "connects" in report.summary()


def test_the_world_can_be_another(small_scenario: Callable[..., fs.Scenario]) -> None:
    report = small_scenario(devices=3).run(world="sockets")
    assert report.passed, report.summary()
    assert (report.world, report.trace_hash, report.host_seconds) == ("sockets", None, None)
    with pytest.raises(ValueError, match="world"):
        small_scenario().run(world="external")


@pytest.mark.parametrize(
    "wrong, kind, name",
    [
        ({"seed": "1"}, TypeError, "seed"),
        ({"seed": True}, TypeError, "seed"),
        ({"seed": -1}, ValueError, "seed"),
        ({"seed": 2**63}, ValueError, "seed"),
        ({"threads": 1.0}, TypeError, "threads"),
        ({"threads": 257}, ValueError, "threads"),
        ({"world": "real"}, ValueError, "world"),
        ({"world": 1}, TypeError, "world"),
        ({"progress": 3}, TypeError, "progress"),
        ({"notice": "loud"}, TypeError, "notice"),
        ({"events": 3}, TypeError, "str, bytes or os.PathLike|events"),
    ],
)
def test_wrong_arguments_are_named(small_scenario: Callable[..., fs.Scenario], wrong: Any, kind: type, name: str) -> None:
    with pytest.raises(kind, match=name):
        small_scenario().run(**wrong)


def test_what_the_machine_does_not_allow_is_a_run_error(small_scenario: Callable[..., fs.Scenario], tmp_path: pathlib.Path) -> None:
    with pytest.raises(fs.RunError, match="no-such-folder") as caught:
        small_scenario().run(events=tmp_path / "no-such-folder" / "events.ndjson")
    assert isinstance(caught.value, RuntimeError)


def test_events_are_written_to_a_file(small_scenario: Callable[..., fs.Scenario], tmp_path: pathlib.Path) -> None:
    file = tmp_path / "events.ndjson"
    small_scenario(devices=3).run(events=file)
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert lines[0]["schema_version"] == 1
    assert sum(line.get("kind") == "moved" or line.get("kind") == "committed" for line in lines) >= 3


def test_progress_is_told_on_the_calling_thread(small_scenario: Callable[..., fs.Scenario]) -> None:
    class Enough(Exception):
        pass

    told: List[fs.Progress] = []
    threads = set()

    def progress(now: fs.Progress) -> None:
        told.append(now)
        threads.add(threading.get_ident())
        if now.elapsed > 0:
            raise Enough

    with pytest.raises(Enough):
        small_scenario(**LONG).run(progress=progress)
    assert threads == {threading.get_ident()}
    assert told[-1].devices == 50_000
    assert [now.elapsed for now in told] == sorted(now.elapsed for now in told)


def test_what_a_callback_raises_ends_the_run_and_comes_out(small_scenario: Callable[..., fs.Scenario]) -> None:
    def broken(now: fs.Progress) -> None:
        raise ZeroDivisionError("of mine")

    began = time.monotonic()
    with pytest.raises(ZeroDivisionError, match="of mine"):
        small_scenario(**LONG).run(progress=broken)
    assert time.monotonic() - began < 30


def test_ctrl_c_ends_a_run_with_keyboard_interrupt(small_scenario: Callable[..., fs.Scenario]) -> None:
    def interrupt(now: fs.Progress) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        small_scenario(**LONG).run(progress=interrupt)


def test_other_threads_go_on_while_a_run_does(small_scenario: Callable[..., fs.Scenario]) -> None:
    with counting_beside() as counted:
        before = counted()
        small_scenario(devices=3000).run()
        assert counted() > before + 1000


def test_runs_side_by_side_give_what_each_gives_alone(small_scenario: Callable[..., fs.Scenario]) -> None:
    scenario = small_scenario(devices=50)
    alone = {seed: scenario.run(seed=seed).trace_hash for seed in range(1, 5)}
    together = {}

    def run(seed: int) -> None:
        together[seed] = scenario.run(seed=seed).trace_hash

    threads = [threading.Thread(target=run, args=(seed,)) for seed in alone]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


def test_a_forked_child_runs_like_its_parent(small_scenario: Callable[..., fs.Scenario]) -> None:
    code = (
        "import os, sys, fleetsim as fs\n"
        f"scenario = fs.Scenario.from_yaml({small_scenario(devices=5).to_yaml()!r})\n"
        "mine = scenario.run().trace_hash\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    os._exit(0 if scenario.run().trace_hash == mine else 1)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0

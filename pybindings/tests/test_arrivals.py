"""Arrival models: they become plain scenarios, which the command line runs to the same trace."""

from __future__ import annotations

import itertools
import json
import pathlib
import random
from datetime import timedelta
from typing import Any, Callable

import pytest

import fleetsim as fs

ONLINE = ["bring_online"]


def test_a_model_becomes_a_listed_executor() -> None:
    group = fs.Group(devices=4, arrivals=lambda n: [i * 1.5 for i in range(n)])
    assert group.to_dict() == {"devices": 4, "executor": "listed", "at": ["0s", "1.5s", "3s", "4.5s"]}


def test_times_are_taken_in_any_order_and_form() -> None:
    group = fs.Group(devices={"count": 4, "prefix": "m-"}, arrivals=lambda n: ["3s", timedelta(seconds=1), 2, 0.0000015])
    assert group.to_dict()["at"] == ["2us", "1s", "2s", "3s"]


def test_a_model_decides_when_devices_come(small_scenario: Callable[..., fs.Scenario]) -> None:
    early = small_scenario(steps=ONLINE, groups={"meters": fs.Group(devices=20, arrivals=lambda n: [0] * n)}).run()
    late = small_scenario(steps=ONLINE, groups={"meters": fs.Group(devices=20, arrivals=lambda n: [30 + i for i in range(n)])}).run()
    assert early.passed and early.elapsed < 5
    assert late.passed and 49 <= late.elapsed < 55


def test_it_round_trips_and_the_command_line_runs_it_to_the_same_trace(
    small_scenario: Callable[..., fs.Scenario], tmp_path: pathlib.Path
) -> None:
    draw = random.Random(7)
    scenario = small_scenario(groups={"meters": fs.Group(devices=20, arrivals=lambda n: (draw.expovariate(0.1) for _ in range(n)))})
    assert fs.Scenario.from_yaml(scenario.to_yaml()) == scenario
    file, report = tmp_path / "arrivals.yaml", tmp_path / "report.json"
    file.write_text(scenario.to_yaml(), encoding="utf-8")
    assert fs.main(["run", str(file), "--seed", "3", "--quiet", "--json", str(report)]) == 0
    assert json.loads(report.read_text(encoding="utf-8"))["trace_hash"] == scenario.run(seed=3).trace_hash


@pytest.mark.parametrize(
    "settings, kind, words",
    [
        ({"arrivals": 3}, TypeError, "arrivals: expected something to call with the number of devices, got 3"),
        ({"arrivals": lambda n: 3}, TypeError, "arrivals: expected 4 times, got 3"),
        ({"arrivals": lambda n: "1s 2s"}, TypeError, "arrivals: expected 4 times"),
        ({"arrivals": lambda n: [1, 2]}, ValueError, "arrivals: expected 4 times, one for each device, got 2"),
        ({"arrivals": lambda n: itertools.count()}, ValueError, "one for each device, got more"),
        ({"arrivals": lambda n: [1, 2, -1, 3]}, ValueError, r"arrivals\[2\]: expected a duration"),
        ({"arrivals": lambda n: [1, 2, None, 3]}, TypeError, r"arrivals\[2\]: expected a duration"),
        ({"arrivals": lambda n: [0] * n, "rate": 5}, ValueError, "and so does rate"),
        ({"arrivals": lambda n: [0] * n, "devices": "${n}"}, ValueError, "devices must be a number"),
        ({"arrivals": lambda n: [0] * n, "devices": {"from": "devices.csv"}}, ValueError, "devices must be a number"),
    ],
)
def test_wrong_models_are_named(settings: Any, kind: type, words: str) -> None:
    with pytest.raises(kind, match=words):
        fs.Group(**{"devices": 4, **settings})


def test_what_a_model_raises_comes_out() -> None:
    def model(n: int) -> Any:
        raise LookupError("no such curve")

    with pytest.raises(LookupError, match="no such curve"):
        fs.Group(devices=4, arrivals=model)

"""Reports: everything that the JSON has, as typed values."""

from __future__ import annotations

import gc
import json
import pathlib
from typing import Callable

import pytest

import fleetsim as fs


def test_a_report_says_what_its_json_says(small_report: fs.Report, scenarios: pathlib.Path) -> None:
    tree = json.loads(small_report.to_json())
    assert small_report.to_dict() == tree
    report = small_report
    assert (report.passed, report.verdict, report.exit_code, report.seed) == (True, "pass", 0, 1)
    assert (report.scenario, report.world, report.limits, report.shard) == ("small", "virtual", "unlimited", "0/1")
    assert (report.devices.total, report.devices.online, report.devices.moved, report.devices.stranded) == (20, 20, 20, 0)
    assert report.moves == 20
    assert report.trace_hash is not None and len(report.trace_hash) == 32
    assert report.elapsed == tree["elapsed_seconds"] > 0
    assert report.host_seconds == tree["host_seconds"]
    assert [step.outcome for step in report.steps] == ["done"] * 3
    assert all(step.began is not None and step.ended is not None and step.began <= step.ended for step in report.steps)
    assert (report.violations, report.steps_failed, report.failures, report.failures_total, report.stranded) == ((), (), (), 0, ())
    assert report.distribution[0].job == "out"
    assert sum(report.distribution[0].targets.values()) == report.distribution[0].devices == 20
    assert report.profiles[0].profile == "reference"
    assert report.profiles[0].devices.moved == 20
    assert report.generator["valid"] is True
    assert report.weather.bucket_seconds == tree["weather"]["bucket_seconds"]
    assert report.ledgers_not_compared == ""


def test_no_key_of_the_json_is_left_out(small_report: fs.Report) -> None:
    names = {"elapsed_seconds": "elapsed", "schema_version": "to_dict", "failures": "failures"}
    for key in small_report.to_dict():
        assert hasattr(small_report, names.get(key, key)), key


def test_the_json_is_as_its_schema_says(small_report: fs.Report, scenarios: pathlib.Path) -> None:
    schema = json.loads((scenarios / "report.schema.json").read_text(encoding="utf-8"))
    assert set(schema["required"]) <= set(small_report.to_dict())


def test_metrics_are_typed(small_report: fs.Report) -> None:
    moves, connects = small_report.metrics["move_seconds"], small_report.metrics["connects"]
    assert isinstance(moves, fs.TrendMetric)
    assert moves.total.count == 20
    assert 0 < moves.total.min <= moves.total.p50 <= moves.total.p99 <= moves.total.max
    assert moves.series[0].tags["group"] == "meters"
    assert isinstance(connects, fs.CounterMetric)
    assert connects.count == sum(one.count for one in connects.series) == 40
    with pytest.raises(TypeError):
        small_report.metrics["connects"] = connects  # type: ignore[index]


def test_a_devices_failure_is_told(small_scenario: Callable[..., fs.Scenario]) -> None:
    report = small_scenario(groups={"old": {"devices": 4, "profile": "legacy"}}).run()
    assert not report.passed
    assert report.devices.stranded == 4
    assert len(report.stranded) == 4
    assert {failure.group for failure in report.stranded} == {"old"}
    assert all(failure.reason for failure in report.stranded)
    assert report.steps_failed
    (failed,) = (step for step in report.steps if step.outcome == "failed")
    assert failed.why_failed and failed.why_failed[0] in report.steps_failed[0]


def test_pages(small_report: fs.Report) -> None:
    assert small_report.to_html().startswith("<!")
    assert "THRESHOLDS" not in small_report.summary()
    assert "moved 20" in small_report.summary() == str(small_report)
    assert "\x1b[" in small_report.summary(color=True)
    assert small_report.weather_csv().startswith("start_seconds,")
    assert "srcdoc" in small_report._repr_html_()
    assert "seed 1" in repr(small_report)


def test_tables_of_pandas(small_report: fs.Report) -> None:
    tables = small_report.to_pandas()
    assert set(tables) == {"metrics", "series", "steps", "thresholds", "distribution", "profiles", "failures", "stranded", "weather"}
    assert tables["metrics"].loc["move_seconds", "count"] == 20
    assert tables["series"].query("metric == 'connects'")["count"].sum() == 40
    assert tables["weather"]["moves"].sum() == 20
    assert list(tables["steps"]["outcome"]) == ["done"] * 3
    assert list(tables["profiles"]["moved"]) == [20]
    assert list(tables["failures"].columns) == ["device", "group", "reason"]


def test_a_report_outlives_its_scenario(small_scenario: Callable[..., fs.Scenario]) -> None:
    scenario = small_scenario(devices=2)
    report = scenario.run()
    del scenario
    gc.collect()
    assert report.devices.moved == 2

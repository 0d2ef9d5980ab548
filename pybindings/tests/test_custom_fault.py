"""Faults that are written in Python: what their answers do, and what is wrong with those that say nothing."""

from __future__ import annotations

import traceback
from datetime import timedelta
from typing import Any, Callable, List, Tuple

import pytest

import fleetsim as fs

ONLINE = ["bring_online"]


class OddOnesOut(fs.CustomFault):
    """Refuses devices of odd numbers for three seconds."""

    def opening(self, link: fs.LinkPlace) -> Any:
        return "refuse" if link.index % 2 and link.now < 3 else None


def test_a_fault_refuses_whom_it_will_and_is_counted(small_scenario: Callable[..., fs.Scenario]) -> None:
    report = small_scenario(steps=ONLINE).run(faults=[OddOnesOut()])
    assert report.passed, report.summary()
    assert report.elapsed >= 3
    assert report.to_dict()["faults"]["OddOnesOut"] >= 10


def test_a_run_with_a_fault_is_repeated_exactly(small_scenario: Callable[..., fs.Scenario]) -> None:
    class Rain(fs.CustomFault):
        def segment(self, link: fs.LinkPlace, direction: str, size: int) -> Any:
            return "lost" if link.random() < 0.1 else None

    scenario = small_scenario()
    dry = scenario.run().trace_hash
    hashes = {scenario.run(faults=[Rain(leg="mqtt")], threads=threads).trace_hash for threads in (1, 2)}
    assert len(hashes) == 1 and dry not in hashes
    assert scenario.run(faults=[Rain(leg="mqtt")], seed=2).trace_hash not in hashes


def test_a_fault_that_does_nothing_changes_nothing(small_scenario: Callable[..., fs.Scenario]) -> None:
    asked: List[str] = []

    class Watcher(fs.CustomFault):
        def opening(self, link: fs.LinkPlace) -> Any:
            asked.append(link.leg)
            return None

    scenario = small_scenario()
    without = scenario.run(faults=[fs.Fault("loss", loss="0%")])
    assert scenario.run(faults=[Watcher(), fs.CustomFault(name="idle")]).trace_hash == without.trace_hash
    assert set(asked) == {"bootstrap", "mqtt"}


def test_a_link_tells_where_it_is(small_scenario: Callable[..., fs.Scenario]) -> None:
    seen: List[fs.LinkPlace] = []
    sizes: List[Tuple[str, int]] = []

    class Eyes(fs.CustomFault):
        def opening(self, link: fs.LinkPlace) -> Any:
            seen.append(link)
            assert 0 <= link.random() < 1
            return None

        def segment(self, link: fs.LinkPlace, direction: str, size: int) -> Any:
            sizes.append((direction, size))
            return None

        def ending(self, link: fs.LinkPlace) -> Any:
            assert link.now == link.opened_at
            return None

    small_scenario(devices=1, steps=ONLINE).run(faults=[Eyes()])
    bootstrap, mqtt = seen
    assert (bootstrap.leg, bootstrap.region, bootstrap.connection, bootstrap.group, bootstrap.index) == ("bootstrap", "", 1, "meters", 0)
    assert (mqtt.leg, mqtt.region, mqtt.connection) == ("mqtt", "cn-shanghai", 1)
    assert mqtt.device == bootstrap.device and mqtt.device.endswith("/meters-000000")
    assert mqtt.now >= mqtt.opened_at > bootstrap.now >= 0
    assert "meters-000000, mqtt #1" in repr(mqtt)
    assert {direction for direction, size in sizes if size > 0} == {"up", "down"}
    assert 0 in {size for _, size in sizes}, "the end of the bootstrap link"
    with pytest.raises(RuntimeError, match="while they are called"):
        mqtt.random()


@pytest.mark.parametrize(
    "fate, least, most",
    [
        (None, 0.0, 1.5),
        ("2s", 4.0, 30.0),
        (2, 4.0, 30.0),
        (timedelta(seconds=2), 4.0, 30.0),
        ({"delay": "2s"}, 4.0, 30.0),
        ({"bytes_per_second": 100}, 2.0, 30.0),
        ({"slice_bytes": 20, "slice_delay": 0.5}, 2.0, 30.0),
    ],
)
def test_segments_are_as_late_as_is_said(small_scenario: Callable[..., fs.Scenario], fate: Any, least: float, most: float) -> None:
    class Slow(fs.CustomFault):
        def segment(self, link: fs.LinkPlace, direction: str, size: int) -> Any:
            return fate

    report = small_scenario(devices=3, steps=ONLINE).run(faults=[Slow(leg="mqtt")])
    assert report.passed, report.summary()
    assert least <= report.elapsed <= most


def test_links_end_when_a_fault_says_so(small_scenario: Callable[..., fs.Scenario]) -> None:
    class Brief(fs.CustomFault):
        def ending(self, link: fs.LinkPlace) -> Any:
            return ("reset", link.opened_at + 5) if link.connection == 1 else None

    report = small_scenario(devices=3, steps=["bring_online", {"sleep": "20s"}]).run(faults=[Brief(leg="mqtt")])
    assert report.to_dict()["faults"]["Brief"] == 3
    assert report.to_dict()["metrics"]["disconnects"]["count"] == 3


def test_a_link_ends_behind_the_bytes_that_a_fate_says(small_scenario: Callable[..., fs.Scenario]) -> None:
    class Scissors(fs.CustomFault):
        def segment(self, link: fs.LinkPlace, direction: str, size: int) -> Any:
            return {"end": "close", "end_after_bytes": 1} if link.connection == 1 and direction == "down" else None

    report = small_scenario(devices=3, steps=ONLINE).run(faults=[Scissors(leg="mqtt")])
    assert report.passed, report.summary()
    assert report.to_dict()["metrics"]["connect_failures"]["count"] == 3


def test_an_opening_may_be_unanswered_unknown_or_late(small_scenario: Callable[..., fs.Scenario]) -> None:
    for fate in ("unanswered", "name_unknown", "1s"):

        class Gate(fs.CustomFault):
            def opening(self, link: fs.LinkPlace) -> Any:
                return fate if link.connection == 1 else None

        report = small_scenario(devices=2, steps=ONLINE).run(faults=[Gate(leg="bootstrap")])
        assert report.passed, report.summary()
        assert report.elapsed >= 1.0, fate


@pytest.mark.parametrize(
    "hook, answer, kind, words",
    [
        ("opening", "refused", ValueError, r"Wrong\.opening\(\): expected None, \"refuse\", .* got 'refused'"),
        ("opening", object(), TypeError, r"Wrong\.opening\(\): expected None"),
        ("opening", True, TypeError, r"Wrong\.opening\(\)"),
        ("opening", -1, ValueError, r"Wrong\.opening\(\): expected a duration"),
        ("opening", "3 s", ValueError, r"Wrong\.opening\(\): expected a duration"),
        ("segment", "drop", ValueError, r"Wrong\.segment\(\): expected None, \"lost\", \"held\""),
        ("segment", ["lost"], TypeError, r"Wrong\.segment\(\)"),
        ("segment", {"dely": 1}, ValueError, r"Wrong\.segment\(\): dely: no such word; known are delay"),
        ("segment", {"lost": 1}, TypeError, r"Wrong\.segment\(\): lost: expected True or False, got 1"),
        ("segment", {"delay": float("nan")}, ValueError, r"Wrong\.segment\(\): delay"),
        ("segment", {"slice_bytes": 0}, ValueError, r"slice_bytes: expected a whole number from 1"),
        ("segment", {"slice_bytes": 2**70}, ValueError, r"slice_bytes: expected a whole number from 1"),
        ("segment", {"bytes_per_second": 1.5}, TypeError, r"bytes_per_second: expected a whole number"),
        ("segment", {"end": "stop"}, ValueError, r"end: expected \"reset\" or \"close\""),
        ("segment", {"end": "reset", "end_after_bytes": 10**6}, ValueError, r"end_after_bytes: expected a whole number from 0 to"),
        ("segment", {"end_after_bytes": 1}, ValueError, r"end_after_bytes needs an end"),
        ("segment", {1: 2}, ValueError, r"keys that are str"),
        ("ending", "reset", ValueError, r"Wrong\.ending\(\): expected None or a pair"),
        ("ending", ("reset", 0), ValueError, r"from link\.opened_at on"),
        ("ending", ("fade", 1), ValueError, r"\"reset\" or \"close\""),
        ("ending", 7, TypeError, r"Wrong\.ending\(\)"),
    ],
)
def test_wrong_answers_end_the_run_and_are_named(
    small_scenario: Callable[..., fs.Scenario], hook: str, answer: Any, kind: type, words: str
) -> None:
    wrong = type("Wrong", (fs.CustomFault,), {hook: lambda self, *arguments: answer})
    with pytest.raises(kind, match=words):
        small_scenario(devices=2, steps=ONLINE).run(faults=[wrong()])


@pytest.mark.parametrize(
    "settings, kind, words",
    [
        ({"groups": ["meter"]}, ValueError, "groups: no group \"meter\""),
        ({"groups": [3]}, TypeError, "groups: expected names"),
        ({"regions": "moon"}, ValueError, "regions: no region \"moon\""),
        ({"leg": "left"}, ValueError, "leg: expected \"bootstrap\", \"mqtt\", \"both\" or None, got 'left'"),
        ({"direction": "down "}, ValueError, "direction"),
        ({"per": 3}, ValueError, "per"),
        ({"toxicity": 2}, ValueError, "toxicity: expected a share from 0 to 1, got 2"),
        ({"toxicity": float("nan")}, ValueError, "toxicity"),
        ({"toxicity": None}, TypeError, "toxicity"),
        ({"name": "a name"}, ValueError, "name"),
        ({"name": ""}, ValueError, "name"),
        ({"name": 7}, TypeError, "name"),
        ({"from_": "soon"}, ValueError, "from_: expected a duration"),
        ({"from_": "2s", "until": "1s"}, ValueError, "until"),
        ({"until": "2s", "duration": "1s"}, ValueError, "until or duration, not both"),
    ],
)
def test_wrong_settings_are_named_before_the_run(
    small_scenario: Callable[..., fs.Scenario], settings: Any, kind: type, words: str
) -> None:
    with pytest.raises(kind, match=f"^OddOnesOut: .*{words}"):
        small_scenario().run(faults=[OddOnesOut(**settings)])


def test_an_exception_ends_the_run_and_comes_out_with_its_traceback(small_scenario: Callable[..., fs.Scenario]) -> None:
    asked = 0

    class Broken(fs.CustomFault):
        def opening(self, link: fs.LinkPlace) -> Any:
            nonlocal asked
            asked += 1
            raise LookupError("what I had in mind")

    with pytest.raises(LookupError, match="what I had in mind") as caught:
        small_scenario().run(faults=[Broken()])
    assert asked == 1
    assert "raise LookupError" in "".join(traceback.format_tb(caught.value.__traceback__))


def test_faults_of_both_kinds_go_together(small_scenario: Callable[..., fs.Scenario]) -> None:
    scenario = small_scenario(steps=ONLINE)
    report = scenario.run(faults=[fs.Fault("latency", latency="100ms"), OddOnesOut()])
    assert {"latency", "OddOnesOut"} <= set(report.to_dict()["faults"])
    with pytest.raises(TypeError, match="faults: expected a list"):
        scenario.run(faults=OddOnesOut())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"faults\[0\]"):
        scenario.run(faults=[object()])  # type: ignore[list-item]
    with pytest.raises(fs.ScenarioError):
        scenario.run(faults=["rain"])


def test_only_simulated_time_waits_for_python(small_scenario: Callable[..., fs.Scenario]) -> None:
    with pytest.raises(ValueError, match="faults: .*only world virtual"):
        small_scenario().run(world="sockets", faults=[OddOnesOut()])


def test_a_class_that_forgets_its_parent_is_told(small_scenario: Callable[..., fs.Scenario]) -> None:
    class Forgetful(OddOnesOut):
        def __init__(self) -> None:
            pass

    with pytest.raises(TypeError, match="super"):
        small_scenario().run(faults=[Forgetful()])

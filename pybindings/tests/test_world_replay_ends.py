"""The same run again: how it ended, and what the scenario's own steps have no say in."""

from __future__ import annotations

import pathlib
from typing import Any, Callable, Dict, List

import pytest

import fleetsim as fs
from conftest import SHANGHAI, SINGAPORE, move, small


@pytest.mark.parametrize("failing", [1, 3, 20])
@pytest.mark.parametrize("threads", [1, 2])
def test_a_run_that_a_check_has_ended_is_the_same_again(tmp_path: pathlib.Path, failing: int, threads: int) -> None:
    heard = 0

    def nth(event: fs.Event) -> None:
        nonlocal heard
        heard += 1
        assert heard != failing, "planted"

    file = tmp_path / "again.yaml"
    world = fs.World(small(), threads=threads)
    world.check(on="moved")(nth)
    with pytest.raises(fs.CheckFailed, match="planted"):
        move(world)
        world.run_for("1s")
    world.save_replay(file)
    report = world.close()
    assert not report.passed and heard == failing
    assert fs.Scenario.load(file).run().trace_hash == report.trace_hash


def test_orders_while_devices_say_good_bye_are_refused() -> None:
    world = fs.World(small(3))
    world.fleet.bring_online()
    world.check(on="disconnected")(lambda event: world.fleet[0].power_on())
    with pytest.raises(RuntimeError, match="its devices say good-bye"):
        world.close()
    assert not world.report().passed


def test_firmware_is_upgraded_where_the_group_has_a_version(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "again.yaml"
    with fs.World(small(groups={"meters": {"devices": 5, "version": "1.0.0"}})) as world:
        world.fleet.bring_online()
        world.platform.upgrade(world.fleet, "2.0.0", at=SHANGHAI)
        world.platform.expect(world.fleet, at=SHANGHAI, version="2.0.0")
        world.save_replay(file)
    assert world.report().passed
    assert fs.Scenario.load(file).run().trace_hash == world.report().trace_hash


def test_devices_that_tell_no_version_are_not_upgraded(world: fs.World, tmp_path: pathlib.Path) -> None:
    world.fleet.bring_online()
    with pytest.raises(ValueError, match="group meters tell no version"):
        world.platform.upgrade(world.fleet, "2.0.0", at=SHANGHAI)
    world.save_replay(tmp_path / "again.yaml")
    assert fs.Scenario.load(tmp_path / "again.yaml").run().trace_hash == world.close().trace_hash


def test_a_version_alone_changes_nothing_between_world_and_replay(tmp_path: pathlib.Path) -> None:
    with fs.World(small(groups={"meters": {"devices": 5, "version": "1.0.0"}})) as world:
        move(world)
        world.save_replay(tmp_path / "again.yaml")
    assert fs.Scenario.load(tmp_path / "again.yaml").run().trace_hash == world.report().trace_hash


def test_the_steps_of_its_scenario_decide_nothing_in_an_open_world(tmp_path: pathlib.Path) -> None:
    steps = [
        "bring_online",
        {"inject": {"kind": "latency", "latency": "100ms"}},
        {"distribute": {"name": "out", "source": SHANGHAI, "target": SINGAPORE}},
        {"upgrade": {"at": SHANGHAI, "version": "2.0.0"}},
    ]
    file = tmp_path / "again.yaml"
    with fs.World(small(steps=steps)) as world:
        assert world.inject("latency", latency="50ms", jitter="50ms", toxicity="50%") == "latency"
        move(world)
        with pytest.raises(fs.ScenarioError, match="no distribute step before this one has that name"):
            world.perform({"retry": "out"})
        world.save_replay(file)
    assert fs.Scenario.load(file).run().trace_hash == world.report().trace_hash


def test_a_fault_of_python_s_own_is_healed_by_its_name() -> None:
    with fs.World(small(3), faults=[fs.CustomFault(name="first")]) as world:
        world.inject(fs.CustomFault(name="second"))
        world.fleet.bring_online()
        world.heal("first", "second")
        with pytest.raises(fs.StepFailed):
            world.heal("first")


def test_a_platform_that_keeps_nothing_does_not_crash(world: fs.World, tmp_path: pathlib.Path) -> None:
    world.fleet.bring_online()
    with pytest.raises(ValueError, match="keeps nothing that it could come back from"):
        world.inject("platform_crash", downtime="1s")
    world.save_replay(tmp_path / "again.yaml")
    assert fs.Scenario.load(tmp_path / "again.yaml").run().trace_hash == world.close().trace_hash
    never = fs.Fault("platform_crash", downtime="1s", name="never", **{"from": "100h"})
    with fs.World(small(3), faults=[never]) as another:
        another.fleet.bring_online()
        another.inject("platform_crash", downtime="1s", name="now")
        another.run_until(lambda: another.fleet.online == 0, within="10s")
        another.run_until(another.fleet.all_online, within="5m")


@pytest.mark.parametrize(
    "settings, why",
    [
        ({"duration_max": "3s"}, "its duration_max is over"),
        ({"thresholds": {"connects": [{"threshold": "count<1", "abortOnFail": True}]}}, "a threshold that ends the run was crossed"),
    ],
)
def test_nothing_is_ordered_of_a_run_that_has_ended_by_itself(tmp_path: pathlib.Path, settings: Dict[str, Any], why: str) -> None:
    world = fs.World(small(3, **settings))
    with pytest.raises((TimeoutError, RuntimeError)):
        world.fleet.bring_online()
        world.run_for("1h")
    orders: List[Callable[[], object]] = [
        world.fleet[0].cut_power,
        world.fleet.publish,
        lambda: world.inject("latency", latency="1s"),
        lambda: world.fleet.bring_online(wait=False),
        lambda: world.platform.api("CreateProduct", ProductName="lamps", NodeType=0),
    ]
    for order in orders:
        with pytest.raises(RuntimeError, match=f"the run has ended .{why}.: nothing can be ordered any more"):
            order()
    assert world.fleet[0].has_power
    world.save_replay(tmp_path / "again.yaml")
    assert fs.Scenario.load(tmp_path / "again.yaml").run().trace_hash == world.close().trace_hash

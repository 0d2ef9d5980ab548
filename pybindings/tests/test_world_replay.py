"""Worlds that stay open: the same run again, from what was ordered."""

from __future__ import annotations

import pathlib
import re
import subprocess
import sys
from typing import Any, Callable, Dict, List

import pytest

import fleetsim as fs
from conftest import PROGRAM, SHANGHAI, SINGAPORE, move, small


def story(world: fs.World) -> None:
    """All that a scenario can say: groups, faults, power cuts, publishes, jobs, misbehaviour, checks that order."""
    world.fleet.group("meters").bring_online()
    world.run_for("1.234567s")
    world.inject("latency", latency="40ms", jitter="30ms", name="slow")
    world.inject(fs.Fault("loss", loss="3%", groups=["meters"]))
    world.platform.misbehave("notify_duplicate", copies=2)
    world.fleet.group("valves").bring_online(wait=False)
    world.fleet[2].publish("/{pk}/{dn}/user/update", "café: {odd}, \"quoted\" # text\n", qos=1)
    world.fleet[3].post_property({"temperature": -3.25, "on": True})
    world.fleet[4].cut_power()

    @world.check(on="moved")
    def cut(event: fs.Event) -> None:
        if event.position == 5:
            world.fleet[6].cut_power()
            world.fleet[7].power_off()

    world.platform.distribute(world.fleet, source=SHANGHAI, to=SINGAPORE, name="out", batch=7, interval="100ms")
    world.run_for("700ms")
    world.fleet[4].power_on()
    world.heal("slow")
    world.run_for("3s")
    for position in (6, 7):
        world.fleet[position].power_on()
    world.run_until(world.fleet.all_moved, within="120s")
    world.fleet.group("meters").publish(count=2)
    world.heal()
    world.run_for("10ms")


def story_scenario() -> fs.Scenario:
    return small(groups={"meters": {"devices": 12}, "valves": {"devices": 6, "profile": "linksdk-4"}})


def hash_of(command: List[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    found = re.search(r"\b[0-9a-f]{32}\b", done.stdout + done.stderr)
    assert found, done.stdout + done.stderr
    return found.group()


def entries_of(timeline: fs.Timeline) -> List[Dict[str, Any]]:
    """But for what the run tells of its own steps."""
    return [entry for entry in timeline.entries if entry.get("side") != "run"]


@pytest.mark.parametrize("seed, threads", [(1, 1), (2, 2), (77, 1)])
def test_a_saved_replay_is_the_same_run_byte_by_byte(tmp_path: pathlib.Path, seed: int, threads: int) -> None:
    file = tmp_path / "story.yaml"
    with fs.World(story_scenario(), seed=seed, threads=threads) as world:
        story(world)
        saved = world.save_replay(file)
        line = world.replay_line(path=file)
        told = world.fleet[6].timeline()
    expected = world.close().trace_hash
    assert saved == fs.Scenario.load(file) and saved.seed == seed
    assert saved.run().trace_hash == expected
    assert saved.run(threads=2).trace_hash == expected
    assert line == f"fleetsim run {file} --seed {seed}"
    commands = [[sys.executable, "-m", "fleetsim"], *([[str(PROGRAM)]] if PROGRAM.exists() else [])]
    for command in commands:
        assert hash_of([*command, *line.split()[1:]]) == expected, command
    assert told is not None
    mine, again = entries_of(told), entries_of(saved.replay("6"))
    assert len(mine) > 10 and again[: len(mine)] == mine


def test_a_saved_replay_of_worlds_that_did_little(tmp_path: pathlib.Path) -> None:
    little: List[Callable[[fs.World], object]] = [
        lambda world: None,
        lambda world: world.run_for("1s"),
        lambda world: world.fleet[1].power_on(),
        lambda world: world.fleet.bring_online(wait=False),
    ]
    for number, orders in enumerate(little):
        with fs.World(small(devices=3)) as world:
            orders(world)
            world.save_replay(tmp_path / f"{number}.yaml")
        assert fs.Scenario.load(tmp_path / f"{number}.yaml").run().trace_hash == world.close().trace_hash, number


def is_the_same_again(world: fs.World, file: pathlib.Path) -> bool:
    """What is saved of it by now, and closed then, is the same run as what is loaded from there."""
    world.save_replay(file)
    report = world.close()
    again = fs.Scenario.load(file).run()
    assert report.trace_hash is not None and again.elapsed == report.elapsed
    return again.trace_hash == report.trace_hash


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize(
    "group",
    [
        {"load": {"rate": 5}},
        {"load": {"rate": 5, "duration": "10m"}},
        {"load": {"window": 2, "duration": "1s"}},
        {"executor": "constant-arrival-rate", "rate": 2, "duration": "10m", "load": {"rate": 5, "duration": "10m"}},
        {"property_post_interval": "700ms"},
    ],
    ids=["load", "load for 10m", "load for 1s", "arrivals and load", "properties"],
)
def test_a_saved_replay_ends_where_the_world_was_closed_though_more_was_to_come(tmp_path: pathlib.Path, group: Dict[str, Any], wait: bool) -> None:
    with fs.World(small(groups={"meters": {"devices": 12, **group}}, duration_max="1h")) as world:
        world.fleet.bring_online(wait=wait)
        world.run_for("3.3s")
        assert world.fleet.online > 3
        assert world.save_replay(tmp_path / "again.yaml").to_dict()["steps"][-1] == "end_run"
        assert is_the_same_again(world, tmp_path / "again.yaml")


def waits_of_odd_lengths(world: fs.World) -> None:
    world.run_for("77ms")
    world.step()
    world.fleet.group("meters").bring_online(wait=False)
    for _ in range(60):
        world.run_for("7ms")
    world.fleet.group("valves").bring_online(wait=False)
    for number in range(40):
        world.run_for("33ms")
        world.step("19ms" if number % 2 else "50ms")
    world.run_until(world.fleet.all_online, within="30s", every="13ms")
    world.run_for("1.000001s")


@pytest.mark.parametrize("seed, threads", [(1, 1), (2, 2), (3, 1)])
def test_a_saved_replay_does_not_depend_on_the_pieces_in_which_time_has_passed(tmp_path: pathlib.Path, seed: int, threads: int) -> None:
    meters = {"devices": 12, "load": {"rate": 20}}
    valves = {"devices": 6, "executor": "constant-arrival-rate", "rate": 5, "load": {"rate": 3, "duration": "1s"}}
    crash = fs.Fault("platform_crash", downtime="700ms", from_="1013ms")
    with fs.World(small(groups={"meters": meters, "valves": valves}, faults=[crash]), seed=seed, threads=threads) as world:
        waits_of_odd_lengths(world)
        assert world.platform.statistics.publishes_received > 100
        assert is_the_same_again(world, tmp_path / "odd.yaml")


def test_what_was_refused_leaves_the_world_replayable(world: fs.World, tmp_path: pathlib.Path) -> None:
    refused: List[str] = []

    def refuse(*orders: Callable[[], object]) -> None:
        for order in orders:
            with pytest.raises((RuntimeError, TypeError, ValueError, KeyError)) as caught:
                order()
            refused.append(type(caught.value).__name__)

    @world.check(on="online")
    def patience(event: fs.Event) -> None:
        refuse(lambda: world.perform({"sleep": "1s"}), lambda: world.fleet.power_off(), lambda: world.run_for(1), lambda: world.perform("slep"))

    move(world)
    assert refused == ["RuntimeError", "RuntimeError", "RuntimeError", "ScenarioError"] * len(refused[::4]) and len(refused) >= 80
    refuse(
        lambda: world.perform("end_run"),
        lambda: world.perform({"end_run": None}),
        lambda: world.perform({"slep": "1s"}),
        lambda: world.inject("latncy"),
        lambda: world.heal("nothing"),
        lambda: world.fleet[0].publish("/a/+", b"\xff"),
        lambda: world.fleet[0].publish("/a", b"\xff", qos=2),
        lambda: world.platform.publish_to("ghost", "/a"),
        lambda: world.platform.publish_to(world.fleet[0], "/a/+"),
    )
    with pytest.raises(fs.StepFailed):
        world.perform({"expect": {"at": SHANGHAI}})
    with pytest.raises(ZeroDivisionError):
        world.run_until(lambda: world.now > 5 and 1 / 0, within="10s")
    assert "fleetsim run FILE" in world.replay_line()
    assert is_the_same_again(world, tmp_path / "again.yaml")


def test_the_seed_decides_all_of_an_open_world() -> None:
    hashes = []
    for seed, threads in ((1, 1), (1, 2), (2, 1)):
        with fs.World(story_scenario(), seed=seed, threads=threads) as world:
            story(world)
        hashes.append(world.close().trace_hash)
    assert hashes[0] == hashes[1] != hashes[2]


def cut_short(world: fs.World) -> None:
    world.check(on="disconnected")(lambda event: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        world.fleet.power_off()


def interleaved(world: fs.World) -> None:
    world.check(on="published")(lambda event: world.fleet[0].publish("/{pk}/{dn}/user/update", "too") if event.position == 1 else None)
    world.fleet.publish()


@pytest.mark.parametrize(
    "order, words",
    [
        (lambda world: world.inject(fs.CustomFault()), "written in Python"),
        (lambda world: world.fleet[0].publish("/{pk}/{dn}/user/update", b"\xff"), "bytes that are no text"),
        (lambda world: world.platform.publish_to(world.fleet[0], "/{pk}/{dn}/user/get"), "publish_to"),
        (lambda world: world.platform.api("CreateProduct", ProductName="lamps", NodeType=0), "CreateProduct"),
        (lambda world: world.fleet.bring_online(wait=False), "started twice"),
        (lambda world: world.stop(), "stopped in the midst of things"),
        (lambda world: cut_short(world), "cut short by what was raised"),
        (lambda world: interleaved(world), "orders were given while a step was carried out"),
    ],
)
def test_what_no_scenario_can_say_is_not_saved(world: fs.World, tmp_path: pathlib.Path, order: Callable[[fs.World], object], words: str) -> None:
    world.fleet.bring_online()
    order(world)
    with pytest.raises(ValueError, match=words):
        world.save_replay(tmp_path / "none.yaml")
    assert not (tmp_path / "none.yaml").exists()
    assert words in world.replay_line() and "the same program with seed 1" in world.replay_line()


@pytest.mark.parametrize(
    "settings, words",
    [
        ({"faults": [fs.CustomFault()]}, "written in Python"),
        ({"behaviours": {"meters": fs.DeviceBehaviour}}, "written in Python"),
    ],
)
def test_a_world_with_logic_of_python_s_own_is_not_saved(tmp_path: pathlib.Path, settings: Dict[str, Any], words: str) -> None:
    with fs.World(small(devices=2), **settings) as world:
        with pytest.raises(ValueError, match=words):
            world.save_replay(tmp_path / "none.yaml")
        assert words in world.replay_line(world.fleet[0]) and not (tmp_path / "none.yaml").exists()


@pytest.mark.parametrize(
    "group, orders, words",
    [
        ({}, lambda world: (world.fleet.bring_online(wait=False), world.fleet.bring_online()), "started without waiting, and again by a step"),
        ({"startTime": "1s"}, lambda world: (world.run_for("1s"), world.fleet.bring_online(wait=False)), "has a start time of its own"),
    ],
)
def test_a_start_that_no_step_says_is_not_saved(
    tmp_path: pathlib.Path, group: Dict[str, Any], orders: Callable[[fs.World], object], words: str
) -> None:
    with fs.World(small(groups={"meters": {"devices": 2, **group}})) as world:
        orders(world)
        with pytest.raises(ValueError, match=words):
            world.save_replay(tmp_path / "none.yaml")
        assert words in world.replay_line() and not (tmp_path / "none.yaml").exists()

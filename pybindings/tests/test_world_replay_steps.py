"""The same run again: steps as they were ordered, what no file can say of them, and secrets."""

from __future__ import annotations

import os
import pathlib
import pickle
from typing import Any, Callable, List

import pytest

import fleetsim as fs
from conftest import SHANGHAI, SINGAPORE, small

TOPIC = "/{pk}/{dn}/user/update"


def is_the_same_again(world: fs.World, file: pathlib.Path) -> bool:
    world.save_replay(file)
    report = world.close()
    return report.trace_hash is not None and fs.Scenario.load(file).run().trace_hash == report.trace_hash


@pytest.mark.parametrize(
    "orders",
    [
        lambda world: world.perform("sleep: 1s"),
        lambda world: world.perform("{publish: {count: 2}}"),
        lambda world: world.perform('"power_off"'),
        lambda world: world.fleet[0].publish(TOPIC, "${x} $${y} $ {z}"),
        lambda world: world.fleet[0].publish("/{pk}/{dn}/user/${x}", "hi", qos=1),
        lambda world: world.platform.set_property(world.fleet, {"s": "${x} $$ 007", "t": "$${x}", "n": 1.5}, at=SHANGHAI),
        lambda world: world.perform({"set_property": {"at": SHANGHAI, "properties": {"s": "${x}"}}}),
        lambda world: world.platform.distribute(source=SHANGHAI, to=SINGAPORE, name="a ${x}"),
    ],
)
def test_steps_are_saved_as_they_were_meant(world: fs.World, tmp_path: pathlib.Path, orders: Callable[[fs.World], object]) -> None:
    world.fleet.bring_online()
    orders(world)
    world.run_for("1s")
    assert "fleetsim run FILE" in world.replay_line()
    assert is_the_same_again(world, tmp_path / "again.yaml")


def test_what_could_not_be_read_again_is_an_obstacle(world: fs.World, tmp_path: pathlib.Path) -> None:
    world.fleet.bring_online()
    world._journal.step(0, 0, {"command": {"device": "a1TestPK001/meters-000000", "do": "dance"}})  # no order does it
    with pytest.raises(ValueError, match="cannot be read again: .*dance"):
        world.save_replay(tmp_path / "none.yaml")
    assert "the same program with seed 1 (the scenario that was made of the orders cannot be read again" in world.replay_line()
    assert "the same program with seed 1" in world.replay_line(world.fleet[0], tmp_path / "none.yaml")
    assert not (tmp_path / "none.yaml").exists()


def test_a_device_is_told_by_itself_or_by_name(world: fs.World) -> None:
    line = world.replay_line(world.fleet[0])
    assert line.endswith("--seed 1 --device a1TestPK001/meters-000000")
    assert line == world.replay_line("meters-000000") == world.replay_line("a1TestPK001/meters-000000")
    world.close()
    assert line == world.replay_line("a1TestPK001/meters-000000")


def test_a_probe_switches_off_what_is_started_later(tmp_path: pathlib.Path) -> None:
    with fs.World(small(groups={"meters": {"devices": 3}, "valves": {"devices": 3}})) as world:
        world.fleet.group("meters").bring_online()
        world.platform.probe()
        world.fleet.group("valves").bring_online(wait=False)
        with pytest.raises(ValueError, match="group valves was switched off, and started later without waiting"):
            world.save_replay(tmp_path / "none.yaml")
        assert "group valves was switched off" in world.replay_line()


def test_a_probe_of_other_groups_switches_nothing_off(tmp_path: pathlib.Path) -> None:
    with fs.World(small(groups={"meters": {"devices": 3}, "valves": {"devices": 3}})) as world:
        world.fleet.group("meters").bring_online()
        world.platform.probe(world.fleet.group("meters"))
        world.fleet.group("valves").bring_online(wait=False)
        world.run_for("5s")
        assert is_the_same_again(world, tmp_path / "again.yaml")


def test_a_check_s_order_at_the_last_moment_of_a_step_is_not_saved_before_it(world: fs.World, tmp_path: pathlib.Path) -> None:
    world.fleet.bring_online()
    done: List[fs.Event] = []

    @world.check(on="published")
    def once(event: fs.Event) -> None:
        if not done:
            done.append(event)
            world.fleet[1].power_on()

    world.fleet[0].publish(TOPIC, "x", qos=1)
    world.fleet.cut_power()
    world.run_for("5s")
    assert done
    with pytest.raises(ValueError, match="orders were given while a step was carried out"):
        world.save_replay(tmp_path / "none.yaml")


def test_a_file_s_name_in_a_variable_is_told_where_it_does_not_lead(tmp_path: pathlib.Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "theirs").mkdir()
    (tmp_path / "home" / "meters.csv").write_text("productKey,deviceName,deviceSecret\na1TestPK001,meter-1,0123456789abcdef1\n", encoding="utf-8")
    groups = {"meters": {"product": "a1TestPK001", "devices": {"from": "${list}"}}}
    tree = small(groups={"meters": {"devices": 1}}).to_dict()
    scenario = fs.Scenario.from_dict({**tree, "groups": groups, "vars": {"list": "meters.csv"}}, folder=tmp_path / "home")
    with fs.World(scenario) as world:
        world.fleet.bring_online()
        with pytest.raises(ValueError, match="a file's name that starts at the scenario's own folder: save it in .*home, or give") as caught:
            world.save_replay(tmp_path / "theirs" / "again.yaml")
        assert not isinstance(caught.value, fs.ScenarioError) and not (tmp_path / "theirs" / "again.yaml").exists()
        assert "fleetsim run FILE" in world.replay_line()
        assert is_the_same_again(world, tmp_path / "home" / "again.yaml")


# Secrets.

SECRET = "hush hush"
SECRETIVE = small(devices=2).to_yaml().replace("{key: a1TestPK001}", '{key: a1TestPK001, secret: "${word}", name: "${hint}"}')
SECRETIVE += "vars: {word: of-the-file, hint: seen}\n"


@pytest.fixture
def secretive(tmp_path: pathlib.Path) -> fs.Scenario:
    """Its variable `word` goes into a secret, and is given by whoever loads it."""
    (tmp_path / "home.yaml").write_text(SECRETIVE, encoding="utf-8")
    return fs.Scenario.load(tmp_path / "home.yaml", word=SECRET, hint="meters")


def test_a_saved_replay_has_stars_for_the_secrets_that_were_given(secretive: fs.Scenario, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "again.yaml"
    for scenario in (secretive, secretive.replace(seed=7), pickle.loads(pickle.dumps(secretive)), fs.Scenario.from_yaml(SECRETIVE, word=SECRET)):
        with fs.World(scenario, faults=[fs.Fault("latency", latency="1ms")]) as world:
            world.fleet.bring_online()
            made = world.save_replay(file)
            line = world.replay_line(path=file)
        assert SECRET not in file.read_text(encoding="utf-8") and fs.Scenario.load(file).vars["word"] == "***"
        assert made.vars["word"] == SECRET and made.vars["hint"] == scenario.vars["hint"] == fs.Scenario.load(file).vars["hint"]
        assert line == f"fleetsim run {file} --set 'word=***' --seed {world.seed}"
        assert "FILE (world.save_replay(FILE) writes it) --set 'word=***' --seed" in world.replay_line()
        assert fs.Scenario.load(file, word=SECRET).run().trace_hash == made.run().trace_hash == world.close().trace_hash
        assert os.stat(file).st_mode & 0o777 == 0o600
        file.unlink()


def test_secrets_that_the_file_has_stay_in_it(tmp_path: pathlib.Path) -> None:
    with fs.World(fs.Scenario.from_yaml(SECRETIVE, hint="meters")) as world:
        world.save_replay(tmp_path / "again.yaml")
        assert "--set" not in world.replay_line() and os.stat(tmp_path / "again.yaml").st_mode & 0o777 == 0o600
    assert fs.Scenario.load(tmp_path / "again.yaml").vars == {"word": "of-the-file", "hint": "meters"}


def test_what_is_shown_of_parts_and_wrong_arguments_has_no_secret(small_scenario: Callable[..., fs.Scenario]) -> None:
    group = fs.Group(devices=1, username="u", password=SECRET, more=[{"deviceSecret": SECRET}], access_key_secret=SECRET)
    assert repr(group) == "Group(devices=1, username='u', password='***', more=[{'deviceSecret': '***'}], access_key_secret='***')"
    assert group.to_dict()["password"] == SECRET
    wrong: Any = {"word": SECRET}
    for opened in (fs.World, fs.AsyncWorld):
        with pytest.raises(TypeError, match="scenario: expected a Scenario, got dict"):
            opened(wrong)
    for value in ([SECRET], {SECRET}, {"a": SECRET}):
        setting: Any = value
        with pytest.raises(TypeError, match="vars.word: expected a text, a number or a truth value, got (list|set|dict)$"):
            fs.Scenario.from_yaml(SECRETIVE, word=setting)

"""Worlds that stay open: how time passes in them, and what ends it."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import List

import pytest

import fleetsim as fs
from conftest import small


def test_simulated_time_stands_still_between_orders(world: fs.World) -> None:
    assert world.now == 0
    time.sleep(0.05)
    assert world.now == 0
    world.run_for("1.5s")
    world.run_for(0.5)
    world.run_for(timedelta(milliseconds=250))
    assert world.now == 2.25


def test_time_on_sockets_goes_on_by_itself() -> None:
    with fs.World(small(devices=2), kind="sockets") as world:
        before = world.now
        deadline = time.monotonic() + 10
        while world.now <= before:
            assert time.monotonic() < deadline
        assert world.kind == "sockets"


def test_a_step_ends_when_something_has_happened(world: fs.World) -> None:
    world.fleet.bring_online(wait=False)
    times = [world.step("10s") for _ in range(5)]
    assert times == sorted(times) and 0 < times[0] < times[-1] < 10
    world.run_until(world.fleet.all_online, within="10s")
    world.run_for("1s")
    before = world.now
    assert world.step("20ms") == pytest.approx(before + 0.02)


def test_run_until_asks_at_once_and_then_every_so_often(world: fs.World) -> None:
    asked: List[float] = []

    def third() -> bool:
        asked.append(world.now)
        return len(asked) == 3

    world.run_until(third, within="10s", every="2s")
    assert asked == [0, 2, 4] and world.now == 4


def test_what_does_not_come_in_time_says_how_the_fleet_is(world: fs.World) -> None:
    world.fleet[0].power_on()
    with pytest.raises(TimeoutError) as caught:
        world.run_until(world.fleet.all_online, within="1500ms")
    assert str(caught.value) == "Fleet.all_online does not hold after 1.5 s (now 1.5 s); 1 of 20 online, 0 of 0 moved"
    with pytest.raises(TimeoutError, match="<lambda> does not hold after 1 s"):
        world.run_until(lambda: False, within=1)
    assert world.now == 2.5, "the world goes on"


def test_the_longest_that_a_scenario_lasts_ends_time() -> None:
    with fs.World(small(duration_max="3s", steps=["bring_online"])) as world:
        world.run_for("2s")
        with pytest.raises(TimeoutError, match="duration_max is over"):
            world.run_for("2s")


def test_what_a_predicate_raises_comes_out_and_the_world_goes_on(world: fs.World) -> None:
    def broken() -> bool:
        raise ZeroDivisionError("of mine")

    with pytest.raises(ZeroDivisionError, match="of mine"):
        world.run_until(broken, within="1s")
    world.run_for("1s")
    assert world.now == 1


def test_time_cannot_pass_within_what_time_calls(world: fs.World) -> None:
    with pytest.raises(RuntimeError, match="from within a check or a predicate"):
        world.run_until(lambda: world.step() > 0, within="1s")
    with pytest.raises(RuntimeError, match="cannot be closed from within"):
        world.run_until(lambda: world.close().passed, within="1s")
    world.run_for("1s")

"""Hooks of faults and of firmware are called in the midst of a moment: they have what they were given, and not the world."""

from __future__ import annotations

import pathlib
from typing import Any, Callable, Dict, List

import pytest

import fleetsim as fs
from conftest import SHANGHAI, SINGAPORE, small

Order = Callable[[fs.World, fs.Device], object]

ORDERS: Dict[str, Order] = {
    "run_for": lambda world, device: world.run_for(1),
    "run_until": lambda world, device: world.run_until(lambda: True, within=1),
    "step": lambda world, device: world.step(),
    "perform": lambda world, device: world.perform({"sleep": "1s"}),
    "inject": lambda world, device: world.inject("latency", latency="1s"),
    "inject of one's own": lambda world, device: world.inject(fs.CustomFault()),
    "heal": lambda world, device: world.heal(),
    "check": lambda world, device: world.check()(print),
    "events": lambda world, device: world.events(),
    "bring_online": lambda world, device: world.fleet.bring_online(wait=False),
    "distribute": lambda world, device: world.platform.distribute(source=SHANGHAI, to=SINGAPORE),
    "cut_power": lambda world, device: device.cut_power(),
    "publish": lambda world, device: device.publish("/a", b""),
    "publish_to": lambda world, device: world.platform.publish_to(device, "/a", b""),
    "api": lambda world, device: world.platform.api("QueryProductList", CurrentPage=1, PageSize=10),
    "close": lambda world, device: world.close(),
    "now": lambda world, device: world.now,
    "online": lambda world, device: world.fleet.online,
    "state": lambda world, device: device.state,
    "jobs": lambda world, device: world.platform.jobs,
    "record": lambda world, device: world.platform.devices[device.name],
}


def with_hook(hook: str, call: Callable[[], None]) -> fs.World:
    """A world in which that hook calls it."""

    def called(*_: Any) -> None:
        call()

    owner: Any = fs.CustomFault if hasattr(fs.CustomFault, hook) else fs.DeviceBehaviour
    mine = type("Mine", (owner,), {hook: called})
    if owner is fs.CustomFault:
        return fs.World(small(devices=3), faults=[mine()])
    return fs.World(small(devices=3), behaviours={"meters": mine})


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("hook", ["opening", "on_power_on"])
def test_an_order_or_a_look_from_within_a_hook_is_refused_and_ends_the_run(hook: str, order: str) -> None:
    tried: List[str] = []

    def reach_out() -> None:
        tried.append(order)
        ORDERS[order](world, device)

    world = with_hook(hook, reach_out)
    device = world.fleet[0]
    with pytest.raises(RuntimeError, match="in the midst of a moment"):
        world.fleet.bring_online()
    assert tried == [order], "no hook is called after the one that raised"
    with pytest.raises(RuntimeError, match="the run has ended"):
        world.run_for(1)
    assert world.fleet.online == 0 and device.state and not world.close().passed


@pytest.mark.parametrize("hook", ["opening", "segment", "ending", "on_power_on", "on_event", "on_message", "on_send"])
def test_every_hook_is_in_the_midst_of_a_moment(hook: str) -> None:
    def reach_out() -> None:
        assert world.now >= 0

    world = with_hook(hook, reach_out)
    with pytest.raises(RuntimeError, match="in the midst of a moment"):
        world.fleet.bring_online()
        world.platform.distribute(source=SHANGHAI, to=SINGAPORE)
        world.run_until(world.fleet.all_moved, within="30s")
    assert not world.close().passed


def test_a_firmware_that_is_made_in_the_midst_of_a_moment_has_no_world_either() -> None:
    class Curious(fs.DeviceBehaviour):
        def __init__(self) -> None:
            assert world.now >= 0

    world = fs.World(small(devices=2), behaviours={"meters": Curious})
    with pytest.raises(RuntimeError, match="in the midst of a moment"):
        world.fleet.bring_online()
    assert not world.close().passed


def test_a_hook_that_bears_the_refusal_is_asked_on() -> None:
    told: List[str] = []

    def reach_out() -> None:
        try:
            world.run_for(1)
        except RuntimeError as error:
            told.append(str(error))

    world = with_hook("opening", reach_out)
    world.fleet.bring_online()
    assert len(told) == 6 and all("in the midst of a moment" in one for one in told), "two links of each device"
    expected = world.close()
    with fs.World(small(devices=3), faults=[fs.CustomFault(name="Mine")]) as untroubled:
        untroubled.fleet.bring_online()
    assert expected.passed and expected.trace_hash == untroubled.close().trace_hash


def test_what_was_recorded_can_be_seen_from_within_a_hook_and_the_run_be_stopped(tmp_path: pathlib.Path) -> None:
    seen: List[int] = []

    def look() -> None:
        timeline = device.timeline()
        assert timeline is not None
        seen.append(len(timeline.entries))
        if len(seen) == 4:
            world.stop()

    world = with_hook("segment", look)
    device = world.fleet[0]
    world.fleet.bring_online(wait=False)
    with pytest.raises(RuntimeError, match="the run has ended"):
        world.run_for("10s")
    assert seen == sorted(seen) and seen[-1] > 0
    assert world.close().verdict == "interrupted"

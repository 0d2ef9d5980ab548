"""Worlds that stay open: their end, and how long they live."""

from __future__ import annotations

import gc
import subprocess
import weakref
from typing import Callable, List

import pytest

import fleetsim as fs
from conftest import SHANGHAI, SINGAPORE, python_program, small


def test_a_closed_world_raises_and_keeps_its_report_and_timelines(world: fs.World) -> None:
    world.fleet.bring_online()
    device = world.fleet[0]
    with pytest.raises(RuntimeError, match="still open"):
        world.report()
    report = world.close()
    assert world.closed and world.close() is report and world.report() is report
    assert "closed" in repr(world)
    assert (device.name, device.group, device.position) == ("a1TestPK001/meters-000000", "meters", 0)
    timeline = device.timeline()
    assert timeline is not None and "CONNECT" in timeline.text
    orders: List[Callable[[], object]] = [
        lambda: world.run_for(1),
        lambda: world.run_until(lambda: True, within=1),
        lambda: world.step(),
        lambda: world.inject("latency", latency="1s"),
        lambda: world.heal(),
        lambda: world.perform("bring_online"),
        lambda: world.check()(print),
        lambda: world.fleet.online,
        lambda: world.fleet[0],
        lambda: world.fleet.bring_online(),
        lambda: world.fleet.bring_online(wait=False),
        lambda: device.online,
        lambda: device.state,
        lambda: device.publish("/a", b""),
        lambda: device.cut_power(),
        lambda: device.instance,
        lambda: world.platform.jobs,
        lambda: world.platform.devices[device],
        lambda: world.platform.api("QueryProductList", CurrentPage=1, PageSize=10),
        lambda: world.platform.publish_to(device, "/a", b""),
        lambda: world.platform.distribute(source=SHANGHAI, to=SINGAPORE),
    ]
    for order in orders:
        with pytest.raises(RuntimeError, match="the world is closed"):
            order()


def test_what_breaks_a_with_block_comes_out_and_closes_the_world() -> None:
    with pytest.raises(ZeroDivisionError):
        with fs.World(small(devices=2)) as world:
            raise ZeroDivisionError
    assert world.closed


def test_a_device_outlives_the_names_of_its_world() -> None:
    world = fs.World(small(devices=2))
    world.fleet.bring_online()
    gone = weakref.ref(world)
    device, fleet, platform = world.fleet[1], world.fleet, world.platform
    del world
    gc.collect()
    assert gone() is not None and device.online and fleet.online == 2 and len(platform.devices) == 2
    del fleet, platform
    gc.collect()
    device.cut_power()
    assert not device.has_power
    del device
    gc.collect()
    assert gone() is None, "nothing keeps it any more"


# What fails.


@pytest.mark.parametrize("kind", ["virtual", "sockets"])
def test_a_check_that_fails_at_the_last_moment_comes_out_of_close_and_fails_the_report(kind: str) -> None:
    world = fs.World(small(devices=2), kind=kind)
    world.fleet.bring_online()

    @world.check(on="disconnected")
    def never(event: fs.Event) -> None:
        assert False, "nobody may leave"

    with pytest.raises(fs.CheckFailed, match="check never: nobody may leave"):
        world.close()
    report = world.report()
    assert world.closed and world.close() is report
    assert not report.passed, report.summary()
    assert any("check never: nobody may leave" in violation for violation in report.violations), report.summary()


def test_whatever_else_is_raised_at_the_last_moment_fails_the_report_too() -> None:
    with pytest.raises(ZeroDivisionError):
        with fs.World(small(devices=2)) as world:
            world.fleet.bring_online()
            world.check(on="disconnected")(lambda event: 1 / 0)
    assert world.closed and not world.report().passed, world.report().summary()


def test_after_a_check_has_failed_no_time_passes_and_the_world_can_be_looked_at(world: fs.World) -> None:
    @world.check(on="online")
    def never(event: fs.Event) -> None:
        assert False, "planted"

    with pytest.raises(fs.CheckFailed, match="planted") as caught:
        world.fleet.bring_online()
    at = world.now
    waits: List[Callable[[], object]] = [
        lambda: world.run_for("1s"),
        lambda: world.step(),
        lambda: world.run_until(lambda: True, within="1s"),
        lambda: world.perform({"sleep": "1s"}),
        lambda: world.fleet.bring_online(),
        lambda: next(world.events()),
    ]
    for wait in waits:
        with pytest.raises(RuntimeError, match="the run has ended"):
            wait()
    assert caught.value.event is not None and world.now == at >= caught.value.event.time
    assert world.fleet.online >= 1 and not world.fleet.all_online() and f"{world.fleet.online} of 20 online" in world.fleet.summary()
    device = world.fleet[caught.value.event.device]
    timeline = device.timeline()
    assert device.state == "online" and timeline is not None and "CONNACK 0 accepted" in timeline.text
    assert world.platform.devices[device].instance == SHANGHAI and world.platform.statistics.connects_accepted >= 1
    with pytest.raises(RuntimeError, match="nothing can be ordered any more"):
        device.cut_power()
    assert device.has_power
    report = world.close()
    assert not report.passed and any("check never: planted" in violation for violation in report.violations)


# Nobody closes it.


def test_a_world_that_nobody_closes_ends_quietly() -> None:
    text = """
world = fs.World(small(devices=3))
world.fleet.bring_online()
@world.check(on=None)
def seen(event): pass
fs.World(small(devices=3), kind="sockets").fleet.bring_online()
"""
    done = subprocess.run(python_program(text), capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")


LAST_MOMENTS = {
    "a check does not hold": """
world = fs.World(small(devices=3))
world.fleet.bring_online()
@world.check(on="disconnected")
def never(event):
    print("heard", flush=True)
    assert False
""",
    "a check raises": """
world = fs.World(small(devices=3))
world.fleet.bring_online()
world.check(on="disconnected")(lambda event: (print("heard", flush=True), 1 / 0))
""",
    "a check raises, on sockets": """
world = fs.World(small(devices=3), kind="sockets")
world.fleet.bring_online()
world.check(on="disconnected")(lambda event: (print("heard", flush=True), 1 / 0))
""",
    "a firmware raises": """
class Firmware(fs.DeviceBehaviour):
    def on_event(self, device, event):
        if event.kind == "disconnected":
            print("heard", flush=True)
            1 / 0
world = fs.World(small(devices=3), behaviours={"meters": Firmware})
world.fleet.bring_online()
""",
    "a check raises, and a loop had the world": """
import asyncio
world = fs.AsyncWorld(small(devices=3))
async def main():
    await world.open()
    await world.fleet.bring_online()
    await world.check(lambda event: (print("heard", flush=True), 1 / 0), on="disconnected")
asyncio.run(main())
""",
}


@pytest.mark.parametrize("text", LAST_MOMENTS.values(), ids=LAST_MOMENTS)
def test_a_world_that_nobody_closes_ends_quietly_whatever_is_raised_at_the_last_moment(text: str) -> None:
    done = subprocess.run(python_program(text), capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "heard\n", "")


# Nobody holds it.


def test_a_world_that_is_dropped_within_its_own_check_ends_by_itself() -> None:
    text = """
import gc, os, threading, time
kept = [fs.World(small(devices=3), kind="sockets")]  # there time goes on, and a check is called while nobody orders anything
heard = threading.Event()
@kept[0].check(on="online")
def drop(event):
    kept.clear()
    gc.collect()
    heard.set()
kept[0].fleet.bring_online(wait=False)
assert heard.wait(60)
deadline = time.monotonic() + 60
while len(os.listdir("/proc/self/task")) > 1:
    assert time.monotonic() < deadline, "its threads go on"
    time.sleep(0.01)  # nothing tells of it
print("gone", len(kept))
"""
    done = subprocess.run(python_program(text), capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "gone 0\n", "")


@pytest.mark.parametrize("last", ["world._core.perform('bring_online')", "world.fleet.bring_online()", "world.run_until(drop, within='1s')"])
def test_a_world_that_is_dropped_within_an_order_is_there_until_that_is_carried_out(last: str) -> None:
    text = f"""
import gc, weakref
world = fs.World(small(devices=3))
gone = weakref.ref(world)
def drop(event=None):
    globals().pop("world", None)
    gc.collect()
    return True
world.check(on="online")(drop)
{last}
gc.collect()
print(gone())
"""
    done = subprocess.run(python_program(text), capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "None\n", "")


def test_a_world_that_the_collector_finds_in_anothers_check_ends_there(world: fs.World) -> None:
    other = fs.World(small(devices=3))
    other.fleet.bring_online()
    circle: List[object] = [other]
    circle.append(circle)
    gone = weakref.ref(other)
    del other, circle
    seen: List[bool] = []

    @world.check(on="online")
    def collect(event: fs.Event) -> None:
        if not seen:
            gc.collect()
            seen.append(gone() is None)

    world.fleet.bring_online()
    assert seen == [True] and world.fleet.all_online()

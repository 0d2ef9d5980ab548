"""What is handed in and would do nothing, or something else, is refused by name."""

from __future__ import annotations

import asyncio
import functools
from typing import Any, AsyncIterator, Callable, Iterator, List

import pytest

import fleetsim as fs
from conftest import SHANGHAI, SINGAPORE, small

CUSTOM_FAULT: Any = fs.CustomFault  # whose arguments no type checker sees

# Functions that are never carried out.


async def coroutine(event: object = None) -> bool:
    raise AssertionError("nobody awaits it")


async def async_generator(event: object = None) -> AsyncIterator[bool]:
    yield True


def generator(event: object = None) -> Iterator[bool]:
    yield True


class Callee:
    async def __call__(self, event: object = None) -> bool:
        return await coroutine()

    async def method(self, event: object = None) -> bool:
        return await coroutine()


LATE: List[Any] = [coroutine, async_generator, generator, Callee(), Callee().method, functools.partial(coroutine, None)]


@pytest.mark.parametrize("function", LATE, ids=["coroutine", "asynchronous generator", "generator", "object", "method", "partial"])
def test_a_function_that_does_not_answer_at_once_is_no_check_and_no_predicate(world: fs.World, function: Any) -> None:
    async def async_orders() -> None:
        async with fs.AsyncWorld(small(devices=2)) as opened:
            with pytest.raises(TypeError, match="predicate: expected a function that answers at once"):
                await opened.run_until(function, within="1s")
            with pytest.raises(TypeError, match="function: expected a function that answers at once"):
                await opened.check(function)

    orders: List[Callable[[], object]] = [
        lambda: world.run_until(function, within="1s"),
        lambda: world.check()(function),
        lambda: fs.check()(function),
        lambda: small().run(checks=[function]),
        lambda: small().run(progress=function),
    ]
    for order in orders:
        with pytest.raises(TypeError, match="(predicate|checks?|progress): expected a function that answers at once, got the (coroutine|generator)"):
            order()
    asyncio.run(async_orders())


@pytest.mark.parametrize("function", [3, None, "moved"])
def test_what_cannot_be_called_is_no_check(world: fs.World, function: Any) -> None:
    for mark in (world.check(), fs.check()):
        with pytest.raises(TypeError, match="check: expected something to call"):
            mark(function)


@pytest.mark.filterwarnings("error")
def test_an_answer_that_is_to_be_awaited_is_refused() -> None:
    late: Any = lambda event=None: coroutine()  # noqa: E731  # it does not look like one
    with fs.World(small(devices=2)) as world:
        with pytest.raises(TypeError, match="predicate: expected a function that answers at once, but .* answers with <coroutine"):
            world.run_until(late, within="1s")
        world.check(on="online")(late)
        with pytest.raises(TypeError, match="check: expected a function that answers at once"):
            world.fleet.bring_online()
    with pytest.raises(TypeError, match="checks: expected a function that answers at once"):
        small(devices=2).run(checks=[late])


def test_a_check_and_a_predicate_may_answer_with_anything_else(world: fs.World) -> None:
    world.check(on="online")(lambda event: 3)
    world.run_until(lambda: [1], within="1s")
    world.fleet.bring_online()
    assert small(devices=2).run(checks=[lambda event: False]).passed


# Messages.


def filled(device: fs.Device, size: int) -> str:
    begin = "/{pk}/{dn}/"
    return begin + "x" * (size - len(f"/{device.name}/"))


@pytest.mark.parametrize(
    "topic, payload, qos, kind, words",
    [
        ("", b"", 0, ValueError, "topic"),
        ("/a\0b", b"", 0, ValueError, "topic: expected a topic without .* NUL"),
        ("/a/#", b"", 0, ValueError, "topic"),
        ("/\ud800", b"", 0, ValueError, "topic: no text in UTF-8"),
        ("x" * 70_000, b"", 0, ValueError, "topic: expected at most 256 bytes, got 70000"),
        ("/" + "é" * 128, b"", 0, ValueError, "topic: expected at most 256 bytes, got 257"),
        (b"/a", b"", 0, TypeError, "topic: expected str"),
        ("/a", b"", True, TypeError, "qos: expected 0 or 1, got True"),
        ("/a", b"", "1", TypeError, "qos: expected 0 or 1"),
        ("/a", b"", 2, ValueError, "qos: expected 0 or 1"),
        ("/a", b"x" * 7001, 0, ValueError, "payload: expected at most 7000 bytes, got 7001"),
        ("/a", "é" * 3501, 0, ValueError, "payload: expected at most 7000 bytes, got 7002"),
        ("/a", "\ud800", 0, ValueError, "payload: no text in UTF-8"),
        ("/a", {"a": object()}, 0, TypeError, "payload.a"),
    ],
)
def test_a_message_that_would_be_lost_is_refused(world: fs.World, topic: Any, payload: Any, qos: Any, kind: type, words: str) -> None:
    for order in (world.fleet[0].publish, functools.partial(world.platform.publish_to, world.fleet[0])):
        with pytest.raises(kind, match=words):
            order(topic, payload, qos)


def test_the_largest_messages_arrive(world: fs.World) -> None:
    world.fleet.bring_online()
    device = world.fleet[0]
    with pytest.raises(ValueError, match="topic: expected at most 256 bytes, got 257"):
        device.publish(filled(device, 257), b"")
    with pytest.raises(ValueError, match="properties: expected at most 7000 bytes"):
        device.post_property({"text": "x" * 7000})
    before = world.platform.statistics.publishes_received
    device.publish(filled(device, 256), b"x" * 7000)
    device.post_property({"text": "x" * 6900})
    world.run_for("2s")
    assert world.platform.statistics.publishes_received == before + 2


# What belongs to another world.


def test_devices_and_fleets_of_another_world_are_refused(world: fs.World) -> None:
    with fs.World(small(devices=3)) as other:
        fleet, device = other.fleet, other.fleet[0]
        orders: List[Callable[[], object]] = [
            lambda: world.platform.distribute(fleet, source=SHANGHAI, to=SINGAPORE),
            lambda: world.platform.set_property(fleet, {"a": 1}, at=SHANGHAI),
            lambda: world.platform.upgrade(fleet, "2", at=SHANGHAI),
            lambda: world.platform.expect(fleet, at=SHANGHAI),
            lambda: world.platform.probe(fleet),
            lambda: world.platform.publish_to(device, "/a"),
            lambda: world.platform.devices[device],
            lambda: world.replay_line(device),
        ]
        for order in orders:
            with pytest.raises(ValueError, match="(fleet|device): .* is of another world"):
                order()
        assert device not in world.platform.devices and world.fleet[0] in world.platform.devices


def test_an_asynchronous_platform_takes_both_kinds_of_fleets() -> None:
    async def orders() -> None:
        async with fs.AsyncWorld(small(devices=2)) as world:
            wrong: Any
            for wrong in ("m", 3, world):
                with pytest.raises(TypeError, match="fleet: expected an AsyncFleet or a Fleet"):
                    await world.platform.distribute(wrong, source=SHANGHAI, to=SINGAPORE)
                with pytest.raises(TypeError, match="fleet: expected an AsyncFleet or a Fleet"):
                    await world.platform.set_property(wrong, {"a": 1}, at=SHANGHAI)
            await world.fleet.bring_online()
            await world.platform.expect(world.fleet, at=SHANGHAI)
            await world.platform.distribute(world.sync.fleet, source=SHANGHAI, to=SINGAPORE)
            await world.run_until(world.fleet.all_moved, within="60s")

    asyncio.run(orders())


# Names of arguments.


@pytest.mark.parametrize(
    "order, kind, words",
    [
        (lambda world: world.platform.distribute(source=SHANGHAI, to=None), TypeError, "to: expected an instance's id, or several, got None"),
        (lambda world: world.platform.distribute(source=SHANGHAI, to=[]), ValueError, "to: expected an instance's id"),
        (lambda world: world.platform.distribute(source=SHANGHAI, to=[3]), TypeError, "to: expected an instance's id"),
        (lambda world: world.platform.events("powered_on"), ValueError, "kinds: "),
        (lambda world: world.platform.events("pwered_on"), ValueError, "kinds: no kind of event"),
        (lambda world: world.platform.events(3), TypeError, "kinds: expected a kind of event"),
        (lambda world: world.replay_line(3), TypeError, "device: expected a Device or a name"),
        (lambda world: world.replay_line("ghost"), KeyError, "ghost"),
        (lambda world: world.save_replay(None), TypeError, "path: expected a file's name, got None"),
        (lambda world: world.run_for(10**400), ValueError, "duration: expected a duration"),
        (lambda world: world.scenario.run(events=3), TypeError, "events: expected a file's name, got 3"),
        (lambda world: world.scenario.run(faults=3), TypeError, "faults: expected a list"),
        (lambda world: CUSTOM_FAULT(groups=3), TypeError, "groups: expected names, got 3"),
        (lambda world: CUSTOM_FAULT(regions=3), TypeError, "regions: expected names, got 3"),
        (lambda world: world.perform("slep: 1s"), fs.ScenarioError, "slep"),
        (lambda world: world.perform("sleep: ["), fs.ScenarioError, "step:1:"),
        (lambda world: world.perform(""), fs.ScenarioError, "step"),
        (lambda world: world.perform("a\0b"), ValueError, "step: expected a text without NUL"),
        (lambda world: world.perform("end_run: null"), ValueError, "end_run is for scenarios"),
    ],
)
def test_the_argument_is_named(world: fs.World, order: Callable[[Any], object], kind: type, words: str) -> None:
    with pytest.raises(kind, match=words):
        order(world)


def test_a_fault_s_name_that_is_none_is_its_kind(world: fs.World) -> None:
    assert world.inject("latency", latency="1ms", name=None) == "latency"

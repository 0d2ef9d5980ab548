"""An open world that an event loop drives: orders, and waits that are cancelled."""

from __future__ import annotations

import asyncio
import gc
import signal
import subprocess
import sys
import threading
import time
import weakref
from typing import Awaitable, Callable, List

import pytest

import fleetsim as fs
from aio_bench import AWAY, HOME, Small, endless, on_sockets, run


def test_it_is_the_same_world_byte_by_byte(small_scenario: Small) -> None:
    with fs.World(small_scenario(), seed=3) as sync:
        sync.fleet.bring_online()
        sync.inject("latency", latency="20ms")
        sync.platform.distribute(sync.fleet, source=HOME, to=AWAY)
        sync.run_until(sync.fleet.all_moved, within="30s")
        sync.heal()
        sync.run_for("1s")
        expected = sync.close()

    async def main() -> fs.Report:
        async with fs.AsyncWorld(small_scenario(), seed=3) as world:
            await world.fleet.bring_online()
            assert await world.inject("latency", latency="20ms") == "latency"
            await world.platform.distribute(world.fleet, source=HOME, to=AWAY)
            await world.run_until(world.fleet.all_moved, within="30s")
            await world.heal()
            await world.run_for("1s")
            assert await world.fleet.online() == await world.fleet.moved() == len(world.fleet) == 20
            assert await world.now() == pytest.approx(expected.elapsed, abs=0.5)
            assert world.seed == 3 and world.kind == "virtual"
            report = await world.close()
            assert await world.close() is report and world.closed
            return report

    assert run(main()).trace_hash == expected.trace_hash


@pytest.mark.parametrize("kind", ["virtual", "sockets"])
def test_the_loop_goes_on_while_time_passes(small_scenario: Small, kind: str) -> None:
    async def main() -> None:
        async with fs.AsyncWorld(endless(small_scenario, kind)) as world:
            await world.fleet.bring_online()
            said = threading.Event()
            asyncio.get_running_loop().call_later(0.05, said.set)
            await world.run_until(said.is_set, within="200h")
            with pytest.raises(RuntimeError, match="opened already"):
                await world.open()

    run(main())


def test_orders_of_one_device_and_what_is_refused(small_scenario: Small) -> None:
    async def main() -> None:
        async with fs.AsyncWorld(small_scenario(devices=3)) as world:
            await world.fleet.group("meters").bring_online()
            device = await world.fleet.device(1)
            assert device.name == "a1TestPK001/meters-000001" and await device.online() and await device.state() == "online"
            await device.post_property({"x": 1})
            await device.publish("/{pk}/{dn}/user/update", "hello", qos=1)
            await world.run_for("1s")
            timeline = await device.timeline()
            assert timeline is not None and "hello" in timeline.text
            await device.power_off()
            await world.run_for("1s")
            assert not await device.online() and await world.fleet.online() == 2
            await device.power_on()
            await world.run_until(world.fleet.all_online, within="30s")
            await device.cut_power()
            assert not await device.moved() and await world.call(lambda: device.sync.has_power) is False
            with pytest.raises(KeyError, match="nobody"):
                await world.fleet.device("nobody")
            with pytest.raises(fs.ScenarioError):
                await world.perform({"slip": "5s"})
            with pytest.raises(fs.StepFailed):
                await world.platform.expect(world.fleet, at=AWAY)
            with pytest.raises(TimeoutError, match="Fleet.all_moved does not hold after 1 s"):
                await world.run_until(world.fleet.all_moved, within="1s")

    run(main())


def test_what_a_predicate_and_a_check_raise_comes_out_of_the_wait(small_scenario: Small) -> None:
    async def predicate() -> bool:
        return True

    async def main() -> None:
        async with fs.AsyncWorld(small_scenario(devices=2)) as world:
            with pytest.raises(ZeroDivisionError):
                await world.run_until(lambda: 1 / 0, within="1s")
            with pytest.raises(TypeError, match="predicate: .*the coroutine"):
                await world.run_until(predicate, within="1s")
            with pytest.raises(TypeError, match="predicate: expected something to call"):
                await world.run_until(3, within="1s")  # type: ignore[arg-type]
            with pytest.raises(ValueError, match="duration: expected"):
                await world.run_for("1 s")

            def never(event: fs.Event) -> None:
                assert event.kind != "connected", "planted"

            await world.check(never, on="online")
            with pytest.raises(fs.CheckFailed, match="planted"):
                await world.fleet.bring_online()

    run(main())


# Cancellation.


@pytest.mark.parametrize("kind", ["virtual", "sockets"])
@pytest.mark.parametrize("wait", ["run_until", "run_for", "events"])
def test_a_cancelled_wait_ends_at_once_and_the_world_goes_on(small_scenario: Small, kind: str, wait: str) -> None:
    async def main() -> None:
        async with fs.AsyncWorld(endless(small_scenario, kind)) as world:
            await world.fleet.bring_online()
            waits: "dict[str, Callable[[], Awaitable[object]]]" = {
                "run_until": lambda: world.run_until(lambda: False, within="200h"),
                "run_for": lambda: world.run_for("200h"),
                "events": lambda: world.events(on="committed").__anext__(),
            }
            waiting = asyncio.ensure_future(waits[wait]())
            await asyncio.sleep(0.05)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            before = await world.now()
            assert before < 3600 * 200
            await world.fleet.publish()
            assert await world.now() - before < 60 and await world.fleet.online() == len(world.fleet)

    run(main())


def test_an_order_that_is_cancelled_is_carried_out_and_the_next_waits_for_it(small_scenario: Small) -> None:
    async def main() -> None:
        async with fs.AsyncWorld(on_sockets(small_scenario)) as world:
            order = asyncio.ensure_future(world.perform({"sleep": "500ms"}))
            await asyncio.sleep(0.05)
            behind = asyncio.ensure_future(world.perform({"sleep": "1h"}))
            await asyncio.sleep(0)
            order.cancel()
            behind.cancel()  # it had not begun: it never will
            assert await world.now() >= 0.5
            await asyncio.wait({order, behind})

    run(main())


def test_whoever_leaves_by_an_exception_does_not_wait_for_what_is_under_way(small_scenario: Small) -> None:
    async def main() -> None:
        async with fs.AsyncWorld(on_sockets(small_scenario)) as world:
            order = asyncio.ensure_future(world.perform({"sleep": "10m"}))
            await asyncio.sleep(0.05)
            assert not order.done()
            raise LookupError("mine")

    begin = time.monotonic()
    with pytest.raises(LookupError, match="mine"):
        run(main())
    assert time.monotonic() - begin < 50


def test_ctrl_c_ends_a_program_in_the_midst_of_an_order(small_scenario: Small) -> None:
    program = """
import asyncio, sys
import fleetsim as fs

async def main():
    async with fs.AsyncWorld(fs.Scenario.from_yaml(sys.stdin.read())) as world:
        asyncio.get_running_loop().call_later(0.1, lambda: print("under way", flush=True))
        await world.perform({"sleep": "10m"})

asyncio.run(main())
"""
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(on_sockets(small_scenario).to_yaml())
        process.stdin.close()
        process.stdin = None
        try:
            assert process.stdout.readline() == "under way\n"
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=60)
        finally:
            process.kill()
    assert "KeyboardInterrupt" in errors and process.returncode != 0


def test_a_world_that_is_stopped_can_be_looked_at_and_closed(small_scenario: Small) -> None:
    async def main() -> None:
        async with fs.AsyncWorld(endless(small_scenario)) as world:
            await world.fleet.bring_online()
            waiting = asyncio.ensure_future(world.perform({"sleep": "200h"}))
            await asyncio.sleep(0.05)
            threading.Thread(target=world.stop).start()
            await asyncio.wait({waiting})
            assert 0 < await world.now() < 200 * 3600 and await world.fleet.online() > 0
            with pytest.raises(RuntimeError):
                await world.run_for(1)
            report = await world.close()
            assert report.verdict == "interrupted" and not report.violations and not report.passed

    run(main())


def test_closing_ends_the_waits_of_others(small_scenario: Small) -> None:
    async def main() -> None:
        async with fs.AsyncWorld(endless(small_scenario)) as world:
            await world.fleet.bring_online()
            waiting = asyncio.ensure_future(world.run_for("200h"))

            async def iterate() -> List[str]:
                return [event.kind async for event in world.events(on="committed")]

            iterating = asyncio.ensure_future(iterate())
            await asyncio.sleep(0.05)
        with pytest.raises(RuntimeError, match="the world is closed"):
            await waiting
        assert await iterating == []
        with pytest.raises(RuntimeError, match="the world is closed"):
            await world.run_for(1)
        with pytest.raises(RuntimeError, match="the world is closed"):
            await world.fleet.bring_online()

    run(main())


def test_before_it_is_open_it_says_so_and_what_cannot_be_opened_raises(small_scenario: Small) -> None:
    with pytest.raises(RuntimeError, match="not open"):
        fs.AsyncWorld(small_scenario()).fleet
    with pytest.raises(TypeError, match="scenario: expected a Scenario"):
        fs.AsyncWorld("home.yaml")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="kind: expected"):
        run(fs.AsyncWorld(small_scenario(), kind="real").open())


def test_it_is_not_kept_alive_by_anything(small_scenario: Small) -> None:
    async def main() -> "weakref.ref[fs.World]":
        async with fs.AsyncWorld(small_scenario(devices=1)) as world:
            await world.fleet.bring_online()
            reference = weakref.ref(world.sync)
        world._thread.shutdown()  # it has let go of its last order
        return reference

    reference = run(main())
    gc.collect()
    assert reference() is None

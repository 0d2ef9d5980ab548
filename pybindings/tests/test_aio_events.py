"""Events of an open world that an event loop drives, and a device of somebody else's that lives beside it."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import threading
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

import fleetsim as fs
from aio_bench import AWAY, HOME, Small, endless, on_sockets, run


@pytest.mark.parametrize("kind", ["virtual", "sockets"])
def test_events_let_time_pass_while_the_loop_waits_for_them(small_scenario: Small, kind: str) -> None:
    async def main() -> None:
        async with fs.AsyncWorld(on_sockets(small_scenario), kind=kind) as world:
            events = world.events(on="online", timeout="20s")
            await world.fleet.bring_online(wait=False)
            devices = set()
            async for event in events:
                devices.add(event.device)
                if len(devices) == 2:
                    break
            await world.run_until(world.fleet.all_online, within="1s")
            before = await world.now()
            assert [event async for event in world.events(on="committed", timeout="200ms")] == []
            assert 0.2 <= await world.now() - before < 10

    run(main())


def test_events_come_while_another_task_lets_time_pass(small_scenario: Small) -> None:
    async def main() -> None:
        async with fs.AsyncWorld(endless(small_scenario)) as world:
            moved = threading.Event()

            async def watch() -> None:
                async for event in world.events(on="moved"):
                    assert event.kind == "committed"
                    moved.set()
                    return

            watching = asyncio.ensure_future(watch())
            await world.fleet.bring_online()
            await world.platform.distribute(world.fleet, source=HOME, to=AWAY)
            await world.run_until(moved.is_set, within="200h")  # true only when the other task has seen it
            await watching

    run(main())


def test_closed_events_end_and_a_failed_check_comes_out_of_them(small_scenario: Small) -> None:
    async def main() -> None:
        async with fs.AsyncWorld(small_scenario(devices=1)) as world:
            events = world.events(on="online")
            answered = world.platform.events("bootstrap_answered", timeout="1s")  # the device has events of that name, too
            await world.fleet.bring_online()
            assert {event.side async for event in answered} == {"platform"}
            await events.close()
            assert [event async for event in events] == []
            with pytest.raises(ValueError, match="on: no kind"):
                world.events(on="nothing")

            def never(event: fs.Event) -> None:
                assert False, "planted"

            await world.check(never, on="moved")
            await world.platform.distribute(world.fleet, source=HOME, to=AWAY)
            with pytest.raises(fs.CheckFailed, match="planted"):
                async for _ in world.events(on="committed"):
                    pass

    run(main())


# Somebody else's device.


class PahoDevice:
    """A device that is written with Paho's Python client, and signs by Python's own hmac: nothing of it is the project's."""

    def __init__(self, product_key: str, name: str, secret: str) -> None:
        self.topic = f"/{product_key}/{name}/user"
        client_id = f"{product_key}.{name}"
        stamp = "2524608000000"
        content = f"clientId{client_id}deviceName{name}productKey{product_key}timestamp{stamp}"
        self.client = paho.Client(
            CallbackAPIVersion.VERSION2, f"{client_id}|timestamp={stamp},securemode=3,signmethod=hmacsha256|", clean_session=True
        )
        self.client.username_pw_set(f"{name}&{product_key}", hmac.new(secret.encode(), content.encode(), hashlib.sha256).hexdigest())
        self.connected: "asyncio.Future[int]" = asyncio.get_running_loop().create_future()
        loop = asyncio.get_running_loop()

        def on_connect(_client: Any, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
            loop.call_soon_threadsafe(self.connected.set_result, reason.value)

        self.client.on_connect = on_connect


def test_a_device_of_python_s_own_talks_to_the_platform_while_the_loop_drives_it(small_scenario: Small) -> None:
    secret = "0123456789abcdef0123456789abcdef"
    platform = small_scenario().to_dict()["platform"]
    platform["products"] = [{"key": "a1TestPK001", "devices": [{"name": "stranger", "secret": secret}]}]

    async def main() -> None:
        async with fs.AsyncWorld(on_sockets(small_scenario, platform=platform)) as world:
            events = world.platform.events(["online", "offline"], timeout="30s")
            endpoint = next(one for one in await world.call(lambda: world.platform.sync.instances) if one.id == HOME)
            device = PahoDevice("a1TestPK001", "stranger", secret)
            device.client.connect_async(endpoint.address, endpoint.port, keepalive=60)
            device.client.loop_start()
            try:
                online = asyncio.ensure_future(world.fleet.bring_online())  # ours come meanwhile
                assert await device.connected == 0
                await online
                published = device.client.publish(f"{device.topic}/update", json.dumps({"from": "paho"}), qos=1)
                await asyncio.get_running_loop().run_in_executor(None, published.wait_for_publish, 20)
                assert published.is_published()
                record = await world.call(lambda: world.platform.sync.devices["a1TestPK001/stranger"])
                assert record.online and record.instance == HOME
            finally:
                device.client.disconnect()
                device.client.loop_stop()
            async for event in events:
                if event.kind == "device_disconnected" and event.device in ("", "a1TestPK001/stranger"):
                    break
            assert await world.fleet.online() == 2

    run(main())

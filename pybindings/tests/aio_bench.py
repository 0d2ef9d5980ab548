"""Runs coroutines over worlds of their own: what tests of asyncio share."""

from __future__ import annotations

import asyncio
from typing import Any, Callable, Coroutine, TypeVar

import fleetsim as fs

HOME, AWAY = "iotx-oxssharez200", "iotx-oxssharez400"
Small = Callable[..., fs.Scenario]
Result = TypeVar("Result")


def run(work: Coroutine[Any, Any, Result]) -> Result:
    async def bounded() -> Result:
        return await asyncio.wait_for(work, 60)

    return asyncio.run(bounded())


def on_sockets(small_scenario: Small, **parts: Any) -> fs.Scenario:
    return small_scenario(devices=2, world="sockets", steps=["bring_online"], **parts)


def endless(small_scenario: Small, kind: str = "virtual") -> fs.Scenario:
    """200 hours of it take minutes, once it is online."""
    meters = {"devices": 100 if kind == "virtual" else 2, "keep_alive": "30s"}
    return small_scenario(world=kind, groups={"meters": meters}, duration_max="240h", steps=["bring_online"])

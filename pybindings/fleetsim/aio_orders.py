"""The fleet and the platform of an AsyncWorld: the same orders and looks, awaited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple, Union

from fleetsim.aio_events import AsyncEvents
from fleetsim.checks import Kinds
from fleetsim.durations import Duration
from fleetsim.fleet import Device, Fleet
from fleetsim.messages import Payload
from fleetsim.platform import Platform, platform_kinds
from fleetsim.timeline import Timeline

if TYPE_CHECKING:
    from fleetsim.aio import AsyncWorld


class AsyncFleet:
    """As ``Fleet``: what it is told, and what it is asked, is awaited. ``sync`` is the Fleet."""

    def __init__(self, world: "AsyncWorld", fleet: Fleet) -> None:
        self._world = world
        self.sync = fleet

    def __len__(self) -> int:
        return len(self.sync)

    @property
    def groups(self) -> Tuple[str, ...]:
        """The groups' names."""
        return self.sync.groups

    def group(self, name: str) -> "AsyncFleet":
        """The devices of one group. Raises KeyError."""
        return AsyncFleet(self._world, self.sync.group(name))

    async def device(self, which: Union[int, str]) -> "AsyncDevice":
        """By position, "product key/device name" or device name. Raises IndexError, KeyError, TypeError."""
        found: Device = await self._world.call(self.sync.__getitem__, which)
        return AsyncDevice(self._world, found)

    @property
    def all_online(self) -> Callable[[], bool]:
        """For ``run_until``."""
        return self.sync.all_online

    @property
    def all_moved(self) -> Callable[[], bool]:
        """For ``run_until``."""
        return self.sync.all_moved

    async def online(self) -> int:
        """How many are online."""
        return await self._world.call(lambda: self.sync.online)

    async def moved(self) -> int:
        """How many their last job has moved."""
        return await self._world.call(lambda: self.sync.moved)

    async def failures(self) -> List[Tuple[str, str]]:
        """As ``Fleet.failures``."""
        return await self._world.call(lambda: self.sync.failures)

    async def bring_online(self, timeout: Duration = "60s", wait: bool = True) -> None:
        """As ``Fleet.bring_online``."""
        await self._world.call(self.sync.bring_online, timeout, wait)

    async def power_off(self, timeout: Duration = "30s") -> None:
        """As ``Fleet.power_off``."""
        await self._world.call(self.sync.power_off, timeout)

    async def cut_power(self, timeout: Duration = "30s") -> None:
        """As ``Fleet.cut_power``."""
        await self._world.call(self.sync.cut_power, timeout)

    async def publish(self, count: int = 1, qos: int = 1, timeout: Duration = "30s") -> None:
        """As ``Fleet.publish``."""
        await self._world.call(self.sync.publish, count, qos, timeout)


class AsyncDevice:
    """As ``Device``; ``sync`` is the Device."""

    def __init__(self, world: "AsyncWorld", device: Device) -> None:
        self._world = world
        self.sync = device

    @property
    def name(self) -> str:
        """"product key/device name"."""
        return self.sync.name

    async def state(self) -> str:
        """As ``Device.state``."""
        return await self._world.call(lambda: self.sync.state)

    async def online(self) -> bool:
        """As ``Device.online``."""
        return await self._world.call(lambda: self.sync.online)

    async def moved(self) -> bool:
        """As ``Device.moved``."""
        return await self._world.call(lambda: self.sync.moved)

    async def timeline(self) -> Optional[Timeline]:
        """As ``Device.timeline``."""
        return await self._world.call(self.sync.timeline)

    async def power_on(self) -> None:
        """As ``Device.power_on``."""
        await self._world.call(self.sync.power_on)

    async def power_off(self) -> None:
        """As ``Device.power_off``."""
        await self._world.call(self.sync.power_off)

    async def cut_power(self) -> None:
        """As ``Device.cut_power``."""
        await self._world.call(self.sync.cut_power)

    async def publish(self, topic: str, payload: Payload, qos: int = 0) -> None:
        """As ``Device.publish``."""
        await self._world.call(self.sync.publish, topic, payload, qos)

    async def post_property(self, properties: Mapping[str, Any]) -> None:
        """As ``Device.post_property``."""
        await self._world.call(self.sync.post_property, properties)


AnyFleet = Union[AsyncFleet, Fleet]


class AsyncPlatform:
    """As ``Platform``; ``sync`` is the Platform, for what is not here: ``await world.call(world.platform.sync.expect, ...)``."""

    def __init__(self, world: "AsyncWorld", platform: Platform) -> None:
        self._world = world
        self.sync = platform

    async def distribute(self, fleet: Optional[AnyFleet] = None, *, source: str, to: Union[str, Sequence[str]], **settings: Any) -> None:
        """As ``Platform.distribute``."""
        await self._world.call(self.sync.distribute, None if fleet is None else _sync(fleet), source=source, to=to, **settings)

    async def misbehave(self, kind: str, **settings: Any) -> None:
        """As ``Platform.misbehave``."""
        await self._world.call(self.sync.misbehave, kind, **settings)

    async def heal(self, *names: str) -> None:
        """As ``World.heal``."""
        await self._world.heal(*names)

    def events(self, kinds: Kinds = None, timeout: Optional[Duration] = None) -> AsyncEvents:
        """``async for event in world.platform.events()``: as ``Platform.events``."""
        return self._world._events(platform_kinds(kinds), timeout, "platform")

    async def set_property(self, fleet: AnyFleet, properties: Dict[str, Any], *, at: str, **settings: Any) -> None:
        """As ``Platform.set_property``."""
        await self._world.call(self.sync.set_property, _sync(fleet), properties, at=at, **settings)

    async def upgrade(self, fleet: AnyFleet, version: str, *, at: str, **settings: Any) -> None:
        """As ``Platform.upgrade``."""
        await self._world.call(self.sync.upgrade, _sync(fleet), version, at=at, **settings)

    async def expect(self, fleet: Optional[AnyFleet] = None, **settings: Any) -> None:
        """As ``Platform.expect``."""
        await self._world.call(self.sync.expect, None if fleet is None else _sync(fleet), **settings)


def _sync(fleet: AnyFleet) -> Fleet:
    if not isinstance(fleet, (AsyncFleet, Fleet)):
        raise TypeError(f'fleet: expected an AsyncFleet or a Fleet, such as world.fleet.group("meters"), got {fleet!r}')
    return fleet.sync if isinstance(fleet, AsyncFleet) else fleet

"""All devices of a platform's registry, by name."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from fleetsim import _core
from fleetsim.fleet import Device
from fleetsim.platform_records import DeviceRecord


class PlatformDevices(Mapping[str, DeviceRecord]):
    """From "product key/device name", or a Device, to its DeviceRecord of now; in the order of registration. Those that only the
    platform knows are there too. A device name alone does where only one device of the fleet has it. Raises KeyError, TypeError,
    ValueError (a Device of another world)."""

    def __init__(self, world: _core.World, platform: _core.WorldPlatform) -> None:
        self._world = world
        self._platform = platform

    def __getitem__(self, which: Any) -> DeviceRecord:
        name = which.name if isinstance(which, Device) else which
        if isinstance(which, Device) and which._world._core is not self._world:
            raise ValueError(f"device: {which!r} is of another world")
        if not isinstance(name, str):
            raise TypeError(f'expected a Device or "product key/device name", got {which!r}')
        if "/" not in name:
            name = self._world.device_name(self._world.find_device(name))
        seen = self._platform.device(name)
        if seen is None:
            raise KeyError(f"the platform has no device {name}")
        return DeviceRecord(**{**seen, "job": seen["job"] or None, "handover_step": seen["handover_step"] or None})

    def __contains__(self, which: object) -> bool:
        if isinstance(which, Device) and which._world._core is not self._world:
            return False
        try:
            self[which]
        except KeyError:
            return False
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(self._platform.device_names())

    def __len__(self) -> int:
        return self._platform.device_count()

    def __repr__(self) -> str:
        return "<PlatformDevices>"

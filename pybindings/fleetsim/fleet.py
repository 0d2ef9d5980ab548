"""Devices of an open world, one by one and many at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from fleetsim.durations import Duration, duration_text
from fleetsim.messages import Payload, payload_of, qos_of, topic_of
from fleetsim.timeline import Timeline

if TYPE_CHECKING:
    from fleetsim.world import World

GroupPlace = Tuple[str, int, int]  # name, first position, devices


class Device:
    """One device. It keeps its world alive; once that is closed, only ``name``, ``group``, ``position`` and ``timeline()`` are left."""

    def __init__(self, world: "World", position: int, group: str, name: str) -> None:
        self._world = world
        self._position = position
        self._group = group
        self._name = name

    @property
    def position(self) -> int:
        """In the fleet, from 0."""
        return self._position

    @property
    def name(self) -> str:
        """"product key/device name"."""
        return self._name

    @property
    def group(self) -> str:
        """The group's name."""
        return self._group

    @property
    def state(self) -> str:
        """Of its firmware: "off", "bootstrapping", "storing", "connecting", "online", "leaving", "backing_off", "powering_off",
        "registering"."""
        return self._world._core.picture(self._position).state

    @property
    def online(self) -> bool:
        """Whether its own side has seen a CONNACK on the link that it has."""
        return self._world._core.picture(self._position).is_online

    @property
    def has_power(self) -> bool:
        """Whether it is switched on."""
        return self._world._core.picture(self._position).has_power

    @property
    def moving(self) -> bool:
        """Whether it was told to move, and is not yet where that led it."""
        return self._world._core.picture(self._position).is_told_to_move

    @property
    def moved(self) -> bool:
        """Whether it has ever moved."""
        return self._world._core.picture(self._position).has_moved

    @property
    def instance(self) -> str:
        """Where the platform has bound it; in handover: where it comes from. Raises KeyError when the platform does not know it."""
        return self._world.platform.devices[self._name].instance

    @property
    def endpoint(self) -> str:
        """"host:port" of that instance's endpoint, as the platform tells it the device."""
        instance = self.instance
        for one in self._world.platform.instances:
            if one.id == instance:
                return f"{one.host.replace('{pk}', self._name.partition('/')[0])}:{one.port}"
        raise KeyError(instance)

    @property
    def last_failure(self) -> str:
        """Why it is not online; empty: nothing went wrong since it was."""
        return self._world._core.picture(self._position).last_failure

    def timeline(self) -> Optional[Timeline]:
        """What it and the platform said to each other so far; None when the world does not record it."""
        parts = self._world._core.timeline(self._position)
        return None if parts is None else Timeline(*parts)

    def power_on(self) -> None:
        """Switch it on, if it is off."""
        self._command("power_on")

    def power_off(self) -> None:
        """Switch it off in an orderly way: it says good-bye first."""
        self._command("power_off")

    def cut_power(self) -> None:
        """Pull the plug: nobody is told. What it keeps in its flash stays."""
        self._command("cut_power")

    def publish(self, topic: str, payload: Payload, qos: int = 0) -> None:
        """Publish on a topic ("{pk}" and "{dn}" stand for the device's own); a map goes out as JSON. While it is offline nothing goes out.

        Raises ValueError and TypeError for what MQTT forbids, a topic of more than 256 bytes, a payload of more than 7,000.
        """
        self._command("publish", topic=topic_of(topic, self._name), payload=payload_of(payload), qos=qos_of(qos))

    def post_property(self, properties: Mapping[str, Any]) -> None:
        """Post properties, as thing/event/property/post has them: ``post_property({"temperature": 21.5})``. 7,000 bytes at most."""
        if not isinstance(properties, Mapping):
            raise TypeError(f"properties: expected a map, got {properties!r}")
        self._command("post_property", payload=payload_of(properties, "properties"))

    def _command(self, what: str, topic: str = "", payload: bytes = b"", qos: int = 0) -> None:
        at = self._world._microseconds()
        why_not = self._world._core.command(self._position, what, topic, payload, qos)
        if why_not:
            raise RuntimeError(why_not)
        step: Dict[str, Any] = {"device": self._name, "do": what}
        if what == "publish":
            step.update(topic=topic, qos=qos)
        if payload:
            try:
                step["payload"] = payload.decode("utf-8")
            except UnicodeDecodeError:
                self._world._journal.cannot(f"{self._name} published bytes that are no text")
        self._world._journal.step(at, at, {"command": step})

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Device):
            return NotImplemented
        return self._world is other._world and self._position == other._position

    def __hash__(self) -> int:
        return hash((id(self._world), self._position))

    def __repr__(self) -> str:
        return f"<Device {self._name} of group {self._group}>"


class Fleet(Sequence[Device]):
    """The devices of some groups, in the order of the scenario: ``fleet[7]``, ``fleet["meter-000007"]``, ``fleet.group("meters")``."""

    def __init__(self, world: "World", groups: Tuple[GroupPlace, ...]) -> None:
        self._world = world
        self._groups = groups

    # As a sequence.

    def __len__(self) -> int:
        return sum(count for _, _, count in self._groups)

    def __getitem__(self, which: Any) -> Any:
        """A device by its position in this fleet, by "product key/device name" or its device name; a list of them by a slice.

        Raises IndexError, KeyError, TypeError.
        """
        if isinstance(which, slice):
            return [self._at(i) for i in range(*which.indices(len(self)))]
        if isinstance(which, str):
            return self._named(which)
        if isinstance(which, bool) or not isinstance(which, int):
            raise TypeError(f"expected a position or a name, got {which!r}")
        if not -len(self) <= which < len(self):
            raise IndexError(f"expected a position below {len(self)}, got {which}")
        return self._at(which % len(self))

    def __iter__(self) -> Iterator[Device]:
        return (self._at(i) for i in range(len(self)))

    def _at(self, index: int) -> Device:
        for group, first, count in self._groups:
            if index < count:
                position = first + index
                return Device(self._world, position, group, self._world._core.device_name(position))
            index -= count
        raise IndexError(index)

    def _named(self, name: str) -> Device:
        position = self._world._core.find_device(name)
        for group, first, count in self._groups:
            if first <= position < first + count:
                return Device(self._world, position, group, self._world._core.device_name(position))
        raise KeyError(f"{name} is in none of the groups {', '.join(self.groups)}")

    @property
    def groups(self) -> Tuple[str, ...]:
        """The groups' names."""
        return tuple(group for group, _, _ in self._groups)

    def group(self, name: str) -> "Fleet":
        """The devices of one group. Raises KeyError."""
        for place in self._groups:
            if place[0] == name:
                return Fleet(self._world, (place,))
        raise KeyError(f"no group {name!r}; there are {', '.join(self.groups)}")

    # How they are.

    @property
    def online(self) -> int:
        """How many are online, by their own word."""
        return self._world._core.online(list(self.groups))

    @property
    def asked_to_move(self) -> int:
        """How many a job has named."""
        return self._world._core.moves(list(self.groups))[0]

    @property
    def moved(self) -> int:
        """How many of them their last job has moved: the platform has bound them to the target, and they know."""
        return self._world._core.moves(list(self.groups))[1]

    def all_online(self) -> bool:
        """Whether all are online; for ``World.run_until``."""
        return self.online >= len(self)

    def all_moved(self) -> bool:
        """Whether all that a job has named have moved, and it has named some; for ``World.run_until``."""
        asked, moved = self._world._core.moves(list(self.groups))
        return asked > 0 and moved >= asked

    @property
    def failures(self) -> List[Tuple[str, str]]:
        """Devices that should be online and are not, some of them, with the reason."""
        return [(device, reason) for device, group, reason in self._world._core.failures() if group in self.groups]

    def summary(self) -> str:
        """One line for people."""
        asked, moved = self._world._core.moves(list(self.groups))
        text = f"{self.online} of {len(self)} online, {moved} of {asked} moved"
        for device, reason in self.failures[:3]:
            text += f"; {device}: {reason}"
        return text

    # What they are told.

    def bring_online(self, timeout: Duration = "60s", wait: bool = True) -> None:
        """Switch them on as their groups' executors say, and wait until they are online. Raises StepFailed."""
        if wait:
            self._world.perform({"bring_online": self._settings(timeout=duration_text(timeout, "timeout"))})
        else:
            self._world._begin_arrivals(list(self.groups))

    def power_off(self, timeout: Duration = "30s") -> None:
        """Switch them off in an orderly way, and wait for it."""
        self._world.perform({"power_off": self._settings(timeout=duration_text(timeout, "timeout"))})

    def cut_power(self, timeout: Duration = "30s") -> None:
        """Pull the plug of all of them."""
        self._world.perform({"power_off": self._settings(cut=True, timeout=duration_text(timeout, "timeout"))})

    def publish(self, count: int = 1, qos: int = 1, timeout: Duration = "30s") -> None:
        """Each publishes so often; wait until all is acknowledged. Raises StepFailed."""
        self._world.perform({"publish": self._settings(count=count, qos=qos, timeout=duration_text(timeout, "timeout"))})

    def _settings(self, **settings: Any) -> Dict[str, Any]:
        return {"groups": list(self.groups), **settings}

    def __repr__(self) -> str:
        return f"<Fleet of {len(self)} devices in {', '.join(self.groups)}>"


def own_device(world: "World", device: Device) -> Device:
    """The same. Raises ValueError when it is another world's: positions and names mean other devices there."""
    if device._world is not world:
        raise ValueError(f"device: {device!r} is of another world")
    return device


def own_fleet(world: "World", fleet: Fleet) -> Fleet:
    """The same. Raises TypeError, and ValueError when it is another world's."""
    if not isinstance(fleet, Fleet):
        raise TypeError(f'fleet: expected a Fleet, such as world.fleet.group("meters"), got {fleet!r}')
    if fleet._world is not world:
        raise ValueError(f"fleet: {fleet!r} is of another world")
    return fleet


Predicate = Callable[[], bool]

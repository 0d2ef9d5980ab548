"""The platform of an open world, as its users and its operators have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional, Sequence, Union

from fleetsim.durations import Duration, duration_text
from fleetsim.fleet import Fleet

if TYPE_CHECKING:
    from fleetsim.world import World


class Platform:
    """Jobs, misbehaviours and what users do with devices. Each order is a step of a scenario: scenarios/REFERENCE.md has all settings."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def distribute(
        self,
        fleet: Optional[Fleet] = None,
        *,
        source: str,
        to: Union[str, Sequence[str]],
        policy: Optional[str] = None,
        name: Optional[str] = None,
        batch: Optional[int] = None,
        interval: Optional[Duration] = None,
        **settings: Any,
    ) -> None:
        """Jobs that hand the fleet's devices (default: all) over from the instance ``source`` to ``to``: one instance, or several for
        policy "nearest_access" (the default with several). Devices hear of it at once; ``World.run_until(fleet.all_moved, ...)`` waits.

        Raises StepFailed when the platform refuses, ScenarioError for settings that there are not.
        """
        targets = [to] if isinstance(to, str) else list(to)
        step: Dict[str, Any] = {"source": source, "policy": policy or ("region" if len(targets) == 1 else "nearest_access")}
        step.update({"target": targets[0]} if len(targets) == 1 else {"targets": targets})
        if fleet is not None:
            step["groups"] = _groups_of(fleet)
        for key, value in (("name", name), ("batch", batch)):
            if value is not None:
                step[key] = value
        if interval is not None:
            step["interval"] = duration_text(interval, "interval")
        step.update(settings)
        self._world.perform({"distribute": step})

    def misbehave(self, kind: str, **settings: Any) -> None:
        """The platform does something wrong from now on, such as ``misbehave("notify_duplicate", times=3)``; ``fleetsim list
        misbehaviours`` shows the kinds. ``heal`` ends it."""
        self._world.perform({"misbehave": {"kind": kind, **settings}})

    def heal(self, *names: str) -> None:
        """As ``World.heal``."""
        self._world.heal(*names)

    def set_property(self, fleet: Fleet, properties: Dict[str, Any], *, at: str, **settings: Any) -> None:
        """Users set properties of devices at the instance ``at``, and wait until the devices have posted those values."""
        self._world.perform({"set_property": {"groups": _groups_of(fleet), "at": at, "properties": properties, **settings}})

    def upgrade(self, fleet: Fleet, version: str, *, at: str, **settings: Any) -> None:
        """Firmware over the air, until the devices tell the new version."""
        self._world.perform({"upgrade": {"groups": _groups_of(fleet), "at": at, "version": version, **settings}})

    def expect(self, fleet: Optional[Fleet] = None, **settings: Any) -> None:
        """What the platform knows of the devices: ``expect(fleet, at="iot-b", status="ONLINE")``. Raises StepFailed when it does not."""
        step = dict(settings)
        if fleet is not None:
            step["groups"] = _groups_of(fleet)
        self._world.perform({"expect": step})

    def probe(self, fleet: Optional[Fleet] = None, sample: int = 0) -> None:
        """A valid CONNECT of each device at every instance: exactly one must accept. ``sample``: so many devices; 0: all."""
        step: Dict[str, Any] = {"sample": sample}
        if fleet is not None:
            step["groups"] = _groups_of(fleet)
        self._world.perform({"probe": step})


def _groups_of(fleet: Fleet) -> List[str]:
    if not isinstance(fleet, Fleet):
        raise TypeError(f"fleet: expected a Fleet, such as world.fleet.group(\"meters\"), got {fleet!r}")
    return list(fleet.groups)

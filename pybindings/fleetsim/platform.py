"""The platform of an open world, as its users and its operators have it."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union

from fleetsim import _core
from fleetsim.checks import Kinds, kinds_of
from fleetsim.durations import Duration, duration_text, microseconds_or_none
from fleetsim.events import Events
from fleetsim.fleet import Device, Fleet, own_device, own_fleet
from fleetsim.management_api import answer_of, changes_something, form_of
from fleetsim.messages import Payload, payload_of, qos_of, topic_of
from fleetsim.platform_devices import PlatformDevices
from fleetsim.platform_records import (
    AccountRecord,
    DeviceRecord,
    InstanceRecord,
    JobRecord,
    MisbehaviourRecord,
    PlatformStatistics,
    ProductRecord,
)

if TYPE_CHECKING:
    from fleetsim.world import World


class Platform:
    """Jobs, misbehaviours and what users do with devices. Each order is a step of a scenario: scenarios/REFERENCE.md has all settings."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._core = _core.WorldPlatform(world._core)

    # What it knows: copies of this moment.

    @property
    def accounts(self) -> Tuple[AccountRecord, ...]:
        """Its accounts, in the order of the configuration."""
        return tuple(AccountRecord(**{**one, "access_keys": tuple(one["access_keys"])}) for one in self._core.accounts())

    @property
    def instances(self) -> Tuple[InstanceRecord, ...]:
        """Its instances and their endpoints, in the order of the configuration."""
        return tuple(InstanceRecord(**{**one, "owner": one["owner"] or None}) for one in self._core.instances())

    @property
    def products(self) -> Tuple[ProductRecord, ...]:
        """Its products, in the order of their registration."""
        return tuple(ProductRecord(**{**one, "instances": tuple(one["instances"])}) for one in self._core.products())

    @property
    def devices(self) -> Mapping[str, DeviceRecord]:
        """Its registry: ``devices["pk/dn"]`` or ``devices[device]`` is a DeviceRecord of now."""
        return PlatformDevices(self._world._core, self._core)

    @property
    def jobs(self) -> Tuple[JobRecord, ...]:
        """Distribution jobs, oldest first."""
        return tuple(
            JobRecord(**{**one, "targets": tuple(one["targets"]), "failure": one["failure"] or None}) for one in self._core.jobs()
        )

    @property
    def misbehaviours(self) -> Tuple[MisbehaviourRecord, ...]:
        """The rules that are set, and how often each has fired, in the order in which they were set."""
        return tuple(MisbehaviourRecord(**one) for one in self._core.rules())

    @property
    def statistics(self) -> PlatformStatistics:
        """What it has counted so far."""
        return PlatformStatistics(**self._core.statistics())

    def events(self, kinds: Kinds = None, timeout: Optional[Duration] = None) -> Events:
        """What it tells of itself from now on, as ``World.events`` gives it: ``for event in platform.events("committed", timeout="5s")``.
        None: all kinds of its own; "moved", "online" and "offline" are what it says of devices. Raises ValueError for a device's kind."""
        return Events(self._world, platform_kinds(kinds), microseconds_or_none(timeout, "timeout"), "platform")

    # What its users and operators do.

    def api(self, action: str, *, account: Optional[str] = None, **parameters: Any) -> Dict[str, Any]:
        """Call the management API in this process, and nobody has to sign: ``api("QueryDeviceDetail", ProductKey=…, DeviceName=…)`` is
        the answer's JSON. ``account``: whose call it is (default: the first one's). Truth values, lists (Name.1, Name.2 …) and maps are
        written as the API takes them. An answer that takes time (RRpc) lets it pass.

        Raises ApiError with the platform's code and message; TypeError, ValueError, KeyError (no such account). A run in which an action
        has changed something is not in ``World.save_replay``.
        """
        if not isinstance(action, str):
            raise TypeError(f"action: expected a name such as \"QueryDeviceDetail\", got {action!r}")
        if account is not None and not isinstance(account, str):
            raise TypeError(f"account: expected an account's id, got {account!r}")
        form, changes = form_of(parameters), changes_something(action)
        with self._world._journal.cannot_unless_refused(self._world._core, f"{action} was called by Platform.api()") if changes else nullcontext():
            body = self._core.call(action, form, account or "", changes)
        if body is None:
            raise TimeoutError(f"{action}: the run was over before its answer came")
        return answer_of(action, body)

    def publish_to(self, device: Union[Device, str], topic: str, payload: Payload = b"", qos: int = 0) -> bool:
        """Send a device a message on a topic that it has subscribed to ("{pk}" and "{dn}" stand for its own); a map goes out as JSON.
        With QoS 1 it waits for a device whose session is kept. False: it goes nowhere, for the device is offline or not subscribed.

        Raises KeyError, TypeError, ValueError (as ``Device.publish``). A run with such a message is not in ``World.save_replay``.
        """
        name = own_device(self._world, device).name if isinstance(device, Device) else self.devices[device].name
        topic, qos, message = topic_of(topic, name), qos_of(qos), payload_of(payload)
        with self._world._journal.cannot_unless_refused(self._world._core, "Platform.publish_to() has sent a device a message"):
            return self._core.publish_to(name, topic, message, qos)

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
        targets = _targets(to)
        step: Dict[str, Any] = {"source": source, "policy": policy or ("region" if len(targets) == 1 else "nearest_access")}
        step.update({"target": targets[0]} if len(targets) == 1 else {"targets": targets})
        if fleet is not None:
            step["groups"] = self._groups_of(fleet)
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
        self._world.perform({"set_property": {"groups": self._groups_of(fleet), "at": at, "properties": properties, **settings}})

    def upgrade(self, fleet: Fleet, version: str, *, at: str, **settings: Any) -> None:
        """Firmware over the air, until the devices tell the new version."""
        self._world.perform({"upgrade": {"groups": self._groups_of(fleet), "at": at, "version": version, **settings}})

    def expect(self, fleet: Optional[Fleet] = None, **settings: Any) -> None:
        """What the platform knows of the devices: ``expect(fleet, at="iot-b", status="ONLINE")``. Raises StepFailed when it does not."""
        step = dict(settings)
        if fleet is not None:
            step["groups"] = self._groups_of(fleet)
        self._world.perform({"expect": step})

    def probe(self, fleet: Optional[Fleet] = None, sample: int = 0) -> None:
        """A valid CONNECT of each device at every instance: exactly one must accept. ``sample``: so many devices; 0: all."""
        step: Dict[str, Any] = {"sample": sample}
        if fleet is not None:
            step["groups"] = self._groups_of(fleet)
        self._world.perform({"probe": step})

    def _groups_of(self, fleet: Fleet) -> List[str]:
        return list(own_fleet(self._world, fleet).groups)


_TOLD_BY_BOTH = ("bootstrap_answered", "connect_refused")  # one name for what each side has to say of it


def platform_kinds(kinds: Kinds) -> List[str]:
    """As ``kinds_of``, of the platform's own kinds."""
    everything = _core.event_kinds()
    own = [*everything[everything.index("device_connected") :], *_TOLD_BY_BOTH]  # those of devices come first
    wanted = {"online": "device_connected", "offline": "device_disconnected"}
    named = [wanted.get(kinds, kinds)] if isinstance(kinds, str) else kinds
    if isinstance(named, (list, tuple, set, frozenset)):
        named = [wanted.get(one, one) if isinstance(one, str) else one for one in named]
    found = kinds_of(named, "kinds") or list(own)
    for kind in found:
        if kind not in own:
            raise ValueError(f"kinds: {kind} is told by devices, not by the platform; its kinds are {', '.join(own)}")
    return found


def _targets(to: Union[str, Sequence[str]]) -> List[str]:
    targets = [to] if isinstance(to, str) else list(to) if isinstance(to, (list, tuple)) else []
    if not targets or not all(isinstance(one, str) for one in targets):
        kind = ValueError if isinstance(to, (list, tuple)) and not targets else TypeError
        raise kind(f"to: expected an instance's id, or several, got {to!r}")
    return targets

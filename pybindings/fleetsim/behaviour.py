"""Firmware behaviour that is written in Python, around the device core."""

from __future__ import annotations

from typing import Literal, Tuple, Union

from fleetsim._core import BehaviourDevice, DeviceEvent

MessageFate = Union[None, bool, bytes, Literal["lost"]]


class DeviceBehaviour:
    """Your own firmware logic around the device core: subclass it, and write the hooks that it has.

        class Deaf(fs.DeviceBehaviour):
            def on_message(self, device, topic, payload):
                return not topic.endswith("/bootstrap/notify")     # False: swallowed

        scenario.run(behaviours={"meters": Deaf})

    One object is made for each device (the class is called without arguments), when the device first gets power; it outlives power
    cuts, as what a firmware keeps in its flash. The core goes on with its own work: endpoint, back-off, session, moves. Hooks that you
    do not write are not called, and cost nothing.

    ``device`` takes orders while a hook is called: ``publish``, ``post_property``, ``subscribe``, ``set_timer``, ``cancel_timer``,
    ``cut_power``, ``restart``. They are carried out right after it, at the same moment of time.

    World virtual only, which then runs on one thread. A run is repeated exactly when hooks depend on what they are given and on
    ``device.random()``. An exception ends the run and comes out of it.
    """

    def on_power_on(self, device: BehaviourDevice) -> None:
        """Before the core boots. Orders and timers of before are gone."""

    def on_event(self, device: BehaviourDevice, event: DeviceEvent) -> None:
        """What the core tells its application, such as ``event.kind == "connected"``."""

    def on_message(self, device: BehaviourDevice, topic: str, payload: bytes) -> MessageFate:
        """A message arrives; the core has not seen it yet.

        None or True: it goes on. bytes: it goes on with these instead. False: it is swallowed (at QoS 1 it is acknowledged, as an MQTT
        library would). "lost": as if it had never come.
        """
        return None

    def on_send(self, device: BehaviourDevice, topic: str, payload: bytes) -> MessageFate:
        """A message leaves; the wire has not seen it yet. Also what this behaviour publishes, and what is sent again.

        None or True: it goes on. bytes: these go instead. False: it is swallowed (at QoS 1 the core takes it for acknowledged).
        "lost": swallowed, and the core waits for its acknowledgement.
        """
        return None

    def on_timer(self, device: BehaviourDevice, name: str) -> None:
        """A timer of ``device.set_timer(after, name)`` is due. It is over then: set it again to go on."""

    def _hooks(self) -> Tuple[str, ...]:
        hooks = ("on_power_on", "on_event", "on_message", "on_send", "on_timer")
        return tuple(hook for hook in hooks if getattr(type(self), hook) is not getattr(DeviceBehaviour, hook))

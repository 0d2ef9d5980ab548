"""Firmware behaviour that is written in Python: what it sees, swallows, changes and orders."""

from __future__ import annotations

import gc
import json
import weakref
from typing import Any, Callable, Dict, List

import pytest

import fleetsim as fs

ONLINE = ["bring_online"]


def idle(small_scenario: Callable[..., fs.Scenario], seconds: int = 10, devices: int = 1) -> fs.Scenario:
    return small_scenario(devices=devices, steps=["bring_online", {"sleep": f"{seconds}s"}])


def test_an_empty_behaviour_changes_nothing(small_scenario: Callable[..., fs.Scenario]) -> None:
    scenario = small_scenario()
    assert scenario.run(behaviours={"meters": fs.DeviceBehaviour}).trace_hash == scenario.run().trace_hash


def test_a_behaviour_that_watches_changes_nothing(small_scenario: Callable[..., fs.Scenario]) -> None:
    seen: Dict[str, int] = {}

    class Watcher(fs.DeviceBehaviour):
        def on_power_on(self, device: fs.BehaviourDevice) -> None:
            seen["power_on"] = seen.get("power_on", 0) + 1

        def on_event(self, device: fs.BehaviourDevice, event: fs.DeviceEvent) -> None:
            seen[event.kind] = seen.get(event.kind, 0) + 1

        def on_message(self, device: fs.BehaviourDevice, topic: str, payload: bytes) -> None:
            if topic.endswith("/bootstrap/notify"):
                assert json.loads(payload)["method"] == "thing.bootstrap.notify"
                seen["notify"] = seen.get("notify", 0) + 1

        def on_send(self, device: fs.BehaviourDevice, topic: str, payload: bytes) -> bool:
            seen["sent"] = seen.get("sent", 0) + 1
            return True

    faults = [
        {"kind": "slicer", "average_size": 20, "delay": "2ms"},
        {"kind": "loss", "loss": "5%"},
        {"kind": "power_cut", "probability": "3%", "off": "50ms", "until": "3s"},
        {"kind": "duplicate_notify", "copies": 2},
        {"kind": "clock_skew", "ppm": 0, "spread": 100000},
    ]
    for scenario in (small_scenario(), small_scenario(faults=faults)):
        seen.clear()
        assert scenario.run(behaviours={"meters": Watcher}).trace_hash == scenario.run().trace_hash
        assert seen["power_on"] >= 20 and seen["connected"] >= 40 and seen["notify"] >= 20 and seen["sent"] >= 20


def test_who_swallows_the_notify_does_not_move(small_scenario: Callable[..., fs.Scenario]) -> None:
    class Deaf(fs.DeviceBehaviour):
        def on_message(self, device: fs.BehaviourDevice, topic: str, payload: bytes) -> bool:
            return device.index % 2 == 0 or not topic.endswith("/bootstrap/notify")

    out = {"distribute": {"name": "out", "source": "iotx-oxssharez200", "target": "iotx-oxssharez400"}}
    scenario = small_scenario(steps=["bring_online", out, {"wait_until": {"what": "moved", "share": "50%"}}, {"sleep": "20s"}])
    report = scenario.run(behaviours={"meters": Deaf})
    assert report.devices.moved == 10


def test_messages_are_changed_on_both_ways(small_scenario: Callable[..., fs.Scenario]) -> None:
    heard: List[str] = []

    class Mangler(fs.DeviceBehaviour):
        def on_event(self, device: fs.BehaviourDevice, event: fs.DeviceEvent) -> None:
            if event.kind == "notified":
                heard.append(event.text)

        def on_message(self, device: fs.BehaviourDevice, topic: str, payload: bytes) -> Any:
            if not topic.endswith("/bootstrap/notify"):
                return None
            body = json.loads(payload)
            body["id"] = "changed"
            return json.dumps(body).encode()

        def on_send(self, device: fs.BehaviourDevice, topic: str, payload: bytes) -> Any:
            if not topic.endswith("/notify_reply"):
                return None
            assert json.loads(payload)["id"] == "changed"
            return bytearray(payload.replace(b"changed", b"back"))

    report = small_scenario(devices=3).run(behaviours={"meters": Mangler})
    assert report.passed, report.summary()
    assert heard == ["changed"] * 3


def test_orders_come_back_by_their_tokens(small_scenario: Callable[..., fs.Scenario]) -> None:
    answers: Dict[str, List[str]] = {"publish": [], "post": [], "subscribe": []}

    class Busy(fs.DeviceBehaviour):
        def __init__(self) -> None:
            self.tokens: Dict[int, str] = {}

        def on_event(self, device: fs.BehaviourDevice, event: fs.DeviceEvent) -> None:
            if event.kind == "connected":
                assert device.online
                topic = "/" + device.name + "/user/mine"
                self.tokens = {
                    device.subscribe(topic, qos=0): "subscribe",
                    device.publish(topic, b"hello"): "publish",
                    device.post_property({"Temperature": 21.5}): "post",
                }
            if event.token in self.tokens:
                answers[self.tokens[event.token]].append(event.kind)

    report = idle(small_scenario).run(behaviours={"meters": Busy})
    assert report.passed, report.summary()
    assert answers["publish"] == ["published", "publish_acknowledged"]
    assert answers["subscribe"] == ["subscribed"]
    assert "property_replied" in answers["post"]


def test_timers_and_power(small_scenario: Callable[..., fs.Scenario]) -> None:
    told: List[Any] = []

    class Brownout(fs.DeviceBehaviour):
        boots = 0

        def on_power_on(self, device: fs.BehaviourDevice) -> None:
            self.boots += 1
            told.append(("boot", self.boots, round(device.now, 3)))
            device.set_timer("3s", "late")
            device.set_timer(1)
            device.set_timer(2.0, "never")
            assert device.cancel_timer("never") and not device.cancel_timer("never")

        def on_timer(self, device: fs.BehaviourDevice, name: str) -> None:
            told.append((name, round(device.now, 3)))
            if name == "late" and self.boots == 1:
                device.cut_power(off="2s")
            if name == "late" and self.boots == 2:
                device.restart()

    report = idle(small_scenario, 20).run(behaviours={"meters": Brownout})
    assert report.passed, report.summary()
    start = told[0][2]
    assert [(name, round(rest[-1] - start, 3)) for name, *rest in told] == [
        ("boot", 0),
        ("timer", 1),
        ("late", 3),
        ("boot", 5),
        ("timer", 6),
        ("late", 8),
        ("boot", 8),
        ("timer", 9),
        ("late", 11),
    ]


def test_one_object_is_made_for_each_device_when_it_first_gets_power(small_scenario: Callable[..., fs.Scenario]) -> None:
    made: List[Any] = []
    names: List[str] = []

    class Counted(fs.DeviceBehaviour):
        def __init__(self) -> None:
            made.append(weakref.ref(self))

        def on_power_on(self, device: fs.BehaviourDevice) -> None:
            names.append(device.name)
            assert device.group == "meters" and 0 <= device.random() < 1

    small_scenario(steps=ONLINE, groups={"meters": {"devices": 5}, "others": {"devices": 3}}).run(behaviours={"meters": Counted})
    assert len(made) == 5 and len(set(names)) == 5
    gc.collect()
    assert [reference() for reference in made] == [None] * 5, "nothing keeps them beyond the run"


def test_a_device_takes_no_orders_between_its_hooks(small_scenario: Callable[..., fs.Scenario]) -> None:
    kept: List[fs.BehaviourDevice] = []

    class Keeper(fs.DeviceBehaviour):
        def on_power_on(self, device: fs.BehaviourDevice) -> None:
            kept.append(device)

    idle(small_scenario).run(behaviours={"meters": Keeper})
    assert kept[0].name.endswith("/meters-000000")
    for order in (lambda: kept[0].publish("/a/b"), lambda: kept[0].now, lambda: kept[0].cut_power(), lambda: kept[0].random()):
        with pytest.raises(RuntimeError, match="within its hooks only"):
            order()


@pytest.mark.parametrize(
    "order, kind, words",
    [
        (lambda device: device.publish(3, b""), TypeError, r"publish\(\): topic: expected str, got 3"),
        (lambda device: device.publish("/a/b", 3), TypeError, r"publish\(\): payload: expected bytes or str, got 3"),
        (lambda device: device.publish("/a/b", b"", qos=2), ValueError, r"publish\(\): qos: expected 0 or 1, got 2"),
        (lambda device: device.publish("/a/b", b"", qos=True), TypeError, r"publish\(\): qos"),
        (lambda device: device.subscribe(b"/a"), TypeError, r"subscribe\(\): topic_filter"),
        (lambda device: device.post_property([1]), TypeError, r"post_property\(\): properties: expected a dict or JSON text"),
        (lambda device: device.set_timer("1 s"), ValueError, r"set_timer\(\): after: expected a duration"),
        (lambda device: device.set_timer(0), ValueError, r"set_timer\(\): a timer takes 1 ms at least"),
        (lambda device: device.set_timer(1, name=2), TypeError, r"set_timer\(\): name: expected str"),
        (lambda device: device.cut_power(off=-1), ValueError, r"cut_power\(\): off: expected a duration"),
        (lambda device: [device.publish("/a/b") for _ in range(300)], RuntimeError, r"publish\(\): 256 orders wait already"),
        (lambda device: [device.set_timer(1, str(i)) for i in range(65)], ValueError, r"64 timers at most"),
        (lambda device: 1 / 0, ZeroDivisionError, "division by zero"),
    ],
)
def test_wrong_orders_raise_where_they_are_given_and_end_the_run(
    small_scenario: Callable[..., fs.Scenario], order: Callable[[Any], object], kind: type, words: str
) -> None:
    class Wrong(fs.DeviceBehaviour):
        def on_power_on(self, device: fs.BehaviourDevice) -> None:
            order(device)

    with pytest.raises(kind, match=words):
        idle(small_scenario).run(behaviours={"meters": Wrong})


@pytest.mark.parametrize(
    "answer, kind, words",
    [
        ("swallow", ValueError, r"Wrong\.on_message\(\): expected None or True .* got 'swallow'"),
        (3, TypeError, r"Wrong\.on_message\(\)"),
        (bytes(65537), ValueError, "changed into 65536 bytes at most, got 65537"),
    ],
)
def test_wrong_fates_of_messages_are_named(small_scenario: Callable[..., fs.Scenario], answer: Any, kind: type, words: str) -> None:
    class Wrong(fs.DeviceBehaviour):
        def on_message(self, device: fs.BehaviourDevice, topic: str, payload: bytes) -> Any:
            return answer

    with pytest.raises(kind, match=words):
        small_scenario(devices=2).run(behaviours={"meters": Wrong})


@pytest.mark.parametrize(
    "behaviours, kind, words",
    [
        ({"meter": fs.DeviceBehaviour}, ValueError, 'behaviours: no group "meter"; there are meters, sensors'),
        ({"sensors": fs.DeviceBehaviour}, ValueError, "behind gateways"),
        ({"meters": fs.DeviceBehaviour()}, TypeError, "expected a subclass of DeviceBehaviour"),
        ({3: fs.DeviceBehaviour}, TypeError, "expected names of groups, got 3"),
        (["meters"], TypeError, "behaviours: expected a map"),
        (3, TypeError, "behaviours: expected a map"),
        ({"meters": "Deaf"}, TypeError, r"behaviours\['meters'\]: expected something to call"),
        ({"meters": int}, TypeError, r"behaviours\['meters'\]: expected a subclass of DeviceBehaviour, got <class 'int'>"),
        ({"meters": dict}, TypeError, r"behaviours\['meters'\]: expected a subclass of DeviceBehaviour, got <class 'dict'>"),
    ],
)
def test_wrong_behaviours_are_named(small_scenario: Callable[..., fs.Scenario], behaviours: Any, kind: type, words: str) -> None:
    groups = {"meters": {"devices": 2}, "sensors": {"devices": 4, "behind": "meters"}}
    with pytest.raises(kind, match=words):
        small_scenario(groups=groups, steps=ONLINE).run(behaviours=behaviours)


def test_only_simulated_time_waits_for_a_behaviour(small_scenario: Callable[..., fs.Scenario]) -> None:
    with pytest.raises(ValueError, match="behaviours: .*only world virtual"):
        small_scenario().run(world="sockets", behaviours={"meters": fs.DeviceBehaviour})


def test_a_device_that_answers_itself_does_not_stop_time(small_scenario: Callable[..., fs.Scenario]) -> None:
    class Echo(fs.DeviceBehaviour):
        def on_event(self, device: fs.BehaviourDevice, event: fs.DeviceEvent) -> None:
            if event.kind in ("connected", "published"):
                device.publish("/" + device.name + "/user/again", qos=0)

    with pytest.raises(RuntimeError, match="it answers itself"):
        idle(small_scenario).run(behaviours={"meters": Echo})

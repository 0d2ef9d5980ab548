"""Worlds that stay open: orders, looks, and how wrong ones are named."""

from __future__ import annotations

from typing import Any, Callable, Dict

import pytest

import fleetsim as fs
from conftest import SHANGHAI, SINGAPORE, move, small


def test_a_fleet_comes_online_and_moves(world: fs.World) -> None:
    assert len(world.fleet) == 20 and world.fleet.groups == ("meters",)
    assert not world.fleet.all_online() and not world.fleet.all_moved()
    world.fleet.bring_online()
    assert world.fleet.all_online() and world.fleet.online == 20
    world.platform.distribute(world.fleet, source=SHANGHAI, to=SINGAPORE)
    assert world.fleet.asked_to_move == 20 and not world.fleet.all_moved()
    world.run_until(world.fleet.all_moved, within="30s")
    report = world.close()
    assert report.passed, report.summary()
    assert report.to_dict()["devices"]["moved"] == 20


def test_the_same_works_on_sockets() -> None:
    with fs.World(small(devices=3), kind="sockets") as world:
        move(world)
        device = world.fleet[1]
        assert device.moved and device.state == "online" and device.instance == SINGAPORE
        device.post_property({"temperature": 3})
        device.cut_power()
        world.run_until(lambda: not device.has_power, within="10s")
        device.power_on()
        world.run_until(world.fleet.all_online, within="10s")
        timeline = device.timeline()
        assert timeline is not None and '"temperature":3' in timeline.text
    report = world.close()
    assert report.passed and report.trace_hash is None


def test_devices_are_found_by_place_and_name(world: fs.World) -> None:
    first, last = world.fleet[0], world.fleet[-1]
    assert (first.name, first.position, first.group) == ("a1TestPK001/meters-000000", 0, "meters")
    assert last.position == 19 and last in list(world.fleet)
    assert world.fleet["meters-000000"] == first == world.fleet["a1TestPK001/meters-000000"] and first != last
    assert [device.position for device in world.fleet[3:6]] == [3, 4, 5]
    assert len({first, world.fleet[0], last}) == 2


def test_groups_are_fleets_of_their_own() -> None:
    with fs.World(small(groups={"meters": {"devices": 4}, "valves": {"devices": 3}})) as world:
        valves = world.fleet.group("valves")
        valves.bring_online()
        assert (world.fleet.online, valves.online, len(valves), valves[0].position) == (3, 3, 3, 4)
        with pytest.raises(KeyError, match="is in none of the groups valves"):
            valves["meters-000000"]
        world.platform.distribute(valves, source=SHANGHAI, to=SINGAPORE)
        world.run_until(valves.all_moved, within="30s")
        assert world.fleet.asked_to_move == 3
        valves.power_off()
        assert world.fleet.online == 0 and not valves[0].has_power


def test_one_device_is_told_what_to_do(world: fs.World) -> None:
    device = world.fleet[7]
    assert (device.state, device.has_power, device.online) == ("off", False, False)
    device.power_on()
    world.run_until(lambda: device.online, within="10s")
    assert (device.state, device.has_power, device.moving, device.last_failure) == ("online", True, False, "")
    device.publish("/{pk}/{dn}/user/update", {"count": 3}, qos=1)
    device.post_property({"temperature": 21.5})
    world.run_for("1s")
    timeline = device.timeline()
    assert timeline is not None
    assert '/a1TestPK001/meters-000007/user/update' in timeline.text and '{"count":3}' in timeline.text and '"temperature":21.5' in timeline.text
    device.power_off()
    world.run_until(lambda: not device.has_power, within="10s")
    assert device.timeline().text != timeline.text
    assert world.fleet.online == 0 and world.fleet[6].state == "off"


def test_a_step_of_a_scenario_that_fails_raises_and_is_in_the_report(world: fs.World) -> None:
    with pytest.raises(fs.StepFailed, match="wait_until: 0 of 20 online after 2"):
        world.perform({"wait_until": {"what": "online", "share": "100%", "timeout": "2s"}})
    report = world.close()
    assert not report.passed and "0 of 20 online" in report.summary()


def test_faults_come_and_go(world: fs.World) -> None:
    name = world.inject("latency", latency="2s", name="slow")
    assert name == "slow" and world.inject(fs.Fault("loss", loss="0%")) == "loss"
    world.fleet.bring_online()
    slow = world.now
    assert slow > 4
    world.heal("slow")
    world.fleet.power_off()
    before = world.now
    world.fleet.bring_online()
    assert world.now - before < slow


def test_faults_of_one_kind_get_names_of_their_own_and_each_is_healed_by_its_own(world: fs.World) -> None:
    assert [world.inject("latency", latency="200ms"), world.inject(fs.Fault("latency", latency="300ms"))] == ["latency", "latency-2"]
    assert world.inject("loss", loss="0%") == "loss" and world.inject("latency", latency="0ms") == "latency-3"

    def takes() -> float:
        before = world.now
        world.fleet.bring_online()
        world.fleet.power_off()
        return world.now - before

    both = takes()
    world.heal("latency-2")
    first = takes()
    world.heal("latency")
    none = takes()
    assert both > first + 0.5 > none + 1, "each stands in the way of several messages"
    assert world.inject("latency", latency="200ms") == "latency-4" and takes() > none + 0.5, "a name that was healed is not given again"


def test_faults_that_the_scenario_has_keep_their_names() -> None:
    faults = [fs.Fault("latency", latency="1ms"), fs.Fault("loss", loss="0%", name="jitter")]
    with fs.World(small(devices=2, faults=faults[:1]), faults=faults[1:]) as world:
        assert world.inject("latency", latency="1ms") == "latency-2" and world.inject("jitter", jitter="1ms") == "jitter-2"
        assert world.inject("loss", loss="0%") == "loss"
        world.heal("latency", "jitter")
        world.heal("latency-2", "jitter-2", "loss")


def test_a_fault_s_name_that_is_taken_is_refused(world: fs.World) -> None:
    assert world.inject("latency", latency="1ms", name="slow") == "slow" and world.inject(fs.CustomFault(name="mine")) == "mine"
    with pytest.raises(fs.ScenarioError, match='a fault "slow" is there already'):
        world.inject("loss", loss="1%", name="slow")
    with pytest.raises(ValueError, match='fault: a fault "mine" is there already'):
        world.inject(fs.CustomFault(name="mine"))
    assert world.inject(fs.CustomFault()) == "CustomFault" and world.inject(fs.CustomFault()) == "CustomFault-2"
    world.heal("slow")
    world.heal()


def test_of_how_many_devices_the_wire_is_kept() -> None:
    for record, kept in ((None, 0), (2, 2), ("all", 5), ("auto", 5), (100, 5)):
        with fs.World(small(devices=5), record=record) as world:
            world.fleet.bring_online()
            assert sum(device.timeline() is not None for device in world.fleet) == kept


# Wrong ones.


@pytest.mark.parametrize(
    "order, kind, words",
    [
        (lambda world: world.run_for(-1), ValueError, "duration: .*not below zero"),
        (lambda world: world.run_for("10"), ValueError, "duration: expected a duration"),
        (lambda world: world.run_for(None), TypeError, "duration"),
        (lambda world: world.run_for("1001h"), ValueError, "duration: expected at most 1000 hours"),
        (lambda world: world.run_until(True, within="1s"), TypeError, "predicate: expected something to call"),
        (lambda world: world.run_until(lambda: True, within="soon"), ValueError, "within"),
        (lambda world: world.run_until(lambda: True, within="1s", every=object()), TypeError, "every"),
        (lambda world: world.step(float("nan")), ValueError, "at_most"),
        (lambda world: world.inject(3), TypeError, "fault: expected a Fault"),
        (lambda world: world.inject("latncy", latency="1s"), fs.ScenarioError, "latncy"),
        (lambda world: world.inject("latency", latency="fast"), fs.ScenarioError, "latency"),
        (lambda world: world.inject(fs.CustomFault(), name="x"), TypeError, "fault"),
        (lambda world: world.perform({"sleeep": "1s"}), fs.ScenarioError, "sleeep"),
        (lambda world: world.perform({"publish": {"groups": ["others"]}}), fs.ScenarioError, "others"),
        (lambda world: world.perform(3), fs.ScenarioError, "step"),
        (lambda world: world.heal("nothing"), fs.ScenarioError, "no fault \"nothing\""),
        (lambda world: world.check(on="arrived"), ValueError, "on: no kind of event 'arrived'; there are bootstrap_started"),
        (lambda world: world.check(on=3), TypeError, "on: expected a kind of event"),
        (lambda world: world.fleet[20], IndexError, "expected a position below 20, got 20"),
        (lambda world: world.fleet["ghost"], KeyError, "ghost"),
        (lambda world: world.fleet[1.5], TypeError, "expected a position or a name"),
        (lambda world: world.fleet.group("ghosts"), KeyError, "no group 'ghosts'; there are meters"),
        (lambda world: world.fleet[0].publish("/a/+", b""), ValueError, "topic"),
        (lambda world: world.fleet[0].publish(3, b""), TypeError, "topic"),
        (lambda world: world.fleet[0].publish("/a", 3), TypeError, "payload: expected str, bytes or a map"),
        (lambda world: world.fleet[0].publish("/a", b"", qos=2), ValueError, "qos: expected 0 or 1"),
        (lambda world: world.fleet[0].post_property("x"), TypeError, "properties: expected a map"),
        (lambda world: world.platform.distribute(world.platform, source=SHANGHAI, to=SINGAPORE), TypeError, "fleet: expected a Fleet"),
        (lambda world: world.platform.distribute(source=SHANGHAI, to="iotx-nowhere"), fs.ScenarioError, "iotx-nowhere"),
        (lambda world: world.platform.misbehave("notify_duplicat"), fs.ScenarioError, "notify_duplicat"),
    ],
)
def test_wrong_orders_are_named(world: fs.World, order: Callable[[Any], object], kind: type, words: str) -> None:
    with pytest.raises(kind, match=words):
        order(world)


@pytest.mark.parametrize(
    "wrong, kind, words",
    [
        ({"scenario": "quickstart.yaml"}, TypeError, "scenario: expected a Scenario"),
        ({"seed": "1"}, TypeError, "seed"),
        ({"threads": -1}, ValueError, "threads"),
        ({"kind": "external"}, ValueError, "kind: expected"),
        ({"record": "some"}, TypeError, "record"),
        ({"record": -1}, ValueError, "record"),
        ({"faults": "latency"}, TypeError, "faults: expected a list"),
        ({"faults": 3}, TypeError, "faults: expected a list"),
        ({"behaviours": ["meters"]}, TypeError, "behaviours: expected a map"),
        ({"behaviours": {"meters": int}}, TypeError, "expected a subclass of DeviceBehaviour"),
        ({"kind": "sockets", "faults": [fs.CustomFault()]}, ValueError, "faults: .*only world virtual"),
    ],
)
def test_a_world_names_what_is_wrong_with_it(wrong: Dict[str, Any], kind: type, words: str) -> None:
    arguments = {"scenario": small(devices=2), **wrong}
    with pytest.raises(kind, match=words):
        fs.World(**arguments)

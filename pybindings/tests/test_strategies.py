"""Strategies for hypothesis: what they draw is valid, is all that there is, and shrinks to what is least."""

from __future__ import annotations

import subprocess
import sys
from typing import Any, Dict, List, Set

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

import fleetsim as fs
from fleetsim import _core
from fleetsim import strategies as drawn
from fleetsim.durations import seconds_of

FEW = settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow],
)
NONE_LEFT = settings(FEW, max_examples=1500)


def kind(name: str) -> Dict[str, Any]:
    return next(one for one in _core.fault_kinds() if one["name"] == name)


def milliseconds(text: str) -> int:
    return int(text[: -len("ms")])


def test_kinds_are_those_of_the_command_line() -> None:
    listed = subprocess.run([sys.executable, "-m", "fleetsim", "list", "faults"], capture_output=True, text=True, check=True, timeout=60).stdout
    known = [row.split()[0] for row in listed.split("\n") if row.startswith("  ") and row[2].isalpha() and "  " in row.strip()]
    known.remove("misbehaviour")  # its rule is nothing that could be drawn
    assert drawn.kinds() == tuple(known)


@pytest.mark.parametrize("name", drawn.kinds())
def test_whatever_is_drawn_of_a_kind_is_taken(name: str) -> None:
    groups = {"meters": fs.Group(product=drawn.PRODUCT, devices=1), "valves": fs.Group(product=drawn.PRODUCT, devices=1)}

    @FEW
    @given(drawn.faults([name], groups=tuple(groups), regions=drawn.REGIONS))
    def taken(fault: fs.Fault) -> None:
        assert fault.kind == name
        made = fs.Scenario(world="virtual", platform=drawn.PLATFORM, groups=groups, faults=[fault], steps=["bring_online"])
        assert fs.Scenario.from_yaml(made.to_yaml()) == made

    taken()


@pytest.mark.parametrize("name", drawn.kinds())
def test_every_setting_of_a_kind_is_drawn_sooner_or_later(name: str) -> None:
    seen: Set[str] = set()

    @settings(FEW, max_examples=150)
    @given(drawn.faults([name], groups=("meters", "valves"), regions=drawn.REGIONS))
    def look(fault: fs.Fault) -> None:
        seen.update(fault.to_dict())

    look()
    one = kind(name)
    wanted = {"kind", "from"} | {str(parameter["name"]) for parameter in one["parameters"]}
    if one["target"] != "platform_crash":
        wanted |= {"duration", "toxicity", "groups"}
    if one["target"] == "link":
        wanted |= {"per"} | (set() if one["only_leg"] else {"leg", "regions"}) | ({"direction"} if one["has_direction"] else set())
    assert wanted <= seen, wanted - seen


def test_faults_shrink_to_their_kind_and_the_shortest_time() -> None:
    least = find(drawn.faults(["latency", "loss"], groups=("meters",)), lambda fault: True, settings=FEW)
    assert least.to_dict() == {"kind": "latency", "latency": "0s", "duration": "1ms"}
    later = find(drawn.faults(["partition"]), lambda fault: milliseconds(fault.to_dict().get("from", "0ms")) >= 1234, settings=NONE_LEFT)
    assert later.to_dict() == {"kind": "partition", "from": "1234ms", "duration": "1ms"}


def test_faults_are_over_within_their_time() -> None:
    @settings(FEW, max_examples=200)
    @given(drawn.faults(within="2s"))
    def over(fault: fs.Fault) -> None:
        tree = fault.to_dict()
        begin = milliseconds(tree.get("from", "0ms"))
        assert begin + (0 if tree["kind"] == "platform_crash" else milliseconds(tree["duration"])) <= 2000

    over()
    assert "duration" not in find(drawn.faults(["partition"], within=None), lambda fault: True, settings=FEW).to_dict()


@pytest.mark.parametrize(
    "make, kind_of_error, words",
    [
        (lambda: drawn.faults(["lag"]), ValueError, "kinds: no kind of fault 'lag'; there are latency"),
        (lambda: drawn.faults([]), ValueError, "kinds: expected one at least"),
        (lambda: drawn.faults(["region_down"]), ValueError, "regions: region_down needs regions"),
        (lambda: drawn.faults(within="2 s"), ValueError, "within: expected a duration"),
        (lambda: drawn.groups(devices=(3, 2)), ValueError, "devices: expected"),
        (lambda: drawn.groups(devices=3), TypeError, "devices: expected"),  # type: ignore[arg-type]
        (lambda: drawn.groups(products=[]), ValueError, "products: expected one"),
        (lambda: drawn.fleets(names=[]), ValueError, "names: expected one"),
    ],
)
def test_wrong_arguments_are_named(make: Any, kind_of_error: "type[Exception]", words: str) -> None:
    with pytest.raises(kind_of_error, match=words):
        make()


def test_fleets_have_the_devices_and_groups_that_are_asked_for() -> None:
    sizes: Set[int] = set()

    @settings(FEW, max_examples=150)
    @given(drawn.fleets(drawn.groups(devices=(2, 4), profiles=["reference", "legacy"], tls="off"), names=["a", "b"]))
    def look(fleet: Dict[str, fs.Group]) -> None:
        assert list(fleet) in (["a"], ["a", "b"])
        for group in fleet.values():
            tree = group.to_dict()
            assert 2 <= tree["devices"] <= 4 and tree["tls"] == "off" and tree.get("profile", "legacy") == "legacy"
            sizes.add(tree["devices"])

    look()
    assert sizes == {2, 3, 4}


def test_the_least_scenario_is_one_device_without_faults() -> None:
    least = find(drawn.scenarios(), lambda scenario: True, settings=FEW).to_dict()
    assert least["groups"] == {"meters": {"product": drawn.PRODUCT, "devices": 1}} and "faults" not in least and least["seed"] == 0


def test_the_reference_firmware_moves_whatever_goes_wrong_meanwhile() -> None:
    kinds: List[str] = []

    @settings(FEW, max_examples=150)
    @given(drawn.scenarios())
    def moves(scenario: fs.Scenario) -> None:
        kinds.extend(fault["kind"] for fault in scenario.to_dict().get("faults", []))
        report = scenario.run()
        assert report.passed, report.summary()

    moves()
    assert len(set(kinds)) > 10


class Sleepy(fs.DeviceBehaviour):
    """The planted bug: the third device of a group loses a notify that comes later than three seconds after it has connected."""

    connected = 0.0

    def on_event(self, device: fs.BehaviourDevice, event: fs.DeviceEvent) -> None:
        if event.kind == "connected":
            self.connected = device.now

    def on_message(self, device: fs.BehaviourDevice, topic: str, payload: bytes) -> bool:
        is_late = device.index == 2 and device.now - self.connected > 3
        return not (is_late and topic.endswith("/bootstrap/notify"))


SLEEPY = drawn.scenarios(
    fleet=drawn.fleets(names=["meters"]),
    schedule=drawn.schedules(["clock_skew", "duplicate_notify", "late_notify"], groups=["meters"], within=None),
)


def all_move(scenario: fs.Scenario) -> bool:
    return scenario.run(behaviours={group: Sleepy for group in scenario.groups}).passed


def test_a_planted_bug_is_found_and_shrunk_to_what_it_needs() -> None:
    found = find(SLEEPY, lambda scenario: not all_move(scenario), settings=NONE_LEFT)
    tree = found.to_dict()
    assert tree["groups"] == {"meters": {"product": drawn.PRODUCT, "devices": 3}} and tree["seed"] == 0
    (fault,) = tree["faults"]
    assert set(fault) == {"kind", "delay"} and fault["kind"] == "late_notify"
    assert 2 < seconds_of(fault["delay"]) <= 3
    assert all_move(found.replace(faults=None)) and found.run().passed, "neither the fault nor the firmware alone"


def test_a_property_that_does_not_hold_fails_with_the_least_example() -> None:
    @NONE_LEFT
    @given(SLEEPY)
    def everybody_moves(scenario: fs.Scenario) -> None:
        assert all_move(scenario), scenario.to_yaml()

    with pytest.raises(AssertionError) as failed:
        everybody_moves()
    assert "seed: 0" in str(failed.value) and "devices: 3}" in str(failed.value) and "late_notify" in str(failed.value)


def test_the_module_is_imported_only_when_it_is_used() -> None:
    code = "import sys, fleetsim; assert 'hypothesis' not in sys.modules and 'asyncio' not in sys.modules, sorted(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


def test_without_hypothesis_it_says_what_to_install() -> None:
    code = "import sys; sys.modules['hypothesis'] = None\nimport fleetsim.strategies"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert "ImportError: fleetsim.strategies needs hypothesis: pip install 'fleetsim[hypothesis]'" in done.stderr


@FEW
@given(st.data())
def test_schedules_have_as_many_faults_as_are_asked_for(data: st.DataObject) -> None:
    faults = data.draw(drawn.schedules(regions=drawn.REGIONS, min_size=1, max_size=3))
    assert 1 <= len(faults) <= 3

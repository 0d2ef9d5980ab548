"""Scenarios: read, built, judged, and written again."""

from __future__ import annotations

import pathlib
import pickle
from datetime import timedelta
from typing import Any, Callable, Dict

import pytest

import fleetsim as fs
from conftest import SCENARIOS

FILES = sorted(file for file in SCENARIOS.rglob("*.yaml") if "platforms" not in file.parts)
# What a file needs that it does not say itself.
SETTINGS: Dict[str, Dict[str, Any]] = {}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_scenario_round_trips(file: pathlib.Path) -> None:
    scenario = fs.Scenario.load(file, **SETTINGS.get(file.stem, {}))
    again = fs.Scenario.from_yaml(scenario.to_yaml(), folder=file.parent)
    assert again == scenario
    assert again.to_dict() == scenario.to_dict()
    assert fs.Scenario.from_dict(scenario.to_dict(), folder=file.parent) == scenario
    assert (again.world, again.seed, again.devices) == (scenario.world, scenario.seed, scenario.devices)


def test_what_is_written_is_what_was_read() -> None:
    import yaml_text_cases

    from fleetsim import _core
    from fleetsim.yaml_text import yaml_text

    for value in yaml_text_cases.VALUES:
        for tree in ({"key": value}, {"key": [value, {"deep": value}]}, {"long": {f"key {i}": value for i in range(40)}}):
            read, problems = _core.parse_tree(yaml_text(tree), "tree.yaml")
            assert (read, problems) == (tree, [])


@pytest.mark.parametrize("plain", ["1.10", "007", "1_000_000", "0.50", "+5", "1e3", "0x10", "-0", "99999999999999999999"])
def test_a_number_that_is_written_otherwise_than_python_would_stays_as_it_is(plain: str) -> None:
    from fleetsim import _core
    from fleetsim.yaml_text import yaml_text

    tree, _ = _core.parse_tree(f"version: {plain}\n", "tree.yaml")
    assert tree == {"version": plain}
    assert yaml_text(tree) == f"version: {plain}\n"


def test_load_sets_variables(scenarios: pathlib.Path) -> None:
    scenario = fs.Scenario.load(scenarios / "quickstart.yaml", devices=123)
    assert scenario.devices == 123
    assert scenario.vars["devices"] == 123
    assert fs.Scenario.from_yaml(scenario.to_yaml(), folder=scenarios).devices == 123


def test_a_variable_that_is_none_is_told_with_those_that_are(scenarios: pathlib.Path) -> None:
    with pytest.raises(fs.ScenarioError, match="devcies.*devices"):
        fs.Scenario.load(scenarios / "quickstart.yaml", devcies=5)
    with pytest.raises(TypeError, match="vars.devices"):
        fs.Scenario.load(scenarios / "quickstart.yaml", devices=[5])  # type: ignore[arg-type]


def test_every_mistake_is_told_with_its_position(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("name: wrong\nworld: vitual\nsed: 3\nplatform: {regions: [cn-shanghai]}\ngroups: {a: {devices: none}}\n", encoding="utf-8")
    with pytest.raises(fs.ScenarioError) as caught:
        fs.Scenario.load(file)
    problems = caught.value.problems
    places = {(problem.line, problem.column) for problem in problems}
    assert {(2, 8), (3, 1), (5, 23)} <= places, problems
    assert all(problem.file == str(file) for problem in problems)
    assert isinstance(caught.value, ValueError)
    assert str(problems[0]).startswith(f"{file}:")
    assert '"virtual"' in str(caught.value) or "virtual" in str(caught.value)


def test_a_file_that_cannot_be_read_is_a_problem_of_the_scenario(tmp_path: pathlib.Path) -> None:
    with pytest.raises(fs.ScenarioError, match="No such file"):
        fs.Scenario.load(tmp_path / "missing.yaml")
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(fs.ScenarioError, match="UTF-8"):
        fs.Scenario.load(binary)
    for text in ("", "- a list\n", "a: [\n", "a: 1\na: 2\n"):
        with pytest.raises(fs.ScenarioError) as caught:
            fs.Scenario.from_yaml(text)
        assert caught.value.problems


def test_a_scenario_is_built_from_parts() -> None:
    scenario = fs.Scenario(
        name="mine",
        world="virtual",
        seed=7,
        platform=fs.PlatformConfig(regions=["cn-shanghai", "ap-southeast-1"], products=[{"key": "a1TestPK001"}], limits="unlimited"),
        groups={"meters": fs.Group(devices=12, keep_alive=timedelta(minutes=1)), "lamps": {"devices": {"count": 3, "prefix": "lamp-"}}},
        faults=[fs.Fault("latency", latency=timedelta(milliseconds=100), groups=["meters"], from_="1s")],
        steps=["bring_online", {"sleep": timedelta(seconds=1.5)}],
        thresholds={"connect_seconds": "p(99)<30"},
        duration_max=600,
    )
    assert (scenario.name, scenario.world, scenario.seed, scenario.devices) == ("mine", "virtual", 7, 15)
    assert scenario.groups == ("meters", "lamps")
    tree = scenario.to_dict()
    assert tree["faults"] == [{"kind": "latency", "latency": "100ms", "groups": ["meters"], "from": "1s"}]
    assert tree["steps"][1] == {"sleep": "1.5s"}
    assert tree["duration_max"] == "600s"
    assert fs.Scenario.from_yaml(scenario.to_yaml()) == scenario
    assert scenario.run().passed


def test_parts_that_no_scenario_can_have_are_refused_by_name(small_scenario: Callable[..., fs.Scenario]) -> None:
    with pytest.raises(TypeError, match=r"groups\.meters\.devices"):
        small_scenario(groups={"meters": {"devices": object()}})
    with pytest.raises(TypeError, match="keys"):
        small_scenario(groups={1: {"devices": 1}})
    with pytest.raises(ValueError, match="thresholds.*nan"):
        small_scenario(thresholds={"x": float("nan")})
    endless: Dict[str, Any] = {}
    endless["again"] = endless
    with pytest.raises(ValueError, match="nested"):
        small_scenario(network=endless)
    with pytest.raises(fs.ScenarioError, match="groups.meters.devices: expected a whole number"):
        small_scenario(groups={"meters": {"devices": -1}})
    with pytest.raises(fs.ScenarioError, match="seed"):
        small_scenario(seed=-1)
    with pytest.raises(ValueError, match="duration_max"):
        small_scenario(duration_max="five minutes")
    with pytest.raises(TypeError, match="kind"):
        fs.Fault(3)  # type: ignore[arg-type]
    with pytest.raises(fs.ScenarioError, match="lattency"):
        small_scenario(faults=[fs.Fault("lattency")])


def test_a_scenario_does_not_change_when_what_it_was_made_of_does(small_scenario: Callable[..., fs.Scenario]) -> None:
    groups = {"meters": {"devices": 4}}
    scenario = small_scenario(groups=groups)
    groups["meters"]["devices"] = 5
    scenario.to_dict()["groups"]["meters"]["devices"] = 6
    assert scenario.devices == 4
    assert scenario.to_dict()["groups"]["meters"]["devices"] == 4


def test_replace_makes_another(small_scenario: Callable[..., fs.Scenario]) -> None:
    scenario = small_scenario(description="soon gone")
    other = scenario.replace(seed=2, groups={"meters": {"product": "a1TestPK001", "devices": 3}}, description=None)
    assert (other.seed, other.devices, "description" in other.to_dict()) == (2, 3, False)
    assert (scenario.seed, scenario.devices) == (1, 20)
    assert other != scenario
    with pytest.raises(fs.ScenarioError, match="sed"):
        scenario.replace(sed=2)


def test_equal_scenarios_are_one_in_a_set_and_survive_pickling(small_scenario: Callable[..., fs.Scenario]) -> None:
    one, two = small_scenario(), small_scenario()
    two = fs.Scenario.from_dict(dict(reversed(list(two.to_dict().items()))))
    assert one == two
    assert len({one, two}) == 1
    assert pickle.loads(pickle.dumps(one)) == one
    assert one != "small"


def test_a_variable_that_nothing_reads_is_a_warning() -> None:
    text = "vars: {idle: 5}\nworld: virtual\nplatform: {regions: [cn-shanghai], products: [{key: a1TestPK001}]}\ngroups: {a: {devices: 1}}\n"
    with pytest.warns(fs.ScenarioWarning, match="idle"):
        fs.Scenario.from_yaml(text)


def test_relative_file_names_start_at_the_scenarios_folder(tmp_path: pathlib.Path) -> None:
    (tmp_path / "place.yaml").write_text("regions: [cn-shanghai]\nproducts: [{key: a1TestPK001}]\n", encoding="utf-8")
    tree = {"world": "virtual", "platform": "place.yaml", "groups": {"a": {"devices": 1}}}
    assert fs.Scenario.from_dict(tree, folder=tmp_path).devices == 1
    with pytest.raises(fs.ScenarioError, match="place.yaml"):
        fs.Scenario.from_dict(tree)


def test_what_a_platform_is_made_of_is_not_shown() -> None:
    platform = fs.PlatformConfig(regions=["cn-shanghai"], products=[{"key": "a1", "secret": "hush-hush"}])
    assert "hush" not in repr(platform)
    assert fs.Fault("loss", p="2%") == fs.Fault("loss", p="2%") != fs.Fault("loss", p="3%")

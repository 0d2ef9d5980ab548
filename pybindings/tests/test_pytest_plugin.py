"""The pytest plugin: what its users write. Each test runs pytest on files of its own."""

from __future__ import annotations

import shlex
from typing import List

import pytest

from conftest import ROOT
from pytest_bench import MOVES, SCENARIO, bench, is_installed, run, text_of, told  # noqa: F401

pytest_plugins = ["pytester"]


# Worlds.


def test_a_test_has_the_world_of_its_marker(bench: pytest.Pytester) -> None:
    bench.makepyfile(
        MOVES
        + """
@pytest.mark.fleetsim(scenario="home.yaml", seed=3, vars={"devices": 7}, record=2)
def test_it(fleetsim_world, fleetsim_platform, fleet, fleetsim_seed, fleetsim_scenario):
    moves(fleetsim_world, fleetsim_platform, fleet)
    assert fleetsim_world.seed == fleetsim_seed == 3
    assert fleetsim_platform is fleetsim_world.platform and fleet is fleetsim_world.fleet
    assert len(fleet) == fleetsim_scenario.devices == 7
    assert fleet[1].timeline() is not None and fleet[2].timeline() is None
"""
    )
    run(bench).assert_outcomes(passed=1)


def test_the_scenario_is_a_file_beside_the_test_an_object_a_tree_or_made_by_a_function(bench: pytest.Pytester) -> None:
    folder = bench.mkpydir("sub")
    (folder / "own.yaml").write_text(SCENARIO.replace("name: home", "name: own"), encoding="utf-8")
    (folder / "test_scenarios.py").write_text(
        """
import pathlib, pytest
import fleetsim as fs
HERE = pathlib.Path(__file__).parent

def made(devices=2):
    return fs.Scenario.load(HERE / "own.yaml", devices=devices)

@pytest.mark.fleetsim(scenario="own.yaml")
def test_file(fleetsim_scenario): assert fleetsim_scenario.name == "own" and fleetsim_scenario.seed == 11

@pytest.mark.fleetsim("../home.yaml")
def test_above(fleetsim_scenario): assert fleetsim_scenario.name == "home"

@pytest.mark.fleetsim(scenario=HERE / "own.yaml")
def test_path(fleetsim_scenario): assert fleetsim_scenario.name == "own"

@pytest.mark.fleetsim(scenario=made())
def test_object(fleetsim_scenario): assert fleetsim_scenario.devices == 2

@pytest.mark.fleetsim(scenario=made().to_dict())
def test_tree(fleetsim_scenario): assert fleetsim_scenario.devices == 2

@pytest.mark.fleetsim(scenario=made, vars={"devices": 9})
def test_function(fleetsim_scenario): assert fleetsim_scenario.devices == 9
""",
        encoding="utf-8",
    )
    run(bench).assert_outcomes(passed=6)


def test_the_ini_file_has_a_scenario_and_a_seed_for_tests_that_name_none(bench: pytest.Pytester) -> None:
    bench.makeini("[pytest]\nfleetsim_scenario = home.yaml\nfleetsim_seed = 21\n")
    bench.mkpydir("sub").joinpath("test_ini.py").write_text(
        """
import pytest
def test_plain(fleetsim_world): assert fleetsim_world.scenario.name == "home" and fleetsim_world.seed == 21
@pytest.mark.fleetsim(seed=22)
def test_marked(fleetsim_world): assert fleetsim_world.seed == 22
""",
        encoding="utf-8",
    )
    run(bench).assert_outcomes(passed=2)
    result = run(bench, "--fleetsim-seed", "23")
    result.assert_outcomes(failed=2)
    assert "seed=23" in text_of(result) or "seed 23" in text_of(result)


def test_a_fixture_of_the_users_own_gives_the_scenario(bench: pytest.Pytester) -> None:
    bench.makeconftest(
        """
import pathlib, pytest
import fleetsim as fs
@pytest.fixture
def fleetsim_scenario():
    return fs.Scenario.load(pathlib.Path(__file__).parent / "home.yaml", devices=3)
"""
    )
    bench.makepyfile("def test_it(fleetsim_world, fleet): assert len(fleet) == 3 and fleetsim_world.seed == 11")
    run(bench).assert_outcomes(passed=1)


def test_markers_of_function_class_and_module_add_up(bench: pytest.Pytester) -> None:
    bench.makepyfile(
        """
import pytest
pytestmark = pytest.mark.fleetsim(scenario="home.yaml", seed=1, record=None)

@pytest.mark.fleetsim(seed=2)
class TestIt:
    def test_class(self, fleetsim_world): assert fleetsim_world.seed == 2
    @pytest.mark.fleetsim(seed=3)
    def test_function(self, fleetsim_world, fleet): assert fleetsim_world.seed == 3 and fleet[0].timeline() is None

def test_module(fleetsim_world): assert fleetsim_world.seed == 1
"""
    )
    run(bench).assert_outcomes(passed=3)


def test_faults_behaviours_and_the_kind_of_world_are_the_markers(bench: pytest.Pytester) -> None:
    bench.makepyfile(
        """
import pytest
import fleetsim as fs

class Deaf(fs.DeviceBehaviour):
    heard = 0
    def on_power_on(self, device): Deaf.heard += 1

class Never(fs.CustomFault):
    def opening(self, link): return "refuse"

@pytest.mark.fleetsim(scenario="home.yaml", faults=lambda: [Never(), fs.Fault("latency", latency="5ms")], behaviours={"meters": Deaf})
def test_refused(fleetsim_world, fleet):
    with pytest.raises(fs.StepFailed):
        fleet.bring_online(timeout="3s")
    assert Deaf.heard == 4

@pytest.mark.fleetsim(scenario="home.yaml", kind="sockets", vars={"devices": 1}, faults=["partition"])
def test_sockets(fleetsim_world): assert fleetsim_world.kind == "sockets"
"""
    )
    run(bench).assert_outcomes(passed=2)


@pytest.mark.parametrize("ending", ["pass", "assert False", "fleetsim_world.close()", "raise KeyError"])
def test_worlds_are_closed_when_the_test_ends_whatever_its_end(bench: pytest.Pytester, ending: str) -> None:
    bench.makepyfile(
        f"""
import pytest
worlds = []

@pytest.mark.fleetsim(scenario="home.yaml")
def test_first(fleetsim_world, fleetsim_open, fleetsim_scenario):
    worlds.extend([fleetsim_world, fleetsim_open(fleetsim_scenario, seed=2)])
    {ending}

def test_second():
    assert len(worlds) == 2 and all(world.closed for world in worlds)
"""
    )
    fails = "assert" in ending or "raise" in ending
    run(bench).assert_outcomes(passed=1 if fails else 2, failed=1 if fails else 0)


# What is wrong.


@pytest.mark.parametrize(
    "marker, words",
    [
        ("scenario='home.yaml', sede=1", "no argument 'sede'; there are scenario, vars, seed"),
        ("scenario='home.yaml', seed='x'", "seed: expected a whole number"),
        ("scenario='home.yaml', seed=-1", "seed: expected a whole number"),
        ("scenario='none.yaml'", "none.yaml: cannot be read"),
        ("scenario=3", "scenario: expected a file, a Scenario, or a function that makes one, got 3"),
        ("scenario='home.yaml', vars={'device': 3}", "device"),
        ("scenario='home.yaml', violations='no'", "violations: expected"),
        ("scenario='home.yaml', kind='vrtual'", "marker fleetsim: kind: expected \"virtual\" or \"sockets\", got 'vrtual'"),
        ("scenario='home.yaml', faults=3", "marker fleetsim: faults: expected a list of faults, or a function that makes one, got 3"),
        ("scenario='home.yaml', vars=3", "marker fleetsim: vars: expected a map of names and values, got int"),
        ("scenario='home.yaml', vars={3: 4}", "marker fleetsim: vars: expected a map of names and values, got dict"),
        ("scenario='home.yaml', behaviours=['meters']", "behaviours: expected a map"),
        ("'home.yaml', 'other.yaml'", "expected one scenario"),
        ("seed=1", "no scenario: @pytest.mark.fleetsim"),
    ],
)
def test_a_wrong_marker_says_what_is_wrong(bench: pytest.Pytester, marker: str, words: str) -> None:
    bench.makepyfile(f"import pytest\n@pytest.mark.fleetsim({marker})\ndef test_it(fleetsim_world): pass")
    result = run(bench)
    assert result.ret != 0 and words in text_of(result), text_of(result)


@pytest.mark.parametrize(
    "option, words",
    [
        (["--fleetsim-seed", "x"], "--fleetsim-seed: expected a whole number from 0"),
        (["--fleetsim-seed", "9223372036854775808"], "--fleetsim-seed"),
        (["--fleetsim-seeds", "5..1"], "the smaller seed first"),
        (["--fleetsim-seeds", "1..2,2"], "each seed once"),
        (["--fleetsim-seeds", "0..99999999999"], "at most 100000 seeds"),
        (["--fleetsim-seed", "1", "--fleetsim-seeds", "1..2"], "not both"),
        (["--fleetsim-artifacts", "home.yaml/x"], "--fleetsim-artifacts"),
        (["-o", "fleetsim_scenario=none.yaml"], "fleetsim_scenario: there is no file"),
        (["-o", "fleetsim_seed=x"], "fleetsim_seed: expected a whole number"),
        (["-o", "fleetsim_timeline_rows=x"], "fleetsim_timeline_rows"),
    ],
)
def test_wrong_options_end_pytest_with_a_message(bench: pytest.Pytester, option: List[str], words: str) -> None:
    bench.makepyfile("def test_it(): pass")
    result = run(bench, *option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR and words in text_of(result), text_of(result)


def test_a_test_that_passes_fails_when_its_world_did_not_hold(bench: pytest.Pytester) -> None:
    bench.makepyfile(
        """
import pytest
@pytest.mark.fleetsim(scenario="home.yaml")
def test_told(fleetsim_world):
    with pytest.raises(AssertionError):
        @fleetsim_world.check(on="connected")
        def never(event): assert False
        fleetsim_world.fleet.bring_online()

@pytest.mark.fleetsim(scenario="home.yaml")
def test_raised(fleetsim_world):
    with pytest.raises(KeyError):
        @fleetsim_world.check(on="connected")
        def wrong(event): {}["x"]
        fleetsim_world.fleet.bring_online()

@pytest.mark.fleetsim(scenario="home.yaml")
def test_untold(fleetsim_world): fleetsim_world._core.violated("planted")

@pytest.mark.fleetsim(scenario="home.yaml", violations="allow")
def test_allowed(fleetsim_world): fleetsim_world._core.violated("planted")
"""
    )
    result = run(bench)
    result.assert_outcomes(passed=4, errors=1)
    assert "the test passed, but its world did not hold:" in text_of(result) and "planted" in text_of(result)


# Seeds.


def test_each_marked_test_runs_once_with_each_seed(bench: pytest.Pytester) -> None:
    bench.makepyfile(
        """
import pytest
seen = []
@pytest.mark.fleetsim(scenario="home.yaml", seed=4)
def test_world(fleetsim_world): seen.append(fleetsim_world.seed)

@pytest.mark.fleetsim
def test_without_a_world(): pass

@pytest.mark.fleetsim
@pytest.mark.parametrize("x", "ab")
def test_crossed(x, fleetsim_seed): assert fleetsim_seed in (1, 2, 7)

def test_plain(): assert seen == [1, 2, 7]
"""
    )
    result = run(bench, "--fleetsim-seeds", "1..2,7")
    result.assert_outcomes(passed=3 + 3 + 6 + 1)
    assert "test_world[seed7]" in text_of(result) and "3 seeds" in text_of(result)


def test_the_command_lines_seed_is_stronger_than_the_markers(bench: pytest.Pytester) -> None:
    bench.makepyfile(
        """
import pytest
@pytest.mark.fleetsim(scenario="home.yaml", seed=4)
def test_it(fleetsim_world): assert fleetsim_world.seed == 9
"""
    )
    run(bench, "--fleetsim-seed", "9").assert_outcomes(passed=1)
    run(bench).assert_outcomes(failed=1)


def test_worlds_that_a_test_opens_have_the_tests_seed_or_their_scenarios(bench: pytest.Pytester) -> None:
    bench.makepyfile(
        """
import pytest
@pytest.mark.fleetsim(scenario="home.yaml")
def test_it(fleetsim_open, fleetsim_scenario, fleetsim_seed, request):
    seed = request.config.getoption("--fleetsim-seed")
    assert fleetsim_open(fleetsim_scenario.replace(seed=77)).seed == (77 if seed is None else seed)
    assert fleetsim_open(fleetsim_scenario, seed=78).seed == 78
"""
    )
    run(bench).assert_outcomes(passed=1)
    run(bench, "--fleetsim-seed", "6").assert_outcomes(passed=1)


def test_seeds_find_the_one_that_fails_and_its_line_runs_it_again(bench: pytest.Pytester) -> None:
    bench.makepyfile(
        """
import pytest
@pytest.mark.fleetsim(scenario="home.yaml")
def test_unlucky(fleetsim_world): assert fleetsim_world.seed != 13
"""
    )
    result = run(bench, "--fleetsim-seeds", "10..15")
    result.assert_outcomes(passed=5, failed=1)
    assert told(result, "seed") == "13"
    again = shlex.split(told(result, "test"))
    assert again[-3:] == ["test_seeds_find_the_one_that_fails_and_its_line_runs_it_again.py::test_unlucky[seed13]", "--fleetsim-seeds", "13"]
    run(bench, *again[3:]).assert_outcomes(failed=1)


def test_pytest_finds_the_plugin_by_itself(bench: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the package is installed; elsewhere what is to be installed says so."""
    for file in (ROOT / "pyproject.toml", ROOT / "pybindings" / "pyproject.toml"):
        assert '[project.entry-points.pytest11]\nfleetsim = "fleetsim.pytest_plugin"\n' in file.read_text(encoding="utf-8")
    if is_installed():
        bench.makepyfile("def test_it(): pass")
        monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
        assert "--fleetsim-seeds" in text_of(bench.runpytest_subprocess("--help", timeout=60))

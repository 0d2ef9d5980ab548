"""The pytest plugin: what its users write and see. Each test runs pytest on files of its own."""

from __future__ import annotations

import importlib.metadata
import json
import pathlib
import re
import shlex
import subprocess
from typing import List

import pytest

import fleetsim as fs
import fleetsim.pytest_plugin  # before pytester: it forgets what is imported within  # noqa: F401
from conftest import ROOT

pytest_plugins = ["pytester"]

SCENARIO = """
name: home
world: virtual
seed: 11
vars: {devices: 4}
platform: {regions: [cn-shanghai, ap-southeast-1], products: [{key: a1TestPK001}], limits: unlimited}
groups: {meters: {devices: "${devices}"}}
steps: [bring_online]
"""

MOVES = """
import pytest

def moves(fleetsim_world, fleetsim_platform, fleet):
    fleet.bring_online()
    fleetsim_platform.distribute(fleet, source="iotx-oxssharez200", to="iotx-oxssharez400")
    fleetsim_world.run_until(fleet.all_moved, within="30s")
"""

FAILS = """
import pytest

@pytest.mark.fleetsim(scenario="home.yaml")
def test_fails(fleetsim_world, fleet):
    fleet.bring_online()
    assert fleet["meters-000002"].moved
"""


SECTIONS = """
def pytest_runtest_logreport(report):
    if any(name == "fleetsim" for name, _ in report.sections):
        print("SECTIONS", report.when, report.outcome)
"""


def is_installed() -> bool:
    """Whether pytest finds the plugin by its entry point."""
    try:
        points = importlib.metadata.distribution("fleetsim").entry_points
    except importlib.metadata.PackageNotFoundError:
        return False
    return any(point.group == "pytest11" for point in points)


PLUGIN = ["-p", "fleetsim.pytest_plugin"]
ARGUMENTS = ["-p", "no:cacheprovider", "--strict-markers", "-rA"]


@pytest.fixture
def bench(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder with a scenario; pytest within it knows nothing of the options of the pytest around it."""
    for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # others' plugins take a second each time
    (pytester.path / "home.yaml").write_text(SCENARIO, encoding="utf-8")
    return pytester


def run(bench: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return bench.runpytest_inprocess(*PLUGIN, *ARGUMENTS, *arguments)


def run_as_program(bench: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> pytest.RunResult:
    """With all plugins that are installed, as users have it."""
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    return bench.runpytest_subprocess(*([] if is_installed() else PLUGIN), *ARGUMENTS, *arguments, timeout=120)


def text_of(result: pytest.RunResult) -> str:
    return "\n".join([*result.outlines, *result.errlines])


def told(result: pytest.RunResult, what: str) -> str:
    """What stands behind `seed`, `replay`, `test`, `device` or `files` in the section of a failure."""
    found = re.search(rf"^  {what} +(.*)$", text_of(result), re.MULTILINE)
    assert found, text_of(result)
    return found.group(1)


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
        ("scenario='home.yaml', kind='real'", "virtual"),
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
def test_untold(fleetsim_world): fleetsim_world._core.violated("planted")

@pytest.mark.fleetsim(scenario="home.yaml", violations="allow")
def test_allowed(fleetsim_world): fleetsim_world._core.violated("planted")
"""
    )
    result = run(bench)
    result.assert_outcomes(passed=3, errors=1)
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


# Failures.


def test_a_failing_test_tells_seed_replay_line_and_the_named_devices_timeline(bench: pytest.Pytester) -> None:
    bench.makepyfile(FAILS)
    result = run(bench)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*- fleetsim -*", "home, world virtual, at * s, 4 of 4 online, 0 of 0 moved", "  seed      11"])
    assert told(result, "device") == "a1TestPK001/meters-000002"
    assert "PUBLISH" not in text_of(result) and "CONNACK 0 accepted" in text_of(result)


def test_the_replay_line_works_when_it_is_pasted(bench: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    bench.makepyfile(FAILS)
    spaced = tmp_path / "with a space"
    spaced.mkdir()
    result = run(bench, "--basetemp", str(spaced / "x"))
    line = told(result, "replay")
    done = subprocess.run(line, shell=True, capture_output=True, text=True, check=False, timeout=60, cwd=tmp_path)
    assert done.returncode == 0, (line, done.stderr)
    shown = re.search(r"CONNECT client a1TestPK001.meters-000002", done.stdout)
    assert "a1TestPK001/meters-000002 (device 2 of meters)" in done.stdout and shown
    rows = [row for row in done.stdout.split("\n") if "device: connected" in row]
    assert rows and rows[0] in text_of(result), "it is the same run, to the microsecond"


def test_a_failed_check_tells_its_own_device_and_the_story_once(bench: pytest.Pytester) -> None:
    bench.makepyfile(
        MOVES
        + """
@pytest.mark.fleetsim(scenario="home.yaml")
def test_it(fleetsim_world, fleetsim_platform, fleet):
    @fleetsim_world.check(on="moved")
    def only_others(event): assert not event.device.endswith("3"), "meters-000000 is innocent"
    moves(fleetsim_world, fleetsim_platform, fleet)
"""
    )
    result = run(bench)
    result.assert_outcomes(failed=1)
    assert told(result, "device") == "a1TestPK001/meters-000003"
    assert text_of(result).count("(device 3 of meters)") == 1
    assert "CheckFailed: check only_others: meters-000000 is innocent" in text_of(result)


def test_when_no_device_is_named_the_first_that_did_not_arrive_is_told(bench: pytest.Pytester) -> None:
    bench.makepyfile(
        MOVES
        + """
import fleetsim as fs
class Deaf(fs.DeviceBehaviour):
    def on_message(self, device, topic, payload): return not (device.index in (1, 2) and topic.endswith("/bootstrap/notify"))

@pytest.mark.fleetsim(scenario="home.yaml", behaviours={"meters": Deaf})
def test_deaf(fleetsim_world, fleetsim_platform, fleet):
    moves(fleetsim_world, fleetsim_platform, fleet)

@pytest.mark.fleetsim(scenario="home.yaml", faults=["bootstrap_outage"])
def test_offline(fleet): fleet.bring_online(timeout="3s")
"""
    )
    result = run(bench, "-k", "deaf")
    assert told(result, "device") == "a1TestPK001/meters-000001"
    assert "the same program with seed 11 (it has faults or behaviours that are written in Python)" in told(result, "replay")
    assert told(run(bench, "-k", "offline"), "device") == "a1TestPK001/meters-000000"


def test_what_was_not_recorded_is_said(bench: pytest.Pytester) -> None:
    bench.makepyfile(FAILS.replace('"home.yaml"', '"home.yaml", record=None'))
    assert told(run(bench), "timeline") == 'not recorded: @pytest.mark.fleetsim(record="all")'


def test_long_timelines_are_cut_and_the_ini_file_says_where(bench: pytest.Pytester) -> None:
    bench.makepyfile(FAILS)
    whole = text_of(run(bench, "-o", "fleetsim_timeline_rows=0"))
    result = text_of(run(bench, "-o", "fleetsim_timeline_rows=3"))
    cut = re.search(r"… (\d+) rows before these", result)
    assert cut and "rows before these" not in whole
    assert "device: bootstrap_started" in whole and "device: bootstrap_started" not in result and "device: connected" in result


def test_a_failure_in_a_fixture_and_one_of_two_worlds_are_told_too(bench: pytest.Pytester) -> None:
    bench.makepyfile(
        """
import pytest
@pytest.fixture
def online(fleet):
    fleet.bring_online(timeout="1s")

@pytest.mark.fleetsim(scenario="home.yaml", faults=["bootstrap_outage"])
def test_setup(online): pass

@pytest.mark.fleetsim(scenario="home.yaml")
def test_two(fleetsim_world, fleetsim_open, fleetsim_scenario):
    other = fleetsim_open(fleetsim_scenario, seed=99)
    assert other.seed == fleetsim_world.seed
"""
    )
    result = run(bench)
    result.assert_outcomes(errors=1, failed=1)
    text = text_of(result)
    assert len(re.findall(r"^  seed      11$", text, re.MULTILINE)) == 2 and len(re.findall(r"^  seed      99$", text, re.MULTILINE)) == 1
    assert "replay-2.yaml" in text


def test_a_scenario_that_the_test_runs_itself_is_told_as_well(bench: pytest.Pytester) -> None:
    bench.makepyfile(
        """
import pytest
import fleetsim as fs
@fs.check(on="connected")
def never(event): assert event.device.endswith("0")

@pytest.mark.fleetsim(scenario="home.yaml")
def test_it(fleetsim_scenario, fleetsim_seed): fleetsim_scenario.run(seed=fleetsim_seed, checks=[never])
"""
    )
    result = run(bench, "--fleetsim-seed", "8")
    assert told(result, "seed") == "8"
    done = subprocess.run(told(result, "replay"), shell=True, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0 and "seed 8" in done.stdout, done.stderr


def test_passing_skipped_and_other_tests_say_nothing(bench: pytest.Pytester) -> None:
    bench.makepyfile(
        """
import pytest
@pytest.mark.fleetsim(scenario="home.yaml")
def test_passes(fleetsim_world): pass
@pytest.mark.fleetsim(scenario="home.yaml")
def test_skips(fleetsim_world): pytest.skip("no")
@pytest.mark.xfail(strict=True)
@pytest.mark.fleetsim(scenario="home.yaml")
def test_is_known(fleetsim_world): assert False
def test_plain(): assert False
"""
    )
    bench.makeconftest(SECTIONS)
    result = run(bench, "-s")
    result.assert_outcomes(passed=1, skipped=1, xfailed=1, failed=1)
    assert "SECTIONS" not in text_of(result)


# Artifacts.


def test_artifacts_of_a_failing_test_are_kept_and_of_a_passing_one_not(bench: pytest.Pytester) -> None:
    bench.makepyfile(FAILS + '\n@pytest.mark.fleetsim(scenario="home.yaml")\ndef test_passes(fleetsim_world): pass\n')
    result = run(bench, "--fleetsim-artifacts", "kept/here")
    result.assert_outcomes(passed=1, failed=1)
    (folder,) = (bench.path / "kept" / "here").iterdir()
    assert told(result, "files") == str(folder) and "test_fails" in folder.name
    assert sorted(file.name for file in folder.iterdir()) == [
        "failure.txt",
        "replay.yaml",
        "report.html",
        "report.json",
        "timeline.json",
        "timeline.pcap",
        "timeline.txt",
    ]
    assert json.loads((folder / "report.json").read_text(encoding="utf-8"))["seed"] == 11
    assert (folder / "timeline.pcap").read_bytes()[:4] in (b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1")
    assert fs.Scenario.load(folder / "replay.yaml").run().trace_hash == json.loads((folder / "report.json").read_text(encoding="utf-8"))["trace_hash"]


def test_the_section_stands_in_the_report_that_others_read(bench: pytest.Pytester) -> None:
    bench.makepyfile(FAILS)
    bench.makeconftest(SECTIONS)
    assert "SECTIONS call failed" in text_of(run(bench, "-s"))


def test_workers_of_xdist_do_not_stand_in_each_others_way(bench: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.makepyfile(FAILS)
    result = run_as_program(bench, monkeypatch, "-n", "2", "--fleetsim-seeds", "1..4", "--fleetsim-artifacts", "kept")
    result.assert_outcomes(failed=4)
    assert sorted(re.findall(r"^  seed      (\d+)$", text_of(result), re.MULTILINE)) == ["1", "2", "3", "4"]
    folders = list((bench.path / "kept").iterdir())
    assert len(folders) == 4 and all((folder / "report.json").is_file() for folder in folders)


def test_pytest_finds_the_plugin_by_itself(bench: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the package is installed; elsewhere what is to be installed says so."""
    for file in (ROOT / "pyproject.toml", ROOT / "pybindings" / "pyproject.toml"):
        assert '[project.entry-points.pytest11]\nfleetsim = "fleetsim.pytest_plugin"\n' in file.read_text(encoding="utf-8")
    if is_installed():
        bench.makepyfile("def test_it(): pass")
        monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
        assert "--fleetsim-seeds" in text_of(bench.runpytest_subprocess("--help", timeout=60))

"""The pytest plugin: what a failing test tells, and leaves behind. Each test runs pytest on files of its own."""

from __future__ import annotations

import json
import pathlib
import re
import subprocess

import pytest

import fleetsim as fs
from pytest_bench import FAILS, MOVES, SECTIONS, bench, run, run_as_program, text_of, told  # noqa: F401

pytest_plugins = ["pytester"]


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


def test_when_there_can_be_no_replay_the_rest_is_told(bench: pytest.Pytester) -> None:
    bench.makepyfile(
        """
import pytest
import fleetsim as fs

@pytest.fixture
def no_file(tmp_path): (tmp_path / "replay.yaml").mkdir()

@pytest.mark.fleetsim(scenario="home.yaml")
def test_no_file(no_file, fleetsim_world, fleet):
    fleet.bring_online()
    assert fleet["meters-000002"].moved

@pytest.mark.fleetsim(scenario="home.yaml")
def test_no_file_of_its_own(no_file, fleetsim_scenario):
    @fs.check(on="connected")
    def never(event): assert False
    fleetsim_scenario.run(checks=[never])

@pytest.mark.fleetsim(scenario="home.yaml")
def test_unreadable(fleetsim_world, fleet):
    fleet.bring_online()
    fleetsim_world._journal.step(0, 0, {"dance": None})  # no order does it
    assert fleet["meters-000002"].moved
"""
    )
    for name, words in (("no_file", "IsADirectoryError"), ("no_file_of_its_own", "IsADirectoryError"), ("unreadable", "cannot be read again")):
        result = run(bench, f"test_when_there_can_be_no_replay_the_rest_is_told.py::test_{name}")
        result.assert_outcomes(failed=1)
        assert told(result, "replay").startswith("the same program with seed 11 (") and words in told(result, "replay")
        assert told(result, "seed") == "11" and f"::test_{name} --fleetsim-seed 11" in told(result, "test")
        assert "CONNACK 0 accepted" in text_of(result), name


@pytest.mark.parametrize("ci", [False, True])
def test_secrets_that_were_given_are_not_left_behind(bench: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, ci: bool) -> None:
    if ci:
        monkeypatch.setenv("CI", "1")  # pytest's summary has whole errors then, replay lines in them
    text = (bench.path / "home.yaml").read_text(encoding="utf-8").replace("{key: a1TestPK001}", '{key: a1TestPK001, secret: "${word}"}')
    (bench.path / "home.yaml").write_text(text.replace("vars: {", "vars: {word: x, "), encoding="utf-8")
    bench.makepyfile(
        """
import pytest
import fleetsim as fs

@pytest.mark.fleetsim(scenario="home.yaml", vars={"word": "hush" + "hush"})
def test_opened(fleetsim_world, fleet):
    fleet.bring_online()
    assert fleet["meters-000002"].moved

@pytest.mark.fleetsim(scenario="home.yaml", vars={"word": "hush" + "hush"})
def test_run(fleetsim_scenario):
    @fs.check(on="connected")
    def never(event): assert False
    fleetsim_scenario.run(checks=[never])
"""
    )
    result = run(bench, "--fleetsim-artifacts", "kept")
    result.assert_outcomes(failed=2)
    lines = re.findall("^  replay +(.*)$", text_of(result), re.MULTILINE)
    assert len(set(lines)) == 2 and all("replay.yaml --set 'word=***' --seed 11" in line for line in lines), lines
    files = [file for file in (bench.path / "kept").rglob("*") if file.is_file()]
    assert len(files) >= 8 and [file for file in files if b"hushhush" in file.read_bytes()] == [] and "hushhush" not in text_of(result)
    assert {file.stat().st_mode & 0o777 for file in files if file.name == "replay.yaml"} == {0o600}


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

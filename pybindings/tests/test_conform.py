"""The exam, from Python."""

from __future__ import annotations

import json
import pathlib
import time
import xml.etree.ElementTree
from typing import Any, List, Tuple

import pytest

import fleetsim as fs


@pytest.fixture(scope="module")
def broken() -> fs.ConformReport:
    return fs.conform("virtual:mutant/no-reply", groups="NOTIFY")


def test_a_device_that_does_all_right_passes() -> None:
    report = fs.conform("virtual:reference", requirements=["NOTIFY-01", "NOTIFY-02"], seed=3)
    assert report.passed, str(report)
    assert (report.exit_code, report.dut, report.seed, report.problem, len(report)) == (0, "virtual:reference", 3, "", 2)
    assert [one.verdict for one in report] == ["pass", "pass"]
    assert report["NOTIFY-01"].requirement.level in ("MUST", "SHOULD")
    assert report.capabilities["answers_notify"] == fs.Capability(True, "discovered")
    assert report.failures == ()


def test_a_device_with_a_fault_is_told_what_it_did(broken: fs.ConformReport) -> None:
    assert not broken.passed
    assert broken.exit_code == 1
    assert broken.counts["fail"] == sum(one.verdict == "fail" for one in broken) > 0
    failed = next(one for one in broken.failures if one.verdict == "fail")
    assert failed.id.startswith("NOTIFY-")
    assert failed.findings[0].expected and failed.findings[0].actual and failed.findings[0].at >= 0
    assert "CONNECT" in failed.timeline
    assert failed.replay.startswith("fleetsim conform --dut virtual:mutant-no-reply")
    assert failed.id in str(broken) and failed.id in repr(broken)
    with pytest.raises(KeyError):
        broken["NOTIFY-99"]


def test_its_reports_are_those_of_the_command_line(broken: fs.ConformReport, tmp_path: pathlib.Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "exam.json"
    assert fs.main(["conform", "--dut", "virtual:mutant/no-reply", "--group", "NOTIFY", "--json", str(file), "--quiet"]) == 1
    expected, got = json.loads(file.read_text(encoding="utf-8")), broken.to_dict()
    for tree in (expected, got):
        tree.pop("seconds")
        for one in tree["requirements"]:
            one.pop("seconds")
    assert got == expected
    assert xml.etree.ElementTree.fromstring(broken.to_junit()).tag == "testsuites"
    assert broken.to_html().startswith("<!")
    assert "NOTIFY-" in broken.to_markdown()


def test_capabilities_and_a_baseline_come_back(broken: fs.ConformReport, tmp_path: pathlib.Path) -> None:
    known, nature = tmp_path / "before.json", tmp_path / "nature.json"
    known.write_text(broken.to_json(), encoding="utf-8")
    nature.write_text(broken.capabilities_json(), encoding="utf-8")
    again = fs.conform("virtual:mutant/no-reply", groups="NOTIFY", baseline=known, capabilities=nature, discovery=False)
    assert again.exit_code == 0
    assert {one.standing for one in again.failures} == {"known"}
    assert again.counts["known"] > 0
    assert {one.origin for one in again.capabilities.values()} <= {"declared", "unknown"}
    assert again.capabilities["answers_notify"].origin == "declared"


def test_without_discovery_nobody_knows_what_the_device_does() -> None:
    report = fs.conform("virtual:reference", requirements="NOTIFY-01", discovery=False)
    assert {one.origin for one in report.capabilities.values()} == {"unknown"}


def test_progress_is_told_as_requirements_end() -> None:
    told: List[Tuple[str, str, str]] = []
    report = fs.conform("virtual:reference", filters="NOTIFY-0?", progress=lambda *one: told.append(one))
    assert sorted(id for id, _, _ in told) == sorted(one.id for one in report)
    assert {verdict for _, verdict, _ in told} == {one.verdict for one in report}


def test_what_progress_raises_ends_the_exam_and_comes_out() -> None:
    def broken(id: str, verdict: str, reason: str) -> None:
        raise LookupError(id)

    began = time.monotonic()
    with pytest.raises(LookupError):
        fs.conform("virtual:reference", progress=broken)
    assert time.monotonic() - began < 60


def test_the_catalogue() -> None:
    catalogue = fs.requirements()
    assert len(catalogue) > 100
    assert len({one.id for one in catalogue}) == len(catalogue)
    assert all(one.text and one.clause and one.source and one.level in ("MUST", "SHOULD") for one in catalogue)


@pytest.mark.parametrize(
    "wrong, kind, said",
    [
        ({"dut": 5}, TypeError, "dut"),
        ({"dut": "virtual:no-such"}, ValueError, "no-such"),
        ({"dut": "magic:wand"}, ValueError, "magic"),
        ({"requirements": "NOTIFY-99"}, ValueError, "NOTIFY-99"),
        ({"requirements": [1]}, TypeError, "requirements"),
        ({"groups": "NOISE"}, ValueError, "NOISE"),
        ({"seed": -1}, ValueError, "seed"),
        ({"retries": 11}, ValueError, "retries"),
        ({"retries": "2"}, TypeError, "retries"),
        ({"threads": 1000}, ValueError, "threads"),
        ({"budget": 0}, ValueError, "budget"),
        ({"budget": "soon"}, ValueError, "budget"),
        ({"tls": "on"}, ValueError, "tls"),
        ({"time_scale": 2}, ValueError, "time_scale"),
        ({"time_scale": "fast"}, TypeError, "time_scale"),
        ({"case_time": 0}, ValueError, "case_time"),
        ({"external_port": 65_533}, ValueError, "external_port"),
        ({"external_address": 1}, TypeError, "external_address"),
        ({"baseline": "/no/such/report.json"}, ValueError, "/no/such/report.json"),
        ({"capabilities": 5}, TypeError, "capabilities"),
        ({"progress": "yes"}, TypeError, "progress"),
    ],
)
def test_what_cannot_be_is_told(wrong: Any, kind: type, said: str) -> None:
    arguments = {"dut": "virtual:reference", "requirements": "NOTIFY-01", **wrong}
    with pytest.raises(kind, match=said):
        fs.conform(**arguments)

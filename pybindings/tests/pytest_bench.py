"""Runs pytest with the plugin on files of its own: what tests of the plugin share."""

from __future__ import annotations

import importlib.metadata
import re

import pytest

import fleetsim.pytest_plugin  # before pytester: it forgets what is imported within  # noqa: F401

SCENARIO = """
name: home
world: virtual
seed: 11
vars: {devices: 4}
platform:
  regions: [cn-shanghai, ap-southeast-1]
  bootstrap: {address: 127.0.0.1, port: 0}
  instances:
    - {id: iotx-oxssharez200, region: cn-shanghai, mqtt: {address: 127.0.2.1, port: 0}}
    - {id: iotx-oxssharez400, region: ap-southeast-1, mqtt: {address: 127.0.3.1, port: 0}}
  products: [{key: a1TestPK001}]
  limits: unlimited
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
    for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "CI", "BUILD_NUMBER"):  # the last two: pytest prints more there
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

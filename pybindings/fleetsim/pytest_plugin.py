"""pytest plugin: worlds as fixtures, seeds from the command line, and failures that can be seen again.

    @pytest.mark.fleetsim(scenario="home.yaml", seed=7)
    def test_everybody_moves(fleetsim_world, fleetsim_platform, fleet):
        fleet.bring_online()
        fleetsim_platform.distribute(fleet, source="iot-a", to="iot-b")
        fleetsim_world.run_until(fleet.all_moved, within="30s")

``pytest --fleetsim-seeds 1..50`` runs each such test fifty times. README.md of the package has the fixtures, the marker and the options.
"""

from __future__ import annotations

import pathlib
from typing import Any, Callable, Dict, Generator, Iterator, List

import pytest

from fleetsim import __version__
from fleetsim.fleet import Fleet
from fleetsim.platform import Platform
from fleetsim.pytest_report import Watch, write_report_files
from fleetsim.pytest_settings import (
    MARKER_HELP,
    Settings,
    marked,
    scenario_of,
    seed_number,
    seed_numbers,
    settings_of,
    world_options,
)
from fleetsim.scenario import Scenario
from fleetsim.world import World

WATCH = pytest.StashKey[Watch]()
SETTINGS = pytest.StashKey[Settings]()
SEED = pytest.StashKey[int]()  # not the scenario's
REPORTS = pytest.StashKey[Dict[str, pytest.TestReport]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, and what stands in pytest.ini or pyproject.toml."""
    group = parser.getgroup("fleetsim", "fleetsim: simulated device fleets")
    group.addoption("--fleetsim-seed", type=seed_number, metavar="N", help="seed of every world, whatever the test's marker says")
    group.addoption(
        "--fleetsim-seeds", type=seed_numbers, metavar="SEEDS", help="run each test that is marked with fleetsim once with each of these, such as 1..50 or 1,7,20..29"
    )
    group.addoption("--fleetsim-artifacts", metavar="DIR", help="keep what failing tests leave here: replay, timeline, capture, report")
    parser.addini("fleetsim_scenario", "file of the scenario of tests that name none; relative to this file's folder")
    parser.addini("fleetsim_seed", "seed of tests that name none (default: their scenario's)")
    parser.addini("fleetsim_artifacts", "as --fleetsim-artifacts; relative to this file's folder")
    parser.addini("fleetsim_timeline_rows", "how many of the last rows of a timeline a failing test shows; 0: all (default: 200)")


def pytest_configure(config: pytest.Config) -> None:
    """The marker is known, also with --strict-markers; wrong settings end pytest here."""
    config.addinivalue_line("markers", MARKER_HELP)
    config.stash[SETTINGS] = settings_of(config)


def pytest_report_header(config: pytest.Config) -> List[str]:
    """One line, when seeds are set."""
    settings = config.stash[SETTINGS]
    if settings.seeds is not None:
        return [f"fleetsim: {__version__}, {len(settings.seeds)} seeds"]
    return [] if settings.seed is None else [f"fleetsim: {__version__}, seed {settings.seed}"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each marked test once for each seed. Wrong words in a marker are mistakes of the test, found when it is collected."""
    item = metafunc.definition
    arguments = marked(item)
    seeds = metafunc.config.stash[SETTINGS].seeds
    if seeds is None or (arguments is None and "fleetsim_seed" not in metafunc.fixturenames):
        return
    if "fleetsim_seed" not in metafunc.fixturenames:
        metafunc.fixturenames.append("fleetsim_seed")
    metafunc.parametrize("fleetsim_seed", seeds, indirect=True, ids=[f"seed{seed}" for seed in seeds])


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: "pytest.CallInfo[None]") -> Generator[None, Any, None]:
    """A failing test's report has a section: the seed, the line that does it again, and the timeline of the device concerned."""
    watch = item.stash.get(WATCH, None)
    section = ""
    if watch is not None and call.excinfo is not None and not call.excinfo.errisinstance((pytest.skip.Exception, pytest.exit.Exception)):
        watch.seed = item.stash.get(SEED, None)
        section = watch.section(call.excinfo.value)
    outcome = yield
    report: pytest.TestReport = outcome.get_result()
    item.stash.setdefault(REPORTS, {})[call.when] = report
    if report.failed and section:
        report.sections.append(("fleetsim", section))


@pytest.fixture
def fleetsim_seed(request: pytest.FixtureRequest) -> int:
    """The seed of this test: --fleetsim-seeds, --fleetsim-seed, the marker's, the ini file's, else its scenario's (1 without one)."""
    settings = request.config.stash[SETTINGS]
    for seed in (getattr(request, "param", None), settings.seed, (marked(request.node) or {}).get("seed"), settings.ini_seed):
        if seed is not None:
            request.node.stash[SEED] = int(seed)
            return int(seed)
    if "fleetsim_scenario" in request.fixturenames:
        scenario: Scenario = request.getfixturevalue("fleetsim_scenario")
        return scenario.seed
    return 1


@pytest.fixture
def fleetsim_scenario(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """The scenario of this test: its marker's, or the ini file's. Define a fixture of this name for one of your own."""
    watch = _watch(request.node, tmp_path_factory)
    watch.scenario = scenario_of(request.node, request.config.stash[SETTINGS])
    return watch.scenario


@pytest.fixture
def fleetsim_open(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, fleetsim_seed: int
) -> Iterator[Callable[..., World]]:
    """Opens worlds as ``fleetsim.World(...)`` does, with the test's seed when it has one of its own; they are closed when the test ends,
    and failures tell of them."""
    item: pytest.Item = request.node
    watch = _watch(item, tmp_path_factory)

    def opened(scenario: Scenario, **options: Any) -> World:
        world = World(scenario, **{"seed": item.stash.get(SEED, None), **options})
        watch.worlds.append(world)
        return world

    yield opened
    errors = watch.close()
    reports = item.stash.get(REPORTS, {})
    if any(report.failed for report in reports.values()) or errors:
        write_report_files(watch)
    if errors:
        raise errors[0]
    if "call" in reports and reports["call"].passed and (marked(item) or {}).get("violations", "fail") == "fail":
        found = watch.violations()
        if found:
            pytest.fail("the test passed, but its world did not hold:\n" + "\n".join(found), pytrace=False)


@pytest.fixture
def fleetsim_world(request: pytest.FixtureRequest, fleetsim_open: Callable[..., World], fleetsim_scenario: Scenario, fleetsim_seed: int) -> World:
    """The world of this test: its scenario, opened with its seed and what its marker says. It is closed when the test ends."""
    return fleetsim_open(fleetsim_scenario, seed=fleetsim_seed, **world_options(marked(request.node) or {}))


@pytest.fixture
def fleetsim_platform(fleetsim_world: World) -> Platform:
    """The world's platform."""
    return fleetsim_world.platform


@pytest.fixture
def fleet(fleetsim_world: World) -> Fleet:
    """All devices of the world."""
    return fleetsim_world.fleet


def _watch(item: pytest.Item, factory: pytest.TempPathFactory) -> Watch:
    if WATCH not in item.stash:
        item.stash[WATCH] = Watch(item.nodeid, item.config.stash[SETTINGS], lambda: _folder_of(item, factory))
    return item.stash[WATCH]


def _folder_of(item: pytest.Item, factory: pytest.TempPathFactory) -> pathlib.Path:
    """The test's own temporary folder, or a new one."""
    own = getattr(item, "funcargs", {}).get("tmp_path")
    return own if isinstance(own, pathlib.Path) else factory.mktemp("fleetsim")

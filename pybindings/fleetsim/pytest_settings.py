"""What options, the ini file and the marker `fleetsim` say about a test."""

from __future__ import annotations

import argparse
import inspect
import os
import pathlib
from dataclasses import dataclass
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple, Union

import pytest

from fleetsim.problems import ScenarioError
from fleetsim.scenario import SEED_MAX, Scenario

SEEDS_MAX = 100_000
TIMELINE_ROWS = 200
WORLD_OPTIONS = ("kind", "record", "faults", "behaviours", "threads")
ARGUMENTS = ("scenario", "vars", "seed", *WORLD_OPTIONS, "violations")
MARKER_HELP = (
    "fleetsim(scenario, vars, seed, kind, record, faults, behaviours, threads, violations): the test's world. scenario is a file (relative "
    "to the test's), a Scenario, or a function that makes one; vars are its variables; faults may be a function, too; the others are as for "
    'fleetsim.World. violations="allow": what the world finds wrong by itself does not fail a test that passes.'
)
FAULTS_FORM = "faults: expected a list of faults, or a function that makes one"


@dataclass(frozen=True)
class Settings:
    """Of a session."""

    seed: Optional[int]
    seeds: Optional[Tuple[int, ...]]
    ini_seed: Optional[int]
    scenario: Optional[pathlib.Path]
    artifacts: Optional[pathlib.Path]
    timeline_rows: int


def seed_number(text: str) -> int:
    """A seed, as it is typed."""
    try:
        seed = int(text)
    except ValueError:
        seed = -1
    if not 0 <= seed <= SEED_MAX:
        raise argparse.ArgumentTypeError(f"expected a whole number from 0 to {SEED_MAX}, got {text!r}")
    return seed


def seed_numbers(text: str) -> Tuple[int, ...]:
    """Several: "1..50", "1,7,20..29"."""
    seeds: List[int] = []
    for part in text.split(","):
        first, dots, last = part.partition("..")
        begin = seed_number(first.strip())
        end = seed_number(last.strip()) if dots else begin
        if end < begin:
            raise argparse.ArgumentTypeError(f"expected the smaller seed first, got {part!r}")
        if len(seeds) + end - begin >= SEEDS_MAX:
            raise argparse.ArgumentTypeError(f"expected at most {SEEDS_MAX} seeds, got {text!r}")
        seeds.extend(range(begin, end + 1))
    if len(set(seeds)) != len(seeds):
        raise argparse.ArgumentTypeError(f"expected each seed once, got {text!r}")
    return tuple(seeds)


def settings_of(config: pytest.Config) -> Settings:
    """Raises pytest.UsageError, which names the option."""
    seed, seeds = config.getoption("--fleetsim-seed"), config.getoption("--fleetsim-seeds")
    if seed is not None and seeds is not None:
        raise pytest.UsageError("--fleetsim-seed or --fleetsim-seeds, not both")
    artifacts = config.getoption("--fleetsim-artifacts")
    folder = pathlib.Path(artifacts).absolute() if artifacts else _ini_path(config, "fleetsim_artifacts")
    if folder is not None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise pytest.UsageError(f"--fleetsim-artifacts: {folder}: {error.strerror}") from error
    scenario = _ini_path(config, "fleetsim_scenario")
    if scenario is not None and not scenario.is_file():
        raise pytest.UsageError(f"fleetsim_scenario: there is no file {scenario}")
    rows = _ini_number(config, "fleetsim_timeline_rows")
    return Settings(seed, seeds, _ini_number(config, "fleetsim_seed"), scenario, folder, TIMELINE_ROWS if rows is None else rows)


def _ini_path(config: pytest.Config, name: str) -> Optional[pathlib.Path]:
    text = str(config.getini(name) or "")
    if not text:
        return None
    return (config.inipath.parent if config.inipath is not None else config.rootpath) / text


def _ini_number(config: pytest.Config, name: str) -> Optional[int]:
    text = str(config.getini(name) or "")
    if not text:
        return None
    try:
        return seed_number(text)
    except argparse.ArgumentTypeError as error:
        raise pytest.UsageError(f"{name}: {error}") from error


def marked(node: Any) -> Optional[Dict[str, Any]]:
    """What the markers say, the function's before the class's and the module's; None: there is none. Wrong words fail the test."""
    arguments: Optional[Dict[str, Any]] = None
    for mark in node.iter_markers("fleetsim"):
        given = dict(mark.kwargs)
        if len(mark.args) > 1 or (mark.args and "scenario" in given):
            pytest.fail(f"marker fleetsim: expected one scenario, got {mark.args!r}", pytrace=False)
        if mark.args:
            given["scenario"] = mark.args[0]
        for word in given:
            if word not in ARGUMENTS:
                pytest.fail(f"marker fleetsim: no argument {word!r}; there are {', '.join(ARGUMENTS)}", pytrace=False)
        arguments = {**given, **(arguments or {})}
    if arguments is not None:
        _check(arguments)
    return arguments


def _check(arguments: Mapping[str, Any]) -> None:
    seed = arguments.get("seed")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= SEED_MAX):
        pytest.fail(f"marker fleetsim: seed: expected a whole number from 0 to {SEED_MAX}, got {seed!r}", pytrace=False)
    kind, variables, faults = arguments.get("kind"), arguments.get("vars"), arguments.get("faults", ())
    if kind not in (None, "virtual", "sockets"):
        pytest.fail(f'marker fleetsim: kind: expected "virtual" or "sockets", got {kind!r}', pytrace=False)
    if variables is not None and not (isinstance(variables, Mapping) and all(isinstance(name, str) for name in variables)):
        pytest.fail(f"marker fleetsim: vars: expected a map of names and values, got {type(variables).__name__}", pytrace=False)
    if not callable(faults) and (isinstance(faults, (str, Mapping)) or not isinstance(faults, Iterable)):
        pytest.fail(f"marker fleetsim: {FAULTS_FORM}, got {faults!r}", pytrace=False)
    if arguments.get("violations", "fail") not in ("fail", "allow"):
        pytest.fail(f'marker fleetsim: violations: expected "fail" or "allow", got {arguments["violations"]!r}', pytrace=False)


def scenario_of(node: Any, settings: Settings) -> Scenario:
    """The scenario that the marker or the ini file names; fails the test when there is none, or it is none."""
    arguments = marked(node) or {}
    given = arguments.get("scenario", settings.scenario)
    if given is None:
        pytest.fail(
            "no scenario: @pytest.mark.fleetsim(scenario=...), fleetsim_scenario in the ini file, or a fixture fleetsim_scenario of your own",
            pytrace=False,
        )
    try:
        return _scenario(given, arguments.get("vars") or {}, node.path.parent)
    except ScenarioError as error:
        problems = str(error)
    pytest.fail(f"the test's scenario is wrong:\n{problems}", pytrace=False)


def _scenario(given: Any, variables: Mapping[str, Any], folder: pathlib.Path) -> Scenario:
    if isinstance(given, (str, os.PathLike)):
        return Scenario.load(_beside(given, folder), **variables)
    if callable(given) and not isinstance(given, type):
        given = given(**variables)
    elif variables:
        pytest.fail("marker fleetsim: vars: only for a scenario that is a file or a function", pytrace=False)
    if isinstance(given, Mapping):
        return Scenario.from_dict(given, folder=folder)
    if not isinstance(given, Scenario):
        pytest.fail(f"marker fleetsim: scenario: expected a file, a Scenario, or a function that makes one, got {given!r}", pytrace=False)
    return given


def _beside(path: Union[str, "os.PathLike[str]"], folder: pathlib.Path) -> str:
    """As short as it can be from where pytest was started: it is told."""
    return os.path.relpath(folder / path)


def world_options(arguments: Mapping[str, Any]) -> Dict[str, Any]:
    """Arguments of World. Faults that a function makes are new for each test."""
    options = {word: arguments[word] for word in WORLD_OPTIONS if word in arguments}
    faults = options.get("faults")
    if inspect.isfunction(faults) or inspect.ismethod(faults):
        options["faults"] = faults()
    return options

"""The same run again: a scenario of what was ordered, its file, and the line that runs it."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING, Optional, Union

from fleetsim.arguments import file_name
from fleetsim.fleet import Device, own_device
from fleetsim.problems import ScenarioError
from fleetsim.scenario import Path, Scenario, write_scenario

if TYPE_CHECKING:
    from fleetsim.world import World


def replay_of(world: "World", path: Optional[Path] = None) -> Scenario:
    """What ``World.save_replay`` writes to ``path`` (None: to the folder of the world's own scenario). Raises ValueError."""
    journal, scenario = world._journal, world._scenario
    if journal.obstacle is not None:
        raise ValueError(journal.obstacle)
    beside = os.path.join(os.path.dirname(scenario.path), "scenario.yaml")
    placed = beside if path is None else os.path.join(os.path.dirname(file_name("path", path)), "scenario.yaml")
    tree = journal.scenario(scenario.to_dict(), scenario.path, world.seed, world.kind, world._microseconds())
    try:
        return scenario._like(tree, placed)
    except ScenarioError as error:
        what = str(error)
    if placed != beside:
        try:
            scenario._like(tree, beside)
        except ScenarioError:
            pass
        else:
            folder = os.path.dirname(beside) or "the current folder"
            raise ValueError(
                "the scenario that was made cannot be read from there, for one of its variables has a file's name that starts at the "
                f"scenario's own folder: save it in {folder}, or give that variable the whole path ({what})"
            )
    raise ValueError(f"the scenario that was made of the orders cannot be read again: {what}")


def save_replay(world: "World", path: Path) -> Scenario:
    """See ``World.save_replay``."""
    made = replay_of(world, file_name("path", path))
    write_scenario(made, path)
    return made


def replay_line(world: "World", device: Union[Device, str, None], path: Optional[Path]) -> str:
    """See ``World.replay_line``."""
    name = _name_of(world, device)
    try:
        made = replay_of(world) if path is None else save_replay(world, path)
    except ValueError as obstacle:
        return f"the same program with seed {world.seed} ({obstacle})"
    file = "FILE (world.save_replay(FILE) writes it)" if path is None else shlex.quote(os.fspath(path))
    file += made._secret_settings()
    if name and world.kind == "virtual":
        return f"fleetsim replay {file} --seed {world.seed} --device {shlex.quote(name)}"
    return f"fleetsim run {file} --seed {world.seed}"


def _name_of(world: "World", device: Union[Device, str, None]) -> str:
    if device is None:
        return ""
    if isinstance(device, Device):
        return own_device(world, device).name
    if not isinstance(device, str):
        raise TypeError(f"device: expected a Device or a name, got {device!r}")
    return device if world.closed else world.fleet._named(device).name

"""Scenarios: which devices there are, what platform they meet, and what happens to them."""

from __future__ import annotations

import os
import shlex
import warnings
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple, Union

from fleetsim import _core
from fleetsim.arguments import check_callable, file_name, own_behaviours
from fleetsim.behaviour import DeviceBehaviour
from fleetsim.custom_fault import CustomFault
from fleetsim.checks import CheckFailed, Event, asserted, kinds_marked
from fleetsim.durations import Duration, duration_text
from fleetsim.parts import Fault, Group, PlatformConfig
from fleetsim.problems import Problem, RunError, ScenarioError, ScenarioWarning, sorted_out
from fleetsim.progress import Progress, told
from fleetsim.report import Report
from fleetsim.timeline import Timeline
from fleetsim.trees import plain_tree
from fleetsim.yaml_text import yaml_text

Path = Union[str, "os.PathLike[str]"]
Variable = Union[str, int, float, bool]
SEED_MAX = 2**63 - 1
THREADS_MAX = 256
REPLAYED_AT_ONCE = 20_000  # devices: a failed check of a larger fleet says how to see it again, and leaves it at that


class Scenario:
    """A scenario that can be trusted: it was read and judged when it was made, and does not change.

    It is a plain tree with the keys of a scenario's file (scenarios/REFERENCE.md). Make one by its parts here, or by
    ``Scenario.load(file)``, ``Scenario.from_yaml(text)``, ``Scenario.from_dict(tree)``. ``folder`` is where relative file names in it
    start (default: the current one). Parts that are None are left out.

    Raises ScenarioError, which lists every mistake with its position; TypeError for values that no scenario can have.
    """

    _command: Optional[str] = None  # how the command line calls it; None: it is in no file
    _given: Tuple[str, ...] = ()  # variables that load() or from_yaml() was given
    _secrets: Tuple[str, ...] = ()  # of them, those that went into a secret, here or in what this was made of

    def __init__(
        self,
        *,
        name: Optional[str] = None,
        description: Optional[str] = None,
        world: Optional[str] = None,
        seed: Optional[int] = None,
        platform: Union[str, Mapping[str, Any], PlatformConfig, None] = None,
        groups: Optional[Mapping[str, Union[Group, Mapping[str, Any]]]] = None,
        faults: Optional[Sequence[Union[Fault, Mapping[str, Any], str]]] = None,
        steps: Optional[Sequence[Union[str, Mapping[str, Any]]]] = None,
        thresholds: Optional[Mapping[str, Any]] = None,
        network: Optional[Mapping[str, Any]] = None,
        vars: Optional[Mapping[str, Variable]] = None,
        random_faults: Union[str, Mapping[str, Any], None] = None,
        external: Optional[Mapping[str, Any]] = None,
        generator: Optional[Mapping[str, Any]] = None,
        threads: Optional[int] = None,
        connects_in_flight: Optional[int] = None,
        duration_max: Optional[Duration] = None,
        folder: Optional[Path] = None,
    ) -> None:
        parts: Dict[str, Any] = {
            "schema_version": 1,
            "name": name,
            "description": description,
            "world": world,
            "seed": seed,
            "threads": threads,
            "connects_in_flight": connects_in_flight,
            "duration_max": None if duration_max is None else duration_text(duration_max, "duration_max"),
            "vars": vars,
            "platform": platform,
            "external": external,
            "network": network,
            "generator": generator,
            "groups": groups,
            "faults": faults,
            "random_faults": random_faults,
            "steps": steps,
            "thresholds": thresholds,
        }
        tree = plain_tree({key: value for key, value in parts.items() if value is not None}, "")
        self._take(tree, _place(folder, f"{name}.yaml" if isinstance(name, str) else "scenario.yaml"), {})

    @classmethod
    def load(cls, path: Path, /, **vars: Union[Variable, Duration]) -> "Scenario":
        """Read a file. Keyword arguments set variables that its ``vars:`` has: ``load("quickstart.yaml", devices=500)``. Those that go into
        secrets are told to nobody: replay lines, and the files that ``World.save_replay`` writes, have ``***`` in their place.

        Raises ScenarioError (a missing file is one too).
        """
        name = os.fspath(path)
        try:
            with open(name, encoding="utf-8") as file:
                text = file.read()
        except OSError as error:
            raise ScenarioError([Problem(name, 0, 0, f"cannot be read: {error.strerror}")]) from error
        except UnicodeDecodeError as error:
            raise ScenarioError([Problem(name, 0, 0, "is no text in UTF-8")]) from error
        made = cls._from_text(text, name, vars)
        hidden = made._core_scenario.secret_vars
        shown = {key: "***" if key in hidden else _setting(key, value) for key, value in vars.items()}
        made._command = " ".join([shlex.quote(name), *(f"--set {shlex.quote(f'{key}={value}')}" for key, value in shown.items())])
        return made

    @classmethod
    def from_yaml(cls, text: str, /, *, folder: Optional[Path] = None, **vars: Union[Variable, Duration]) -> "Scenario":
        """Read a text, as ``load`` does a file."""
        if not isinstance(text, str):
            raise TypeError(f"text: expected str, got {type(text).__name__}")
        return cls._from_text(text, _place(folder, "scenario.yaml"), vars)

    @classmethod
    def from_dict(cls, tree: Mapping[str, Any], /, *, folder: Optional[Path] = None) -> "Scenario":
        """Take a tree with the keys of a scenario's file. Positions in errors are those in its ``to_yaml()``."""
        if not isinstance(tree, Mapping):
            raise TypeError(f"tree: expected a map, got {type(tree).__name__}")
        made = cls.__new__(cls)
        made._take(plain_tree(tree, ""), _place(folder, "scenario.yaml"), {})
        return made

    @classmethod
    def _from_text(cls, text: str, path: str, vars: Mapping[str, Any]) -> "Scenario":
        settings = {name: _setting(name, value) for name, value in vars.items()}
        tree, raw = _core.parse_tree(text, path)
        errors, _ = sorted_out(raw)
        if errors or not isinstance(tree, dict):
            _, raw = _core.Scenario.read(text, path, settings)
            raise ScenarioError(sorted_out(raw)[0])
        made = cls.__new__(cls)
        made._take(tree, path, settings, text)
        for name, value in vars.items():
            made._tree["vars"][name] = plain_tree(value, f"vars.{name}")
        if vars:
            made._read, _ = _core.Scenario.read(yaml_text(made._tree), path, {})
        made._keep_secrets(tuple(vars), ())
        return made

    def _keep_secrets(self, given: Tuple[str, ...], known: Tuple[str, ...]) -> None:
        hidden = self._core_scenario.secret_vars
        self._given = given
        self._secrets = tuple(name for name in given if name in hidden or name in known)

    def _like(self, tree: Dict[str, Any], path: str) -> "Scenario":
        """Another one whose secrets are this one's; nobody is warned of it again."""
        made = type(self).__new__(type(self))
        made._take(tree, path, {}, warns=False)
        made._keep_secrets(self._given, self._secrets)
        return made

    def _secret_settings(self) -> str:
        """What a command needs behind the file that ``write_scenario`` has written."""
        return "".join(f" --set {shlex.quote(f'{name}=***')}" for name in self._secrets)

    def _take(self, tree: Dict[str, Any], path: str, settings: Dict[str, str], text: Optional[str] = None, *, warns: bool = True) -> None:
        read, raw = _core.Scenario.read(yaml_text(tree) if text is None else text, path, settings)
        errors, doubts = sorted_out(raw)
        if read is None:
            raise ScenarioError(errors)
        for doubt in doubts if warns else ():
            warnings.warn(str(doubt), ScenarioWarning, stacklevel=4)
        self._tree = tree
        self._path = path
        self._read: Any = read

    @property
    def name(self) -> str:
        """Its own, or that of its file without the end."""
        return self._core_scenario.name

    @property
    def world(self) -> str:
        """Where it runs: "virtual" (simulated time), "sockets" (this host) or "external"."""
        return self._core_scenario.world

    @property
    def seed(self) -> int:
        """What decides everything in world virtual."""
        return self._core_scenario.seed

    @property
    def devices(self) -> int:
        """How many there are, over all groups."""
        return self._core_scenario.devices

    @property
    def groups(self) -> Tuple[str, ...]:
        """The groups' names, in their order."""
        return tuple(self._tree.get("groups") or ())

    @property
    def vars(self) -> Dict[str, Any]:
        """Its variables as they are set: a copy."""
        return dict(self._tree.get("vars") or {})

    @property
    def path(self) -> str:
        """Its file, or where one would be: relative file names in it start at this one's folder."""
        return self._path

    def to_dict(self) -> Dict[str, Any]:
        """The tree: a copy. It holds what secrets the file has."""
        tree: Dict[str, Any] = plain_tree(self._tree, "")
        return tree

    def to_yaml(self) -> str:
        """As a file that ``fleetsim run`` takes; ``Scenario.from_yaml`` of it is equal to this."""
        return yaml_text(self._tree)

    def replace(self, **parts: Any) -> "Scenario":
        """The same with other parts: ``replace(seed=2, world="virtual")``. None takes a part away. Raises as the constructor does."""
        tree = self.to_dict()
        for key, value in parts.items():
            tree.pop(key, None)
            if value is not None:
                tree[key] = plain_tree(value, key)
        made = type(self).__new__(type(self))
        made._take(tree, self._path, {})
        made._keep_secrets(self._given, self._secrets)
        return made

    def run(
        self,
        *,
        seed: Optional[int] = None,
        threads: Optional[int] = None,
        world: Optional[str] = None,
        events: Optional[Path] = None,
        progress: Optional[Callable[[Progress], object]] = None,
        notice: Optional[Callable[[str], object]] = None,
        faults: Sequence[Union[Fault, CustomFault, Mapping[str, Any], str]] = (),
        behaviours: Optional[Mapping[str, Callable[[], DeviceBehaviour]]] = None,
        checks: Sequence[Callable[[Event], object]] = (),
        invariants: bool = False,
    ) -> Report:
        """Run the scenario's own steps to the end and report, as ``fleetsim run`` does.

        ``seed``, ``threads`` (0: one a core) and ``world`` ("virtual", "sockets") replace the scenario's. ``events`` is a file for
        every event (NDJSON). ``faults`` come on top of the scenario's, and may be CustomFaults; ``behaviours`` has for groups, by name,
        the DeviceBehaviour (a subclass) that stands around their devices; both of these run in world virtual, on one thread. ``checks``
        are functions that are called with each Event of the kinds that ``fleetsim.check`` has marked them with (by default: moves).
        ``invariants`` has all of fleetsim's invariants watch the run, in world virtual: what breaks one stands in ``Report.violations``,
        and how often each had something to judge in ``Report.invariants``.
        ``progress`` is called about twice a second, ``notice`` with each line that people should read. Other Python threads go on
        meanwhile.

        Raises RunError when the machine does not allow it, ValueError and TypeError for wrong arguments, KeyboardInterrupt after
        Ctrl-C, CheckFailed when a check's assertion does not hold, and what a callback raises; each when the run has ended, cleanly.
        """
        check_run_arguments(seed, threads, world)
        for argument, value in (("progress", progress), ("notice", notice)):
            if value is not None:
                check_callable(argument, value)
        if not isinstance(checks, Iterable):
            raise TypeError(f"checks: expected functions in a list, got {checks!r}")
        checks = list(checks)
        for one in checks:
            check_callable("checks", one)
        if not isinstance(invariants, bool):
            raise TypeError(f"invariants: expected True or False, got {invariants!r}")
        firmware = own_behaviours(behaviours)
        listed, own = sorted_faults(faults)
        scenario = self if not listed else self.replace(faults=[*self._tree.get("faults", ()), *listed])
        is_plain = not listed and not own and not firmware
        try:
            result, obstacle = _core.run(
                scenario._core_scenario,
                seed,
                threads,
                world or "",
                "" if events is None else file_name("events", events),
                None if progress is None else told(progress),
                notice,
                own,
                firmware,
                [(kinds_marked(one), asserted(one, scenario.seed if seed is None else seed)) for one in checks],
                invariants,
            )
        except CheckFailed as failed:
            scenario._explain(failed, is_plain, world or scenario.world)
            raise
        if obstacle is not None:
            raise RunError(*obstacle)
        assert result is not None
        return Report(result)

    def replay(self, device: str, *, seed: Optional[int] = None) -> Timeline:
        """Run the scenario's own steps in world virtual, and tell the story of one device: "product key/device name", its device name
        or its position. It is the same run each time, for the seed decides it. Raises KeyError, RunError."""
        check_run_arguments(seed, None, None)
        return Timeline(*_core.replay(self._core_scenario, str(device), seed))

    def _explain(self, failed: CheckFailed, is_plain: bool, world: str) -> None:
        """How to see a failed check again, and what its device did."""
        device = failed.event.device if failed.event is not None else ""
        if world != "virtual" or not is_plain:
            failed.replay = f"the same program with seed {failed.seed}"
            return
        file = self._command or "FILE (write scenario.to_yaml() there)"
        failed.replay = f"fleetsim run {file} --world virtual --seed {failed.seed}"
        if device:
            failed.replay = f"fleetsim replay {file} --seed {failed.seed} --device {device}"
            if self.devices <= REPLAYED_AT_ONCE:
                try:
                    failed.timeline = self.replay(device, seed=failed.seed)
                except (KeyError, RunError):  # a device behind a gateway has no link of its own
                    failed.replay = f"fleetsim run {file} --world virtual --seed {failed.seed}"

    @property
    def _core_scenario(self) -> "_core.Scenario":
        read: _core.Scenario = self._read
        return read

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Scenario):
            return NotImplemented
        return self._tree == other._tree

    def __hash__(self) -> int:
        return hash((self.name, self.world, self.seed))

    def __repr__(self) -> str:
        return f"<Scenario {self.name!r}, world {self.world}, seed {self.seed}, {self.devices} devices>"

    def __reduce__(self) -> Tuple[Any, ...]:
        return (_again, (self._tree, self._path, self._given, self._secrets))


def _again(tree: Dict[str, Any], path: str, given: Tuple[str, ...], secrets: Tuple[str, ...]) -> Scenario:
    made = Scenario.__new__(Scenario)
    made._take(tree, path, {})
    made._keep_secrets(given, secrets)
    return made


def write_scenario(scenario: Scenario, path: Path) -> None:
    """To a file that nobody else may read. Secrets that load() or from_yaml() was given stand in it as "***"."""
    tree = scenario.to_dict()
    for name in scenario._secrets:
        if name in scenario.vars:
            tree["vars"][name] = "***"
    with open(path, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(yaml_text(tree))


def sorted_faults(faults: Iterable[Union[Fault, CustomFault, Mapping[str, Any], str]]) -> Tuple[List[Any], List[CustomFault]]:
    """Those that a scenario can name, as it does, and those that are written in Python."""
    if isinstance(faults, (str, Mapping)) or not isinstance(faults, Iterable):
        raise TypeError(f"faults: expected a list of faults, got {faults!r}")
    listed: List[Any] = []
    own: List[CustomFault] = []
    for i, fault in enumerate(faults):
        if isinstance(fault, CustomFault):
            own.append(fault)
        else:
            listed.append(plain_tree(fault, f"faults[{i}]"))
    return listed, own


def check_run_arguments(seed: Optional[int], threads: Optional[int], world: Optional[str], argument_of_world: str = "world") -> None:
    """Raises TypeError or ValueError, naming the argument."""
    for argument, value, most in (("seed", seed, SEED_MAX), ("threads", threads, THREADS_MAX)):
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"{argument}: expected a whole number, got {value!r}")
        if not 0 <= value <= most:
            raise ValueError(f"{argument}: expected a whole number from 0 to {most}, got {value}")
    if world is not None and world not in ("virtual", "sockets"):
        kind = ValueError if isinstance(world, str) else TypeError
        raise kind(f'{argument_of_world}: expected "virtual" or "sockets", got {world!r}')


def _place(folder: Optional[Path], name: str) -> str:
    return name if folder is None else os.path.join(os.fspath(folder), name)


def _setting(name: str, value: Any) -> str:
    """A variable's text, as after --set."""
    try:
        plain = plain_tree(value, f"vars.{name}")
    except TypeError:
        plain = None
    if isinstance(plain, bool):
        return "true" if plain else "false"
    if isinstance(plain, (str, int, float)):
        return plain if isinstance(plain, str) else repr(plain)
    raise TypeError(f"vars.{name}: expected a text, a number or a truth value, got {type(value).__name__}")  # it may be a secret


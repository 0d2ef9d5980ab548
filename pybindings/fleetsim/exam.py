"""The exam of a device: requirement by requirement, what was expected and what it did."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, Union

from fleetsim import _core
from fleetsim.durations import Duration, duration_text, seconds_of
from fleetsim.scenario import Path, check_run_arguments

Names = Union[str, Sequence[str], None]
_BROKEN = ("fail", "inconclusive")


@dataclass(frozen=True)
class Requirement:
    """One of the catalogue. ``level`` is "MUST" or "SHOULD"; ``source`` and ``clause`` say where it comes from."""

    id: str
    group: str
    level: str
    text: str
    source: str
    clause: str


@dataclass(frozen=True)
class Finding:
    """What was otherwise than it should be, at this time of the device's life (seconds)."""

    expected: str
    actual: str
    at: float


@dataclass(frozen=True)
class Capability:
    """What the device does by nature: ``value`` is None when nobody knows; ``origin`` "discovered", "declared" or "unknown"."""

    value: Any
    origin: str


@dataclass(frozen=True)
class Verdict:
    """What came of one requirement.

    ``verdict`` is "pass", "pass_with_warnings", "fail", "inconclusive", "not_applicable" or "not_exercised", ``reason`` why. ``standing``
    is "new", "known" or "mended" against a baseline, else empty. ``timeline`` is the device's story, packet by packet; empty for what
    passed at once. ``replay`` is the command that examines this again. Seconds are the host's, ``simulated_seconds`` the device's.
    """

    requirement: Requirement
    verdict: str
    reason: str
    findings: Tuple[Finding, ...]
    standing: str
    left_out: bool
    attempts: int
    seconds: float
    simulated_seconds: float
    replay: str
    timeline: str = field(repr=False)

    @property
    def id(self) -> str:
        """The requirement's: "NOTIFY-01"."""
        return self.requirement.id

    @property
    def passed(self) -> bool:
        """Nothing is wrong: it holds (perhaps with warnings), or has nothing to do with this device."""
        return self.verdict not in _BROKEN


class ConformReport:
    """What an exam found out. Iterates over the verdicts; ``report["NOTIFY-01"]`` is one of them."""

    def __init__(self, result: "_core.ExamResult") -> None:
        self._result = result

    @property
    def passed(self) -> bool:
        """The exit code is 0: every MUST holds (strict: every SHOULD too; with a baseline: all that held before)."""
        return self.exit_code == 0

    @property
    def exit_code(self) -> int:
        """What ``fleetsim conform`` ends with: 0; 1 a requirement does not hold; 3 something could not be judged."""
        return int(self._tree["exit_code"])

    @property
    def dut(self) -> str:
        """The device as it was named."""
        return str(self._tree["dut"])

    @property
    def seed(self) -> int:
        """The same device and seed give the same exam, where the device is simulated."""
        return int(self._tree["seed"])

    @property
    def seconds(self) -> float:
        """What it took of the host's time."""
        return float(self._tree["seconds"])

    @property
    def problem(self) -> str:
        """What the environment lacked; empty: nothing."""
        return str(self._tree["problem"])

    @property
    def counts(self) -> Dict[str, int]:
        """How many passed, failed ...; also "flaky", "left_out" and, against a baseline, "new", "known", "mended"."""
        return dict(self._tree["counts"])

    @cached_property
    def capabilities(self) -> Dict[str, Capability]:
        """What the device does by nature, by name."""
        return {name: Capability(one["value"], one["origin"]) for name, one in self._tree["capabilities"].items()}

    @cached_property
    def requirements(self) -> Tuple[Verdict, ...]:
        """A verdict for each, in the order of the catalogue."""
        return tuple(_verdict_of(one) for one in self._tree["requirements"])

    @property
    def failures(self) -> Tuple[Verdict, ...]:
        """Those that failed or could not be judged."""
        return tuple(one for one in self.requirements if not one.passed)

    def __iter__(self) -> Iterator[Verdict]:
        return iter(self.requirements)

    def __len__(self) -> int:
        return len(self.requirements)

    def __getitem__(self, id: str) -> Verdict:
        for one in self.requirements:
            if one.id == id:
                return one
        raise KeyError(id)

    def to_dict(self) -> Dict[str, Any]:
        """The JSON report (scenarios/conformance.schema.json) as plain values: a copy."""
        tree: Dict[str, Any] = json.loads(self._result.json())
        return tree

    def to_json(self) -> str:
        """What ``--json`` writes."""
        return self._result.json()

    def to_junit(self) -> str:
        """What ``--junit`` writes, for CI."""
        return self._result.junit()

    def to_html(self) -> str:
        """What ``--html`` writes: a page with timelines."""
        return self._result.html()

    def to_markdown(self) -> str:
        """What ``--markdown`` writes: what is not as it should be, for a pull request."""
        return self._result.markdown()

    def capabilities_json(self) -> str:
        """What ``--capabilities-out`` writes: ``conform(capabilities=FILE)`` takes it."""
        return self._result.capabilities()

    def summary(self) -> str:
        """What was found, and the counts, as the command line ends with."""
        return self._result.summary()

    @cached_property
    def _tree(self) -> Dict[str, Any]:
        return self.to_dict()

    def __str__(self) -> str:
        return self.summary()

    def __repr__(self) -> str:
        wrong = ", ".join(one.id for one in self.failures)
        return f"<ConformReport of {self.dut!r}: exit code {self.exit_code}, {len(self)} requirements{'; wrong: ' + wrong if wrong else ''}>"


def requirements() -> Tuple[Requirement, ...]:
    """The catalogue."""
    return tuple(Requirement(*one) for one in _core.requirements())


def conform(
    dut: str,
    *,
    requirements: Names = None,
    groups: Names = None,
    filters: Names = None,
    seed: int = 1,
    threads: Optional[int] = None,
    retries: int = 0,
    strict: bool = False,
    budget: Optional[Duration] = None,
    baseline: Optional[Path] = None,
    capabilities: Optional[Path] = None,
    discovery: bool = True,
    time_scale: Optional[float] = None,
    case_time: Duration = 210,
    tls: str = "off",
    external_address: str = "127.0.0.1",
    external_port: int = 0,
    external_timeout: Duration = 300,
    answers: Optional[Path] = None,
    progress: Optional[Callable[[str, str, str], object]] = None,
) -> ConformReport:
    """Examine a device, as ``fleetsim conform`` does.

    ``dut``: "virtual:PROFILE" (a firmware profile in simulated time), "core:LIB.so" (a firmware core of your own behind
    devicecore/abi/device_core.h), "process:COMMAND" (a program), "external[:NAME]" (one that comes by itself).
    ``requirements`` (ids), ``groups`` and ``filters`` (patterns with * and ?) say which; none of them: all.
    ``threads``: so many at a time. ``retries``: of what failed; what then passes is flaky. ``budget``: no longer than this in all.
    ``baseline``: a JSON report of before, of which only what is new fails. ``capabilities``: a file that says what the device does;
    ``discovery=False`` finds nothing out. For programs and external devices: ``time_scale`` (0.005 to 1), ``case_time``, ``tls`` ("off",
    "bootstrap", "mqtt", "both"); for external ones ``external_address``, ``external_port`` (0: a free one), ``external_timeout``,
    ``answers`` (a file with the answers to all prompts). ``progress(id, verdict, reason)`` is called as requirements end.

    Raises ValueError for what there is not or cannot be (a device, a requirement, a file), TypeError for wrong types,
    KeyboardInterrupt after Ctrl-C and what ``progress`` raises, when the exam has ended.
    """
    if not isinstance(dut, str):
        raise TypeError(f"dut: expected a text such as 'virtual:reference', got {dut!r}")
    if progress is not None and not callable(progress):
        raise TypeError(f"progress: expected something to call, got {progress!r}")
    check_run_arguments(seed, threads, None)
    verb = _core.ConformVerb()
    verb.dut = dut
    verb.requirements = _names(requirements, "requirements")
    verb.groups = _names(groups, "groups")
    verb.filters = _names(filters, "filters")
    verb.seed = seed
    verb.threads = threads or None
    verb.retries = _whole(retries, "retries", 0, 10)
    verb.strict = bool(strict)
    verb.no_discovery = not discovery
    verb.baseline = _file(baseline, "baseline")
    verb.capabilities = _file(capabilities, "capabilities")
    verb.answers = _file(answers, "answers")
    if budget is not None:
        if seconds_of(budget, "budget") <= 0:
            raise ValueError("budget: expected a duration above zero")
        verb.budget = duration_text(budget, "budget")
    verb.time_scale = None if time_scale is None else _scale(time_scale)
    verb.case_seconds = _whole(round(seconds_of(case_time, "case_time")), "case_time", 1, 86_400)
    verb.external_seconds = _whole(round(seconds_of(external_timeout, "external_timeout")), "external_timeout", 1, 86_400)
    if tls not in ("off", "bootstrap", "mqtt", "both"):
        raise ValueError(f'tls: expected "off", "bootstrap", "mqtt" or "both", got {tls!r}')
    verb.tls = tls
    if not isinstance(external_address, str):
        raise TypeError(f"external_address: expected an IPv4 address, got {external_address!r}")
    verb.external_address = external_address
    verb.external_port = _whole(external_port, "external_port", 0, 65_532)
    return ConformReport(_core.conform(verb, progress))


def _names(value: Names, argument: str) -> List[str]:
    if value is None:
        return []
    names = [value] if isinstance(value, str) else list(value)
    if not all(isinstance(name, str) for name in names):
        raise TypeError(f"{argument}: expected a text or a list of texts, got {value!r}")
    return names


def _whole(value: int, argument: str, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{argument}: expected a whole number, got {value!r}")
    if not least <= value <= most:
        raise ValueError(f"{argument}: expected a whole number from {least} to {most}, got {value}")
    return value


def _scale(value: float) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"time_scale: expected a number, got {value!r}")
    if not 0.005 <= value <= 1:
        raise ValueError(f"time_scale: expected a number from 0.005 to 1, got {value}")
    return float(value)


def _file(path: Optional[Path], argument: str) -> str:
    if path is None:
        return ""
    try:
        return os.fspath(path)
    except TypeError as error:
        raise TypeError(f"{argument}: expected a file's name, got {path!r}") from error


def _verdict_of(tree: Mapping[str, Any]) -> Verdict:
    clause = tree["clause"]
    return Verdict(
        Requirement(tree["id"], tree["group"], tree["level"], tree["text"], clause["source"], clause["text"]),
        tree["verdict"],
        tree["reason"],
        tuple(Finding(one["expected"], one["actual"], one["at_seconds"]) for one in tree["findings"]),
        tree["standing"],
        tree["left_out"],
        tree["attempts"],
        tree["seconds"],
        tree["simulated_seconds"],
        tree["replay"],
        tree["timeline"],
    )

"""The report of a run: everything that its JSON has, as typed values, and the whole histograms."""

from __future__ import annotations

import json
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Dict, Mapping, Optional, Tuple

from fleetsim import _core, report_parts
from fleetsim.report_parts import (
    DeviceCounts,
    DeviceFailure,
    Distribution,
    Metric,
    ProfileOutcome,
    StepOutcome,
    ThresholdOutcome,
    Weather,
)

if TYPE_CHECKING:
    import pandas

Histogram = _core.Histogram


class Report:
    """What a run found out. Times are in seconds of the world's time. It does not change, and needs nothing of the run any more."""

    def __init__(self, result: "_core.RunResult") -> None:
        self._result = result

    @property
    def passed(self) -> bool:
        """The exit code is 0: every step, threshold, check and oracle holds, and the numbers are valid."""
        return self.exit_code == 0

    @property
    def verdict(self) -> str:
        """ "pass", "fail", "invalid" or "interrupted"."""
        return self._result.verdict

    @property
    def exit_code(self) -> int:
        """What ``fleetsim run`` ends with: 0 pass, 1 a check failed, 3 environment, 5 invalid, 99 threshold, 130 interrupted."""
        return self._result.exit_code

    @property
    def trace_hash(self) -> Optional[str]:
        """World virtual: 32 hexadecimal digits over everything on the wire; else None."""
        return self._result.trace_hash or None

    @property
    def scenario(self) -> str:
        """The scenario's name."""
        return str(self._tree["scenario"])

    @property
    def world(self) -> str:
        """ "virtual", "sockets" or "external"."""
        return str(self._tree["world"])

    @property
    def seed(self) -> int:
        """With the scenario it gives the same run in world virtual."""
        return int(self._tree["seed"])

    @property
    def limits(self) -> str:
        """The platform's: "documented", "unlimited" or "external"."""
        return str(self._tree["limits"])

    @property
    def shard(self) -> str:
        """Which part of the fleet it is about: "0/1" is all of it."""
        return str(self._tree["shard"])

    @property
    def vars(self) -> Dict[str, str]:
        """The scenario's variables as they were in force; those that went into secrets are not shown."""
        return dict(self._tree["vars"])

    @property
    def elapsed(self) -> float:
        """Seconds of the world's time."""
        return float(self._tree["elapsed_seconds"])

    @property
    def host_seconds(self) -> Optional[float]:
        """World virtual: what that took on this host; else None."""
        seconds = self._tree.get("host_seconds")
        return None if seconds is None else float(seconds)

    @cached_property
    def devices(self) -> DeviceCounts:
        """How many there are, and what became of them."""
        return DeviceCounts(**{key: self._tree["devices"][key] for key in DeviceCounts.__dataclass_fields__})

    @property
    def moves(self) -> int:
        """How often a device arrived where it was sent."""
        return int(self._tree["moves"])

    @cached_property
    def steps(self) -> Tuple[StepOutcome, ...]:
        """Every step of the scenario, in order."""
        return tuple(report_parts.step_of(one) for one in self._tree["steps"])

    @property
    def steps_failed(self) -> Tuple[str, ...]:
        """A line for each: "steps[2] wait_until moved: 998 of 1000 after 60 s"."""
        return tuple(self._tree["steps_failed"])

    @cached_property
    def thresholds(self) -> Tuple[ThresholdOutcome, ...]:
        """Every threshold of the scenario."""
        return tuple(ThresholdOutcome(**one) for one in self._tree["thresholds"])

    @property
    def violations(self) -> Tuple[str, ...]:
        """What oracles and checks saw that must not be."""
        return tuple(self._tree["violations"])

    @cached_property
    def failures(self) -> Tuple[DeviceFailure, ...]:
        """The first failures of devices; there are ``failures_total``."""
        return tuple(DeviceFailure(**one) for one in self._tree["failures"])

    @property
    def failures_total(self) -> int:
        """How many failures there were."""
        return int(self._tree["failures_total"])

    @cached_property
    def stranded(self) -> Tuple[DeviceFailure, ...]:
        """The first devices that never arrived, each with the reason; there are ``devices.stranded``."""
        return tuple(DeviceFailure(**one) for one in self._tree["stranded"])

    @cached_property
    def distribution(self) -> Tuple[Distribution, ...]:
        """What became of each `distribute`."""
        return tuple(report_parts.distribution_of(one) for one in self._tree["distribution"])

    @cached_property
    def profiles(self) -> Tuple[ProfileOutcome, ...]:
        """The same for each kind of firmware."""
        return tuple(report_parts.profile_of(one) for one in self._tree["profiles"])

    @cached_property
    def metrics(self) -> Mapping[str, Metric]:
        """By name: trends ("move_seconds": ``.total.p99``) and counters ("connects": ``.count``, ``.per_second``)."""
        return MappingProxyType(report_parts.metrics_of(self._tree["metrics"]))

    @cached_property
    def weather(self) -> Weather:
        """How the fleet came and went: peaks, how long it took to be back, how devices waited."""
        return report_parts.weather_of(self._tree["weather"])

    @property
    def generator(self) -> Dict[str, Any]:
        """How well this machine kept up, as in the JSON report."""
        return dict(self._tree["generator"])

    @property
    def faults(self) -> Dict[str, int]:
        """Fault -> how often it acted."""
        return dict(self._tree["faults"])

    @property
    def invariants(self) -> Dict[str, int]:
        """Invariant -> how often it had something to judge; empty when nobody asked for them."""
        return dict(self._tree.get("invariants", {}))

    @property
    def misbehaviour(self) -> Dict[str, int]:
        """The platform's rule -> how often it fired."""
        return dict(self._tree["misbehaviour"])

    @property
    def ledgers_not_compared(self) -> str:
        """Why connections, sessions and moves were not compared in the end; empty when they were."""
        return str(self._tree["ledgers_not_compared"])

    def histogram(
        self,
        metric: str,
        *,
        group: Optional[str] = None,
        region: Optional[str] = None,
        leg: Optional[str] = None,
        profile: Optional[str] = None,
        corrected: bool = True,
    ) -> Histogram:
        """The histogram of a trend ("move_seconds"), over all tags or those with these ("" is a region that is not known).

        ``corrected`` counts from when each was due, else from when it really began. ``numpy.asarray(histogram)`` are its counts
        (uint64, shape (n,), read only, not copied); the histogram outlives its report.
        Raises ValueError for a metric, group, region, leg or profile that the run does not have.
        """
        return self._result.histogram(metric, group, region, leg, profile, bool(corrected))

    def to_dict(self) -> Dict[str, Any]:
        """The JSON report (scenarios/report.schema.json) as plain values: a copy."""
        tree: Dict[str, Any] = json.loads(self._result.json())
        return tree

    def to_json(self) -> str:
        """The JSON report: what ``fleetsim run --json`` writes."""
        return self._result.json()

    def to_html(self) -> str:
        """One page with charts: what ``fleetsim run --html`` writes."""
        return self._result.html()

    def summary(self, *, color: bool = False) -> str:
        """The page of text that ``fleetsim run`` ends with; with ``color`` for a terminal."""
        return self._result.summary(bool(color))

    def weather_csv(self) -> str:
        """What happened over time: what ``fleetsim run --weather`` writes."""
        return self._result.weather_csv()

    def to_pandas(self) -> "Dict[str, pandas.DataFrame]":
        """Tables: "metrics", "series", "steps", "thresholds", "distribution", "profiles", "failures", "stranded", "weather".

        Raises ImportError where pandas is not installed.
        """
        from fleetsim.frames import frames_of

        return frames_of(self)

    @cached_property
    def _tree(self) -> Dict[str, Any]:
        return self.to_dict()

    def __repr__(self) -> str:
        trace = f", trace {self.trace_hash}" if self.trace_hash else ""
        return f"<Report of {self.scenario!r}: {self.verdict}, seed {self.seed}{trace}>"

    def __str__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        """For notebooks: the page in a frame of its own."""
        from html import escape

        return f'<iframe sandbox srcdoc="{escape(self.to_html())}" style="width:100%;height:40em;border:0"></iframe>'

"""What a report consists of: plain values, seconds throughout."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Optional, Tuple, Union


@dataclass(frozen=True)
class DeviceCounts:
    """At the end of the run. ``stranded`` is None when the platform's registry is out of reach."""

    total: int
    online: int
    moved: int
    stranded: Optional[int]
    stranded_expected: int


@dataclass(frozen=True)
class StepOutcome:
    """``outcome`` is "done", "failed", "cut short" or "not reached"; then there is no ``began`` and no ``ended`` (seconds)."""

    label: str
    outcome: str
    began: Optional[float]
    ended: Optional[float]
    why_failed: Tuple[str, ...]


@dataclass(frozen=True)
class ThresholdOutcome:
    """``value`` is None when there were no samples."""

    expression: str
    value: Optional[float]
    ok: bool


@dataclass(frozen=True)
class DeviceFailure:
    """A device ("pk/dn"), its group, and what became of it."""

    device: str
    group: str
    reason: str


@dataclass(frozen=True)
class Distribution:
    """One `distribute`: ``devices`` were handed over from ``source``, ``targets`` counts those that arrived, by instance."""

    job: str
    policy: str
    source: str
    devices: int
    failed: int
    jobs: Tuple[str, ...]
    targets: Dict[str, int]
    reasons: Dict[str, int]


@dataclass(frozen=True)
class Trend:
    """How long something took, in seconds. The whole histogram: ``Report.histogram(name)``."""

    count: int
    min: float
    avg: float
    p50: float
    p95: float
    p99: float
    max: float


@dataclass(frozen=True)
class Series:
    """A part of a metric: ``tags`` has "group", "region", "leg", "profile" where they are known. Of a counter ``trend`` is None."""

    tags: Dict[str, str]
    count: int
    trend: Optional[Trend]


@dataclass(frozen=True)
class TrendMetric:
    """From the moment when each was due; ``uncorrected`` from when it really began."""

    total: Trend
    uncorrected: Trend
    series: Tuple[Series, ...]


@dataclass(frozen=True)
class CounterMetric:
    """``per_second`` is from the first event to the last."""

    count: int
    per_second: float
    series: Tuple[Series, ...]


Metric = Union[TrendMetric, CounterMetric]


@dataclass(frozen=True)
class ProfileOutcome:
    """What became of the devices of one firmware profile; ``metrics`` as in the JSON report."""

    profile: str
    devices: DeviceCounts
    reasons: Dict[str, int]
    metrics: Dict[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Weather:
    """How the fleet came and went over time, as in the JSON report; its counts by time are ``Report.to_pandas()["weather"]``."""

    bucket_seconds: float
    fleet: Dict[str, Any] = field(repr=False)
    regions: Tuple[Dict[str, Any], ...] = field(repr=False)
    backoff: Tuple[Dict[str, Any], ...] = field(repr=False)
    projected: Dict[str, Any] = field(repr=False)


def trend_of(tree: Dict[str, Any]) -> Trend:
    return Trend(tree["count"], tree["min"], tree["avg"], tree["p50"], tree["p95"], tree["p99"], tree["max"])


def series_of(tree: Dict[str, Any]) -> Series:
    return Series(dict(tree["tags"]), tree["count"], trend_of(tree) if "buckets" in tree else None)


def metric_of(tree: Dict[str, Any], per_second: Optional[Dict[str, Any]]) -> Metric:
    series = tuple(series_of(one) for one in tree["series"])
    if per_second is None:
        return TrendMetric(trend_of(tree), trend_of(tree["uncorrected"]), series)
    return CounterMetric(tree["count"], per_second["value"], series)


def metrics_of(tree: Dict[str, Any]) -> Dict[str, Metric]:
    rates = {name for name in tree if name.endswith("_per_second") and "series" not in tree[name]}
    return {name: metric_of(one, tree.get(f"{name}_per_second")) for name, one in tree.items() if name not in rates}


def step_of(tree: Dict[str, Any]) -> StepOutcome:
    return StepOutcome(tree["label"], tree["outcome"], tree.get("began_seconds"), tree.get("ended_seconds"), tuple(tree["why_failed"]))


def distribution_of(tree: Dict[str, Any]) -> Distribution:
    return Distribution(
        tree["job"],
        tree["policy"],
        tree["source"],
        tree["devices"],
        tree["failed"],
        tuple(tree["jobs"]),
        dict(tree["targets"]),
        dict(tree["reasons"]),
    )


def profile_of(tree: Dict[str, Any]) -> ProfileOutcome:
    devices = tree["devices"]
    counts = DeviceCounts(devices["total"], devices["online"], devices["moved"], devices["stranded"], 0)
    return ProfileOutcome(tree["profile"], counts, dict(tree["reasons"]), tree["metrics"])


def weather_of(tree: Dict[str, Any]) -> Weather:
    return Weather(tree["bucket_seconds"], tree["fleet"], tuple(tree["regions"]), tuple(tree["backoff"]), tree["projected"])

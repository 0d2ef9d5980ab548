"""A report as pandas' tables; imported when somebody asks for them."""

from __future__ import annotations

import io
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Dict, List

import pandas

from fleetsim.report_parts import Metric, TrendMetric

if TYPE_CHECKING:
    from fleetsim.report import Report

_TIMES = ("min", "avg", "p50", "p95", "p99", "max")
_TAGS = ("group", "region", "leg", "profile")


def frames_of(report: "Report") -> Dict[str, pandas.DataFrame]:
    """Times are seconds. Of "metrics" and "series" a counter has no times, a trend no rate: NaN there."""
    metrics = [_metric_row(name, metric) for name, metric in report.metrics.items()]
    series = [row for name, metric in report.metrics.items() for row in _series_rows(name, metric)]
    weather = pandas.read_csv(io.StringIO(report.weather_csv()), keep_default_na=False)
    return {
        "metrics": pandas.DataFrame(metrics, columns=["metric", "count", "per_second", *_TIMES]).set_index("metric"),
        "series": pandas.DataFrame(series, columns=["metric", *_TAGS, "count", *_TIMES]),
        "steps": _frame(report.steps, ["label", "outcome", "began", "ended", "why_failed"]),
        "thresholds": _frame(report.thresholds, ["expression", "value", "ok"]),
        "distribution": _frame(report.distribution, ["job", "policy", "source", "devices", "failed", "jobs", "targets", "reasons"]),
        "profiles": pandas.DataFrame(
            [{"profile": one.profile, **asdict(one.devices)} for one in report.profiles], columns=["profile", "total", "online", "moved", "stranded"]
        ),
        "failures": _frame(report.failures, ["device", "group", "reason"]),
        "stranded": _frame(report.stranded, ["device", "group", "reason"]),
        "weather": weather,
    }


def _frame(rows: Any, columns: List[str]) -> pandas.DataFrame:
    return pandas.DataFrame([asdict(row) for row in rows], columns=columns)


def _metric_row(name: str, metric: Metric) -> Dict[str, Any]:
    if isinstance(metric, TrendMetric):
        return {"metric": name, **asdict(metric.total)}
    return {"metric": name, "count": metric.count, "per_second": metric.per_second}


def _series_rows(name: str, metric: Metric) -> List[Dict[str, Any]]:
    rows = []
    for one in metric.series:
        row: Dict[str, Any] = {"metric": name, **{tag: one.tags.get(tag, "") for tag in _TAGS}, "count": one.count}
        rows.append({**row, **asdict(one.trend)} if one.trend else row)
    return rows

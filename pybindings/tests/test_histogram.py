"""Histograms: their counts where they lie."""

from __future__ import annotations

import gc
from typing import Any, Callable

import pytest

import fleetsim as fs


def test_counts_are_looked_at_where_they_lie(small_report: fs.Report) -> None:
    import numpy

    histogram = small_report.histogram("move_seconds")
    first, second = numpy.asarray(histogram), numpy.asarray(histogram)
    assert first.dtype == numpy.uint64
    assert first.ndim == 1
    assert numpy.shares_memory(first, second)
    assert not first.flags.owndata and not first.flags.writeable
    assert first.sum() == histogram.count == 20
    # One series alone lies in the report itself: two histograms of it are one memory.
    again = numpy.asarray(small_report.histogram("move_seconds", group="meters"))
    assert numpy.shares_memory(first, again)


def test_a_view_outlives_histogram_and_report(small_scenario: Callable[..., fs.Scenario]) -> None:
    report = small_scenario(devices=5).run()
    histogram = report.histogram("connect_seconds")
    view = memoryview(histogram)
    total = histogram.count
    del report
    gc.collect()
    assert histogram.percentile(50) > 0
    del histogram
    gc.collect()
    [bytearray(1 << 20) for _ in range(50)]
    assert view.readonly
    assert (view.format, view.itemsize, view.ndim) in (("Q", 8, 1), ("L", 8, 1))
    assert sum(view) == total


def test_edges_bound_the_buckets(small_report: fs.Report) -> None:
    import numpy

    histogram = small_report.histogram("move_seconds")
    counts, edges = numpy.asarray(histogram), numpy.asarray(histogram.edges)
    assert len(edges) == len(counts) + 1 == len(histogram) + 1
    assert (numpy.diff(edges) > 0).all()
    filled = numpy.nonzero(counts)[0]
    assert edges[filled[0]] <= histogram.min < edges[filled[0] + 1]
    assert edges[filled[-1]] <= histogram.max < edges[filled[-1] + 1]
    assert histogram.buckets == [(edges[i], counts[i]) for i in filled]


def test_numbers_are_those_of_the_report(small_report: fs.Report) -> None:
    histogram = small_report.histogram("move_seconds")
    trend = small_report.metrics["move_seconds"]
    assert isinstance(trend, fs.TrendMetric)
    assert histogram.count == trend.total.count
    assert histogram.min == pytest.approx(trend.total.min)
    assert histogram.max == pytest.approx(trend.total.max)
    assert histogram.mean == pytest.approx(trend.total.avg)
    assert histogram.sum == pytest.approx(trend.total.avg * trend.total.count)
    for percent, value in ((50, trend.total.p50), (95, trend.total.p95), (99, trend.total.p99)):
        assert histogram.percentile(percent) == pytest.approx(value)
    assert histogram.percentile(0) == histogram.min
    assert histogram.percentile(100) == histogram.max
    assert histogram.clamped == 0


def test_tags_choose_series(small_scenario: Callable[..., fs.Scenario]) -> None:
    report = small_scenario(groups={"near": {"devices": 3}, "far": {"devices": {"count": 4, "prefix": "far-"}}}).run()
    assert report.histogram("move_seconds").count == 7
    assert report.histogram("move_seconds", group="far").count == 4
    assert report.histogram("move_seconds", group="far", profile="reference").count == 4
    assert report.histogram("move_seconds", corrected=False).count == 7
    by_region = [report.histogram("connect_seconds", region=region).count for region in ("cn-shanghai", "ap-southeast-1")]
    assert by_region == [7, 7]


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"metric": "connects"}, "no histogram.*move_seconds"),
        ({"metric": "no_such"}, "no_such.*move_seconds"),
        ({"metric": "move_seconds", "group": "lamps"}, "group.*lamps.*meters"),
        ({"metric": "move_seconds", "region": "mars"}, "region.*mars"),
        ({"metric": "move_seconds", "leg": "third"}, "leg.*third.*bootstrap, mqtt"),
        ({"metric": "move_seconds", "profile": "legacy"}, "profile.*legacy.*reference"),
    ],
)
def test_what_the_run_does_not_have_is_told(small_report: fs.Report, wrong: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        small_report.histogram(**wrong)


@pytest.mark.parametrize("percent", [-1, 100.1, float("nan")])
def test_percentiles_are_from_0_to_100(small_report: fs.Report, percent: float) -> None:
    with pytest.raises(ValueError, match="percentile"):
        small_report.histogram("move_seconds").percentile(percent)


def test_without_samples_it_is_empty(small_report: fs.Report) -> None:
    import numpy

    histogram = small_report.histogram("property_reply_seconds")
    assert (histogram.count, histogram.min, histogram.max, histogram.mean, histogram.percentile(50)) == (0, 0.0, 0.0, 0.0, 0.0)
    assert len(numpy.asarray(histogram)) == len(histogram)
    assert histogram.buckets == []

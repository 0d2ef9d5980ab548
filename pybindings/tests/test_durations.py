"""Durations, however they are said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fleetsim.durations import duration_text, seconds_of


@pytest.mark.parametrize(
    "value, seconds",
    [("30s", 30), ("1m30s", 90), ("1.5h", 5400), ("300ms", 0.3), ("5us", 5e-6), ("1h2m3s4ms5us", 3723.004005), ("0", 0), (2, 2), (0.25, 0.25),
     (timedelta(milliseconds=1500), 1.5)],
)  # fmt: skip
def test_seconds(value: Any, seconds: float) -> None:
    assert seconds_of(value) == pytest.approx(seconds)
    assert seconds_of(duration_text(value)) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "value", ["", "30", "s", "1s1m", "1s1s", "1.s", "-1s", "1 s", "1d", "1e3s", -1, float("inf"), float("nan"), timedelta(-1), 10**400]
)
def test_what_is_no_duration_is_refused_by_name(value: Any) -> None:
    with pytest.raises(ValueError, match="within"):
        seconds_of(value, "within")


@pytest.mark.parametrize("value", [None, True, [], b"1s"])
def test_what_can_be_none_is_of_the_wrong_type(value: Any) -> None:
    with pytest.raises(TypeError, match="within"):
        seconds_of(value, "within")

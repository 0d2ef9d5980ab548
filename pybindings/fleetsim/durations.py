"""Durations, as they are taken everywhere: "30s", 30, 30.0 or timedelta(seconds=30)."""

from __future__ import annotations

import math
import re
from datetime import timedelta
from typing import Optional, Union

Duration = Union[str, int, float, timedelta]

LONGEST_S = 1000 * 3600.0
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6}
_PART = re.compile(r"(\d+(?:\.\d+)?)(h|ms|us|m|s)")
_FORM = "a duration such as '300ms', '1m30s', 30 (seconds) or a timedelta"


def seconds_of(value: Duration, argument: str = "duration") -> float:
    """Seconds. ``argument`` names it in the TypeError or ValueError that wrong ones raise; below zero is wrong."""
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
    elif isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise TypeError(f"{argument}: expected {_FORM}, got {value!r}")
    elif isinstance(value, str):
        seconds = _seconds_of_text(value, argument)
    else:
        seconds = _number(value, argument)
    if not math.isfinite(seconds) or seconds < 0:
        raise ValueError(f"{argument}: expected {_FORM}, not below zero, got {value!r}")
    return seconds


def microseconds_of(value: Duration, argument: str) -> int:
    """Of a time that a world lets pass: 1,000 hours at most. Raises TypeError and ValueError, naming the argument."""
    seconds = seconds_of(value, argument)
    if seconds > LONGEST_S:
        raise ValueError(f"{argument}: expected at most 1000 hours, got {value!r}")
    return round(seconds * 1e6)


def microseconds_or_none(value: Optional[Duration], argument: str) -> Optional[int]:
    """The same, where None says that there is no such limit."""
    return None if value is None else microseconds_of(value, argument)


def _number(value: Union[int, float], argument: str) -> float:
    try:
        return float(value)
    except OverflowError:
        raise ValueError(f"{argument}: expected {_FORM}, got a number that is too large") from None


def _seconds_of_text(text: str, argument: str) -> float:
    if text == "0":
        return 0.0
    seconds, end, ranks = 0.0, 0, list(_UNITS)
    for part in _PART.finditer(text):
        if part.start() != end or part.group(2) not in ranks:
            break
        ranks = ranks[ranks.index(part.group(2)) + 1 :]
        seconds += float(part.group(1)) * _UNITS[part.group(2)]
        end = part.end()
    if not end or end != len(text):
        raise ValueError(f"{argument}: expected {_FORM}, got {text!r}")
    return seconds


def duration_text(value: Duration, argument: str = "duration") -> str:
    """As scenarios write it: "1.5s". Microseconds are the finest."""
    if isinstance(value, str):
        seconds_of(value, argument)
        return value
    microseconds = round(seconds_of(value, argument) * 1e6)
    whole, rest = divmod(microseconds, 1_000_000)
    if rest == 0:
        return f"{whole}s"
    if rest % 1000 == 0 and not whole:
        return f"{rest // 1000}ms"
    if not whole:
        return f"{rest}us"
    return f"{whole}.{rest:06d}".rstrip("0") + "s"

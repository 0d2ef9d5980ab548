"""Arrival models that are written in Python: they become the times of a scenario's executor `listed`."""

from __future__ import annotations

import itertools
from typing import Any, Callable, Dict, Iterable, List, Mapping

from fleetsim.durations import Duration, duration_text, seconds_of

ArrivalModel = Callable[[int], Iterable[Duration]]


def arrival_settings(model: ArrivalModel, settings: Mapping[str, Any]) -> Dict[str, Any]:
    """``executor`` and ``at`` of a group with these settings: ``model(n)`` gives n times from the group's start on, in any order."""
    if not callable(model):
        raise TypeError(f"arrivals: expected something to call with the number of devices, got {model!r}")
    for key in ("executor", "at", "rate", "stages", "duration", "startRate", "timeUnit"):
        if key in settings:
            raise ValueError(f"arrivals: it says when devices arrive, and so does {key}")
    count = _count(settings.get("devices"))
    times = model(count)
    if isinstance(times, (str, bytes)) or not isinstance(times, Iterable):
        raise TypeError(f"arrivals: expected {count} times, got {times!r}")
    listed: List[Duration] = list(itertools.islice(times, count + 1))  # it may have no end
    if len(listed) != count:
        many = "more" if len(listed) > count else str(len(listed))
        raise ValueError(f"arrivals: expected {count} times, one for each device, got {many}")
    seconds = sorted(seconds_of(_plain(one), f"arrivals[{i}]") for i, one in enumerate(listed))
    return {"executor": "listed", "at": [duration_text(one) for one in seconds]}


def _plain(value: Any) -> Any:
    """Numbers of numpy are numbers."""
    return value.item() if getattr(value, "shape", None) == () and callable(getattr(value, "item", None)) else value


def _count(devices: Any) -> int:
    count = devices.get("count") if isinstance(devices, Mapping) else devices
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise ValueError(f"arrivals: devices must be a number, and not a variable or a file's, got {devices!r}")
    return int(count)

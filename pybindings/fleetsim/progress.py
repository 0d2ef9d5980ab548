"""What a run says of itself while it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable


@dataclass(frozen=True)
class Progress:
    """``elapsed`` is in seconds of the world's time; rates are those since the last report."""

    elapsed: float
    step: str
    devices: int
    online: int
    moved: int
    connects_per_second: float
    publishes_per_second: float


def told(progress: Callable[[Progress], object]) -> Callable[[float, str, int, int, int, float, float], None]:
    """What the C++ side calls."""

    def tell(elapsed: float, step: str, devices: int, online: int, moved: int, connects: float, publishes: float) -> None:
        progress(Progress(elapsed, step, devices, online, moved, connects, publishes))

    return tell

"""Faults of links that are written in Python."""

from __future__ import annotations

from typing import Any, Dict, Iterable, Literal, Optional, Tuple, TypedDict, Union

from fleetsim._core import LinkPlace
from fleetsim.durations import Duration

OpeningFate = Union[None, Literal["refuse", "unanswered", "name_unknown"], Duration]
EndingFate = Optional[Tuple[Literal["reset", "close"], Duration]]


class SegmentFate(TypedDict, total=False):
    """What becomes of an attempt to carry a segment; several faults add up. Every word may be left out.

    delay: so much later. lost: it is sent again after a time-out, and faults are asked again. held: it vanishes until the link ends.
    bytes_per_second: a bound. slice_bytes, slice_delay: cut into pieces of this size, with that between them. close_delay: an orderly
    end of the stream arrives so much later. end, end_after_bytes: the link ends, behind so many bytes of this segment.
    """

    delay: Duration
    lost: bool
    held: bool
    bytes_per_second: int
    slice_bytes: int
    slice_delay: Duration
    close_delay: Duration
    end: Literal["reset", "close"]
    end_after_bytes: int


class CustomFault:
    """What goes wrong with links, in your own words: subclass it, and write those of ``opening``, ``segment``, ``ending`` that it has.

        class Mondays(fs.CustomFault):
            def opening(self, link):
                return "refuse" if link.index % 7 == 0 and link.now < 60 else None

        scenario.run(faults=[Mondays(groups=["meters"], leg="mqtt")])

    ``name`` is for ``heal`` and the report (default: the class's); the draws of ``toxicity`` depend on it. ``groups``, ``regions``,
    ``leg`` ("bootstrap", "mqtt", "both") and ``direction`` ("up", "down", "both"; of ``segment``) say where, ``toxicity`` (0.2 or
    "20%") to how many, each link drawn anew or, with ``per="device"``, always the same devices. ``from_`` and ``until`` or ``duration``
    say when, from the moment at which it is set.

    World virtual only, which then runs on one thread. A run is repeated exactly when the answers depend on the link, on
    ``link.random()`` and on what was asked before. An exception ends the run and comes out of it.
    """

    def __init__(
        self,
        *,
        name: Optional[str] = None,
        groups: Union[str, Iterable[str]] = (),
        regions: Union[str, Iterable[str]] = (),
        leg: Optional[Literal["bootstrap", "mqtt", "both"]] = None,
        direction: Optional[Literal["up", "down", "both"]] = None,
        toxicity: Union[float, str] = 1.0,
        per: Optional[Literal["link", "device"]] = None,
        from_: Duration = 0,
        until: Optional[Duration] = None,
        duration: Optional[Duration] = None,
    ) -> None:
        self.name = name
        self.groups = _names("groups", groups)
        self.regions = _names("regions", regions)
        self.leg = leg
        self.direction = direction
        self.toxicity = toxicity
        self.per = per
        self.from_ = from_
        self.until = until
        self.duration = duration

    def opening(self, link: LinkPlace) -> OpeningFate:
        """A device opens a link. None: nothing; "refuse"; "unanswered": its SYNs are lost; "name_unknown"; a duration: so much later."""
        return None

    def segment(self, link: LinkPlace, direction: str, size: int) -> Union[SegmentFate, Literal["lost", "held"], Duration, None]:
        """So many bytes go ``"up"`` or ``"down"``; 0: the end of the stream.

        None: nothing; "lost"; "held"; a duration: so much later; a ``SegmentFate``.
        """
        return None

    def ending(self, link: LinkPlace) -> EndingFate:
        """Whether a link must end though nothing is sent: None, or ``("reset", when)``, ``("close", when)``, in seconds of the run.

        Asked when the link is opened, and again whenever faults come and go: answer the same each time.
        """
        return None

    def _hooks(self) -> Tuple[str, ...]:
        return tuple(hook for hook in ("opening", "segment", "ending") if getattr(type(self), hook) is not getattr(CustomFault, hook))

    def _settings(self) -> Dict[str, Any]:
        keys = ("name", "groups", "regions", "leg", "direction", "toxicity", "per", "from_", "until", "duration")
        try:
            return {key: getattr(self, key) for key in keys}
        except AttributeError as error:
            raise TypeError(f"{type(self).__name__}: its __init__ does not call super().__init__()") from error


def _names(argument: str, names: Union[str, Iterable[str]]) -> Union[str, Tuple[str, ...]]:
    if isinstance(names, str):
        return names
    if not isinstance(names, Iterable):
        raise TypeError(f"{argument}: expected names, got {names!r}")
    return tuple(names)

"""Checks: Python that watches a run and says what must not be."""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Sequence, Tuple, TypeVar, Union

from fleetsim import _core
from fleetsim.arguments import check_callable, refuse_awaitable
from fleetsim.timeline import Timeline

Kinds = Union[str, Sequence[str], None]
Event = _core.Event
CheckFunction = Callable[[Event], object]
AnyCheck = TypeVar("AnyCheck", bound=Callable[..., object])

# What people say, and what the event stream calls it.
_OTHER_NAMES = {"moved": "committed", "online": "connected", "offline": "connection_lost"}
_MARK = "__fleetsim_check_on__"


class CheckFailed(AssertionError):
    """A check did not hold. The run has ended there; nothing after it counts.

    Attributes: ``seed``; ``event`` (what was being looked at); ``replay``, the line that shows the same again, or why there is none;
    ``timeline`` of the event's device, or None when it was not recorded.
    """

    def __init__(self, what: str, *, seed: int, event: Optional[Event], replay: str, timeline: Optional[Timeline]) -> None:
        self.what = what
        self.seed = seed
        self.event = event
        self.replay = replay
        self.timeline = timeline
        self.is_told_elsewhere = False  # a test's report tells the timeline in a section of its own
        super().__init__(what)

    def __str__(self) -> str:
        lines = [self.what, f"  seed    {self.seed}"]
        if self.event is not None:
            lines.append(f"  event   {self.event!r}")
        lines.append(f"  replay  {self.replay}")
        if self.timeline is not None and not self.is_told_elsewhere:
            lines.append(self.timeline.text.rstrip())
        return "\n".join(lines)


def event_kinds() -> Tuple[str, ...]:
    """All kinds of events that a check may be about; "moved", "online" and "offline" stand for "committed", "connected" and
    "connection_lost"."""
    return tuple(dict.fromkeys(_core.event_kinds()))  # both sides have a few


def kinds_of(on: Kinds, argument: str = "on") -> List[str]:
    """Their names in the event stream. None: all kinds. Raises TypeError, and ValueError for a kind that is none, naming the argument."""
    if on is None:
        return []
    wanted: Any = [on] if isinstance(on, str) else on
    if not isinstance(wanted, (list, tuple, set, frozenset)) or not all(isinstance(one, str) for one in wanted):
        raise TypeError(f"{argument}: expected a kind of event, several, or None for all, got {on!r}")
    kinds: List[str] = [_OTHER_NAMES[one] if one in _OTHER_NAMES else one for one in wanted]
    for kind in kinds:
        if kind not in event_kinds():
            raise ValueError(f"{argument}: no kind of event {kind!r}; there are {', '.join(event_kinds())}")
    return kinds


def check(on: Kinds = "moved") -> Callable[[AnyCheck], AnyCheck]:
    """Mark a function as a check for ``Scenario.run(checks=[...])``: it is called with each Event of these kinds.

    It may raise AssertionError (``assert``): then the run ends, and CheckFailed comes out of it. Any other exception ends the run too,
    and comes out as it is. It answers at once: coroutines are refused (TypeError). It must not wait for a world whose own callbacks wait
    for this run: both would wait for ever. In world virtual checks are called between two moments of simulated time, in an order that the seed decides
    and the number of threads does not change.
    """
    kinds = kinds_of(on)

    def mark(function: AnyCheck) -> AnyCheck:
        check_callable("check", function)
        setattr(function, _MARK, kinds)
        return function

    return mark


def kinds_marked(function: Callable[..., object]) -> List[str]:
    """What a check is about: as ``check`` says, or moves."""
    marked: Any = getattr(function, _MARK, None)
    return list(marked) if marked is not None else kinds_of("moved")


def asserted(function: Callable[..., object], seed: int) -> Callable[[Event], None]:
    """What is called with each event in its place: an assertion that does not hold is a CheckFailed."""

    def heard(event: Event) -> None:
        try:
            answer = function(event)
            if answer is not None:
                refuse_awaitable("checks", function, answer)
        except CheckFailed:
            raise
        except AssertionError as error:
            raise CheckFailed(words_of(function, error), seed=seed, event=event, replay="", timeline=None) from error

    return heard


def words_of(function: Callable[..., object], error: AssertionError) -> str:
    """What is told of a check that did not hold."""
    name = getattr(function, "__name__", repr(function))
    return f"check {name}: {error}" if str(error) else f"check {name} does not hold"

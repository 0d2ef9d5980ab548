"""Events of an open world, one after the other, as they come."""

from __future__ import annotations

import weakref
from collections import deque
from types import TracebackType
from typing import TYPE_CHECKING, Callable, Deque, Iterator, List, Optional, Type

from fleetsim.checks import Event

if TYPE_CHECKING:
    from fleetsim.world import World

QUEUED_MAX = 100_000  # events that wait for whoever iterates
TURN_US = 50_000  # time passes in turns of at most so many microseconds


class Events(Iterator[Event]):
    """What ``World.events`` gives: an iterator that lets time pass while no event is there. It is a context manager, too.

    Events count from the moment at which it was made, also those that come while other orders let time pass. It ends (StopIteration)
    when ``timeout`` of the world's time has passed without an event, when the run is over, or by ``close()``. At most 100,000 events
    wait: then those that wait are still given, and RuntimeError says that more were lost.
    """

    def __init__(
        self, world: "World", kinds: List[str], timeout: Optional[int], side: str = "", noticed: Optional[Callable[[], None]] = None
    ) -> None:
        self._world = world
        self._side = side  # only that side's; empty: both
        self._timeout = timeout
        self._waiting: Deque[Event] = deque()
        self._is_over = False
        self._has_lost = False
        self._ear = _Ear(self, world, noticed)
        self._ear.number = world._core.listen(kinds, self._ear)

    def __iter__(self) -> "Events":
        return self

    def __next__(self) -> Event:
        deadline: Optional[int] = None
        while True:
            event = self._taken()
            if event is not None:
                return event
            if self._is_over or self._world.closed:
                self.close()
                raise StopIteration
            turn = TURN_US
            if self._timeout is not None:
                now = self._world._microseconds()
                deadline = now + self._timeout if deadline is None else deadline
                if now >= deadline:
                    self.close()
                    raise StopIteration
                turn = min(turn, deadline - now)
            self._is_over = not self._world._core.step(turn)  # what came at its last moment is still given

    def _taken(self) -> Optional[Event]:
        """The next one that is there; None: time has to pass. Raises RuntimeError at the place where events are missing."""
        if self._waiting:
            return self._waiting.popleft()
        if self._has_lost:
            self.close()
            raise RuntimeError(f"events were lost: {QUEUED_MAX} waited and nobody took them; ask for fewer kinds (on=), or take them sooner")
        return None

    def _hear(self, event: Event) -> None:
        if self._side and event.side != self._side:
            return
        if len(self._waiting) < QUEUED_MAX:
            self._waiting.append(event)
        elif not self._has_lost:
            self._has_lost = True
            self._ear.leave()

    def close(self) -> None:
        """It ends here: what waits is dropped, and nothing more is collected."""
        self._is_over = True
        self._has_lost = False
        self._waiting.clear()
        self._ear.leave()

    def __enter__(self) -> "Events":
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        self.close()


class _Ear:
    """What C++ calls. It keeps neither the iterator nor the world alive, and leaves when the iterator is gone."""

    def __init__(self, events: Events, world: "World", noticed: Optional[Callable[[], None]]) -> None:
        self._events = weakref.ref(events)
        self._world = weakref.ref(world)
        self._noticed = noticed
        self.number: Optional[int] = None

    def __call__(self, event: Event) -> None:
        events = self._events()
        if events is None:
            self.leave()
            return
        events._hear(event)
        if self._noticed is not None:
            self._noticed()

    def leave(self) -> None:
        """Nothing is told any more."""
        number, self.number = self.number, None
        world = self._world()
        if number is not None and world is not None:
            world._core.leave(number)

"""Events of an AsyncWorld, for `async for`."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, AsyncIterator, List, NamedTuple, Optional, Set

from fleetsim.checks import Event
from fleetsim.events import TURN_US, Events

if TYPE_CHECKING:
    from fleetsim.aio import AsyncWorld


class Turn(NamedTuple):
    """A bit of the world's time that has passed; times in microseconds."""

    begin: int
    end: int
    goes_on: bool


class Turns:
    """Lets time pass for all iterators of a world together: each turn is an order like any other, of 50 ms at most."""

    def __init__(self, world: "AsyncWorld") -> None:
        self._world = world
        self._ordered: "Optional[Future[Turn]]" = None
        self._under_way: "Optional[asyncio.Future[Turn]]" = None
        self._waiting = 0

    def _take_one(self) -> Turn:
        world = self._world.sync
        begin = world._microseconds()
        goes_on = world._core.step(TURN_US)
        return Turn(begin, world._microseconds(), goes_on)

    async def wait(self, news: asyncio.Event) -> Optional[Turn]:
        """Until there is news, or a turn is over; that turn. Raises what it raises."""
        if self._under_way is None or self._under_way.done():
            self._ordered = self._world._thread.submit(self._take_one)
            self._under_way = asyncio.wrap_future(self._ordered)
        ordered, under_way = self._ordered, self._under_way
        assert ordered is not None
        heard = asyncio.ensure_future(news.wait())
        self._waiting += 1
        try:
            both: "Set[asyncio.Future[Any]]" = {under_way, heard}
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if not under_way.done() and ordered.running():
                await asyncio.wait({under_way})  # it is at its end: what comes next begins when it is over
        finally:
            heard.cancel()
            self._waiting -= 1
            if not self._waiting and not under_way.done():
                under_way.cancel()  # behind another order: nobody needs it any more
        return under_way.result() if under_way.done() and not under_way.cancelled() else None


class AsyncEvents(AsyncIterator[Event]):
    """What ``AsyncWorld.events`` gives. It ends when ``timeout`` of the world's time has passed without an event, when the run is over
    or the world is closed, or by ``close()``. Raises what lets time pass raises, and RuntimeError when more than 100,000 events waited."""

    def __init__(self, world: "AsyncWorld", kinds: List[str], timeout: Optional[int], side: str) -> None:
        self._world = world
        self._timeout = timeout
        self._news = asyncio.Event()
        self._is_over = False
        loop = asyncio.get_running_loop()
        news = self._news  # what the world keeps must not keep this alive

        def noticed() -> None:
            try:
                loop.call_soon_threadsafe(news.set)
            except RuntimeError:  # the loop is closed, and nobody iterates any more
                pass

        sync = world.sync
        self._listening: "Future[Events]" = world._thread.submit(lambda: Events(sync, kinds, None, side, noticed))

    def __aiter__(self) -> "AsyncEvents":
        return self

    async def __anext__(self) -> Event:
        events = await asyncio.shield(asyncio.wrap_future(self._listening))
        deadline: Optional[int] = None
        while True:
            self._news.clear()
            event = events._taken()
            if event is not None:
                return event
            if self._is_over or self._world.closed:
                raise StopAsyncIteration
            turn = await self._turn()
            if turn is None or events._waiting:
                continue
            self._is_over = not turn.goes_on
            if self._timeout is not None:
                deadline = turn.begin + self._timeout if deadline is None else deadline
                if turn.end >= deadline:
                    await self.close()

    async def _turn(self) -> Optional[Turn]:
        try:
            return await self._world._turns.wait(self._news)
        except RuntimeError:
            if self._world.closed:  # meanwhile
                return None
            raise

    async def close(self) -> None:
        """It ends here: what waits is dropped, and nothing more is collected."""
        self._is_over = True
        if self._world.closed:
            return
        events = await asyncio.shield(asyncio.wrap_future(self._listening))
        await self._world.call(events.close)

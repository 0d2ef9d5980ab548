"""An open world for asyncio: its orders are carried out on a thread of its own, and the event loop goes on meanwhile."""

from __future__ import annotations

import asyncio
import functools
import threading
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Optional, Sequence, Set, Type, TypeVar, Union

from fleetsim.aio_events import AsyncEvents, Turns
from fleetsim.aio_orders import AsyncFleet, AsyncPlatform
from fleetsim.arguments import check_callable
from fleetsim.behaviour import DeviceBehaviour
from fleetsim.checks import Event, Kinds, kinds_of
from fleetsim.custom_fault import CustomFault
from fleetsim.durations import Duration, microseconds_of, microseconds_or_none
from fleetsim.events import TURN_US
from fleetsim.parts import Fault
from fleetsim.report import Report
from fleetsim.scenario import Path, Scenario
from fleetsim.world import World

if TYPE_CHECKING:
    from typing_extensions import ParamSpec

    _Arguments = ParamSpec("_Arguments")

Result = TypeVar("Result")
AnyFunction = TypeVar("AnyFunction", bound=Callable[[Event], object])


class AsyncWorld:
    """A world that an event loop drives, and that does not block it::

        async with fs.AsyncWorld(scenario) as world:
            await world.fleet.bring_online()
            await world.platform.distribute(source="iot-a", to="iot-b")
            await world.run_until(world.fleet.all_moved, within="30s")

    Arguments are those of ``World``, and the world is the same: ``world.sync`` is it. On sockets its platform serves whoever comes, such
    as devices that live on this very loop.

    **One order at a time**, in the order in which they were given, on a thread of the world's own; predicates and checks are called on
    the run's thread. ``await world.call(function, ...)`` has any function carried out there. What ``world.sync`` has can be used directly,
    too, but then the loop waits for the order that is under way. Checks of two worlds must not wait for each other (see ``World``).

    **Cancellation** of ``run_until``, ``run_for`` and ``events`` ends the wait at once; the world stays as it is and can be used on. Other
    orders, once begun, go on to their end, and what is ordered next waits for it (each has a timeout). Whoever leaves ``async with``
    by an exception while an order is under way stops the world, so that nobody waits for it.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        seed: Optional[int] = None,
        threads: Optional[int] = None,
        kind: Optional[str] = None,
        record: Union[int, str, None] = "auto",
        faults: Sequence[Union[Fault, CustomFault, Mapping[str, Any], str]] = (),
        behaviours: Optional[Mapping[str, Callable[[], DeviceBehaviour]]] = None,
    ) -> None:
        if not isinstance(scenario, Scenario):
            raise TypeError(f"scenario: expected a Scenario, got {type(scenario).__name__}")
        self._open_world = functools.partial(
            World, scenario, seed=seed, threads=threads, kind=kind, record=record, faults=faults, behaviours=behaviours
        )
        self._scenario = scenario
        self._world: Optional[World] = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="fleetsim")
        self._under_way = 0
        self._waits: Set[threading.Event] = set()
        self._turns = Turns(self)

    # Open and closed.

    async def open(self) -> "AsyncWorld":
        """What ``async with`` does first. Raises as the constructor of World does, and RuntimeError the second time."""
        if self._world is not None:
            raise RuntimeError("the world was opened already")
        opening = asyncio.ensure_future(self._submit(self._open_world))
        try:
            self._world = await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(lambda done: None if done.cancelled() or done.exception() else self._thread.submit(done.result().close))
            raise
        return self

    async def close(self) -> Report:
        """The run is over: waits and iterators end, what is under way is carried out, devices say good-bye. Again: the same report."""
        for ended in list(self._waits):
            ended.set()
        closing = asyncio.ensure_future(self._submit(self.sync.close))
        try:
            report: Report = await asyncio.shield(closing)
        except asyncio.CancelledError:
            self.stop()
            await asyncio.wait({closing})
            raise
        return report

    def stop(self) -> None:
        """As ``World.stop``: from any thread, without waiting."""
        self.sync.stop()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self.sync.closed

    async def __aenter__(self) -> "AsyncWorld":
        return await self.open()

    async def __aexit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        if kind is None:
            await self.close()
            return
        if self._under_way:
            self.stop()
        try:
            await self.close()
        except Exception:  # pylint: disable=broad-except  # the one that is under way tells more
            pass

    # Orders.

    async def call(self, function: "Callable[_Arguments, Result]", /, *args: "_Arguments.args", **kwargs: "_Arguments.kwargs") -> Result:
        """Have a function carried out on the world's thread, when what was ordered before is done: ``await world.call(device.power_off)``."""
        return await self._submit(functools.partial(function, *args, **kwargs))

    async def _submit(self, work: Callable[[], Result]) -> Result:
        self._under_way += 1
        carried_out = self._thread.submit(work)
        loop = asyncio.get_running_loop()

        def done(_: object) -> None:
            try:
                loop.call_soon_threadsafe(self._done)
            except RuntimeError:  # the loop is closed, and nobody asks any more
                pass

        carried_out.add_done_callback(done)
        return await asyncio.wrap_future(carried_out)

    def _done(self) -> None:
        self._under_way -= 1

    async def perform(self, step: Union[str, Dict[str, Any]]) -> None:
        """As ``World.perform``."""
        await self.call(self.sync.perform, step)

    async def inject(self, fault: Union[Fault, CustomFault, str], **settings: Any) -> str:
        """As ``World.inject``."""
        return await self.call(self.sync.inject, fault, **settings)

    async def heal(self, *names: str) -> None:
        """As ``World.heal``."""
        await self.call(self.sync.heal, *names)

    # Time.

    async def now(self) -> float:
        """Seconds since the run began."""
        return await self.call(lambda: self.sync.now)

    async def run_for(self, duration: Duration) -> None:
        """As ``World.run_for``."""
        microseconds = microseconds_of(duration, "duration")
        world = self.sync

        def pass_time(asked: Callable[[], object]) -> None:
            end = world._microseconds() + microseconds
            world._core.run_until(asked, microseconds, TURN_US)
            world._goes_on(world._microseconds() >= end)

        await self._wait(lambda: False, pass_time)

    async def run_until(self, predicate: Callable[[], object], within: Duration, every: Duration = "50ms") -> None:
        """As ``World.run_until``; the predicate is called on the run's thread, and is no coroutine."""
        check_callable("predicate", predicate)
        world = self.sync
        await self._wait(predicate, lambda asked: world.run_until(asked, within, every))

    async def _wait(self, predicate: Callable[[], object], run: Callable[[Callable[[], object]], None]) -> None:
        """Time passes until the predicate holds, or nobody waits for it any more."""
        if self.closed:
            raise RuntimeError("the world is closed")
        ended = threading.Event()

        def asked() -> object:
            if ended.is_set():
                raise _Ended
            return predicate()

        asked.__qualname__ = getattr(predicate, "__qualname__", repr(predicate))
        self._waits.add(ended)
        try:
            await self._submit(functools.partial(run, asked))
        except _Ended:
            raise RuntimeError("the world is closed") from None
        finally:
            ended.set()
            self._waits.discard(ended)

    # Who watches.

    def events(self, on: Kinds = None, timeout: Optional[Duration] = None) -> AsyncEvents:
        """``async for event in world.events(on="moved", timeout="5s")``: as ``World.events``, for the loop. Time passes while it waits; when
        another order lets time pass meanwhile, its events are given as they come. ``timeout`` is kept to 50 ms."""
        return self._events(kinds_of(on), timeout)

    def _events(self, kinds: List[str], timeout: Optional[Duration], side: str = "") -> AsyncEvents:
        return AsyncEvents(self, kinds, microseconds_or_none(timeout, "timeout"), side)

    async def check(self, function: AnyFunction, on: Kinds = "moved") -> AnyFunction:
        """As ``World.check``; ``function`` is called on the run's thread, and is no coroutine."""
        check_callable("function", function)
        return await self.call(self.sync.check(on), function)

    # What is in it.

    @property
    def sync(self) -> World:
        """The world itself. Raises RuntimeError before it is open."""
        if self._world is None:
            raise RuntimeError("the world is not open: async with AsyncWorld(...) as world")
        return self._world

    @property
    def scenario(self) -> Scenario:
        """The one that it is opened with."""
        return self._scenario

    @property
    def seed(self) -> int:
        """The one that decides."""
        return self.sync.seed

    @property
    def kind(self) -> str:
        """"virtual" or "sockets"."""
        return self.sync.kind

    @property
    def fleet(self) -> AsyncFleet:
        """All devices."""
        return AsyncFleet(self, self.sync.fleet)

    @property
    def platform(self) -> AsyncPlatform:
        """The platform that they meet."""
        return AsyncPlatform(self, self.sync.platform)

    # Again.

    async def save_replay(self, path: Path) -> Scenario:
        """As ``World.save_replay``."""
        return await self.call(self.sync.save_replay, path)

    def __repr__(self) -> str:
        return f"<AsyncWorld of {self._scenario.name!r}, {'not open' if self._world is None else 'closed' if self.closed else 'open'}>"


class _Ended(Exception):
    """Nobody waits for this any more."""

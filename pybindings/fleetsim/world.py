"""A world that stays open: a fleet and its platform, one order at a time."""

from __future__ import annotations

import atexit
import weakref
from types import TracebackType
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple, Type, TypeVar, Union

from fleetsim import _core
from fleetsim.arguments import answering_at_once, check_callable, devices_recorded, own_behaviours, refuse_awaitable
from fleetsim.behaviour import DeviceBehaviour
from fleetsim.checks import CheckFailed, Event, Kinds, kinds_of, words_of
from fleetsim.custom_fault import CustomFault
from fleetsim.durations import Duration, microseconds_of, microseconds_or_none, seconds_of
from fleetsim.events import Events
from fleetsim.fleet import Device, Fleet
from fleetsim.journal import Journal
from fleetsim.parts import Fault
from fleetsim.platform import Platform
from fleetsim.problems import ScenarioError, sorted_out
from fleetsim.replay import replay_line, save_replay
from fleetsim.report import Report
from fleetsim.scenario import Path, Scenario, check_run_arguments, sorted_faults
from fleetsim.trees import plain_tree
from fleetsim.yaml_text import yaml_text

# Those that nobody has closed when Python ends: their threads could not call it any more.
_open: "weakref.WeakSet[World]" = weakref.WeakSet()

AnyFunction = TypeVar("AnyFunction", bound=Callable[[Event], object])


class StepFailed(AssertionError):
    """An order did not come to what it should: devices that are not online in time, a job that the platform refused."""


class World:
    """The world of a scenario, held open: its groups, platform, faults and network, but not its steps. Those are yours::

        with fs.World(scenario, seed=1) as world:
            world.fleet.bring_online()
            world.platform.distribute(world.fleet, source="iot-a", to="iot-b")
            world.run_until(world.fleet.all_moved, within="30s")

    In world virtual time stands still between two orders, and the seed decides all that happens; on sockets it goes on. ``seed``,
    ``faults`` and ``behaviours`` are as for ``Scenario.run``. ``threads`` (0: one a core) and ``kind`` ("virtual",
    "sockets") replace the scenario's. ``record`` says of how many devices, from the first, the wire is kept for ``Device.timeline()``: a
    number, "all" or None; by default all of a fleet of at most 1,000.

    A world belongs to the process that opened it. Threads may share one; each order waits for the one before. **Two worlds must not wait
    for each other in callbacks**: when a check of one orders something of the other while that one's check looks at the first, both wait
    for ever. Raises RunError when the machine does not allow it, ScenarioError, TypeError, ValueError. After ``close()`` everything but
    the report raises RuntimeError.
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
        check_run_arguments(seed, threads, kind, "kind")
        if scenario.world == "external":
            raise ValueError("scenario: world external has its platform elsewhere, and cannot be held open: use Scenario.run")
        listed, own = sorted_faults(faults)
        firmware = own_behaviours(behaviours)
        if listed:
            scenario = scenario.replace(faults=[*scenario.to_dict().get("faults", ()), *listed])
        self._scenario = scenario
        self._journal = Journal(scenario.groups)
        self._report: Optional[Report] = None
        self._told: List[str] = []  # violations that an exception has told already
        self._is_stopped = False  # by stop()
        self._core = _core.World(scenario._core_scenario, seed, threads, kind or "", devices_recorded(record, scenario.devices), own, firmware)
        if own or firmware:
            self._journal.cannot("it has faults or behaviours that are written in Python")
        _open.add(self)
        self._names = {one.get("name", one.get("kind")) if isinstance(one, dict) else one for one in scenario.to_dict().get("faults") or ()}
        self._fleet = Fleet(self, tuple(self._core.groups()))
        self._platform = Platform(self)

    # Time.

    @property
    def now(self) -> float:
        """Seconds since the run began."""
        return self._core.now()

    def run_for(self, duration: Duration) -> None:
        """Let so much time of the world pass. Raises what a check raised meanwhile, KeyboardInterrupt, TimeoutError when the scenario's
        duration_max is over."""
        self._goes_on(self._core.run_for(microseconds_of(duration, "duration")))

    def run_until(self, predicate: Callable[[], object], within: Duration, every: Duration = "50ms") -> None:
        """Let time pass until ``predicate()`` is true, which is asked now and then: first at once, then each time ``every`` has passed.

        Raises TimeoutError when it is not within that time, and what the predicate raises.
        """
        __tracebackhide__ = True  # pytest shows whose call it was
        check_callable("predicate", predicate)
        asked = answering_at_once("predicate", predicate)
        if not self._core.run_until(asked, microseconds_of(within, "within"), max(1, microseconds_of(every, "every"))):
            self._goes_on(not self._core.is_stopped)
            name = getattr(predicate, "__qualname__", repr(predicate))
            raise TimeoutError(f"{name} does not hold after {seconds_of(within, 'within'):g} s (now {self.now:g} s); {self._fleet.summary()}")

    def step(self, at_most: Duration = "50ms") -> float:
        """Let time pass until something has happened somewhere, but not longer. Returns the time."""
        self._goes_on(self._core.step(max(1, microseconds_of(at_most, "at_most"))))
        return self.now

    def _goes_on(self, still: bool) -> None:
        if still:
            return
        if self._core.is_stopped:
            raise RuntimeError("the run has ended, by what a check raised or by Ctrl-C: no time passes any more")
        why = self._core.why_over()
        if why and "duration_max" not in why:
            raise RuntimeError(f"the run has ended ({why}): no time passes any more (now {self.now:g} s)")
        raise TimeoutError(f"the scenario's duration_max is over (now {self.now:g} s)")

    # What is in it.

    @property
    def scenario(self) -> Scenario:
        """The one that it was opened with."""
        return self._scenario

    @property
    def seed(self) -> int:
        """The one that decides."""
        return self._core.seed

    @property
    def kind(self) -> str:
        """"virtual" or "sockets"."""
        return self._core.kind

    @property
    def fleet(self) -> Fleet:
        """All devices."""
        return self._fleet

    @property
    def platform(self) -> Platform:
        """The platform that they meet."""
        return self._platform

    # What goes wrong.

    def inject(self, fault: Union[Fault, CustomFault, str], **settings: Any) -> str:
        """A fault from now on: ``inject(Fault("latency", latency="100ms"))`` or ``inject("latency", latency="100ms")``; ``name`` is
        what ``heal`` calls it by (default: its kind), and is returned. Raises ScenarioError for settings that there are not."""
        if isinstance(fault, CustomFault) and not settings:
            with self._journal.cannot_unless_refused(self._core, "a fault that is written in Python was injected"):
                name = self._core.inject(fault)
            self._names.add(name)
            return name
        if isinstance(fault, str):
            fault = Fault(fault, **settings)
        elif not isinstance(fault, Fault) or settings:
            raise TypeError(f"fault: expected a Fault, or its kind and settings, got {fault!r}")
        tree = fault.to_dict()
        if tree.get("name") is None:
            tree["name"] = self._free_name(fault.kind)
        self.perform({"inject": tree})
        return str(tree["name"])

    def _free_name(self, kind: str) -> str:
        name, number = kind, 1
        while name in self._names:
            number += 1
            name = f"{kind}-{number}"
        return name

    def heal(self, *names: str) -> None:
        """Faults and misbehaviours of these names are over; of none: all."""
        settings: Dict[str, Any] = {"must_have_fired": False}
        if names:
            settings["names"] = list(names)
        self.perform({"heal": settings})

    # Orders.

    def perform(self, step: Union[str, Dict[str, Any]]) -> None:
        """One step as scenarios have them: ``perform({"sleep": "5s"})``, ``perform("sleep: 5s")``, ``perform("bring_online")``; see
        scenarios/REFERENCE.md. Variables are not filled in: "${" stands for itself.

        Raises ScenarioError when it is none, StepFailed when it did not come to what it should; what was wrong is in the report, too.
        """
        __tracebackhide__ = True
        tree = _step_of(step)
        if tree == "end_run" or (isinstance(tree, dict) and "end_run" in tree):
            raise ValueError("step: end_run is for scenarios; an open world ends by close()")
        begin, mark, begun = self._microseconds(), self._journal.mark(), self._core.orders_begun
        try:
            failures, violations, raw = self._core.perform(yaml_text(tree))
        except BaseException:
            if self._core.orders_begun != begun:  # or it was refused
                self._journal.cannot("a step was cut short by what was raised meanwhile")
            raise
        errors, _ = sorted_out(raw)
        if errors:
            raise ScenarioError(errors)
        self._journal.step(begin, self._microseconds(), tree, self._started_by(tree), mark)
        if isinstance(tree, dict) and "inject" in tree:
            fault = tree["inject"]
            self._names.add(fault.get("name", fault.get("kind")) if isinstance(fault, dict) else fault)
        if failures or violations:
            self._told += violations
            raise StepFailed("\n".join([*failures, *violations]))
        if self._core.why_over():
            self._goes_on(False)  # the step was cut short

    def _started_by(self, step: Union[str, Dict[str, Any]]) -> Sequence[str]:
        if step == "bring_online":
            return self._scenario.groups
        if not isinstance(step, dict) or "bring_online" not in step:
            return ()
        settings: Dict[str, Any] = step["bring_online"] or {}
        groups = settings.get("groups") or self._scenario.groups
        return [groups] if isinstance(groups, str) else groups

    def _begin_arrivals(self, groups: List[str]) -> float:
        tree, at = self._scenario.to_dict()["groups"], self._microseconds()
        last = self._core.begin_arrivals(groups)
        for group in groups:
            if tree[group].get("startTime"):
                self._journal.cannot(f"group {group} has a start time of its own, and was started later")
        self._journal.arrivals(at, [group for group in groups if not tree[group].get("behind")])
        return last

    def _microseconds(self) -> int:
        return round(self.now * 1e6)

    # Who watches.

    def check(self, on: Kinds = "moved") -> Callable[[AnyFunction], AnyFunction]:
        """Decorate a function that is called with each Event of these kinds from now on, between two moments of the run::

            @world.check(on="moved")
            def only_once(event):
                assert event.device not in seen

        What it asserts and does not hold ends the run: CheckFailed comes out of whatever lets time pass. So does any other exception,
        as it is. It may look at the world, and give orders that take no time; of devices that say good-bye when the world is closed it
        hears as well, but then orders are refused. It answers at once: coroutines are refused (TypeError).
        It must not wait for another world whose callbacks wait for this one: both would wait for ever.
        """
        kinds = kinds_of(on)
        this = weakref.ref(self)  # what C++ holds must not keep the world alive

        def begin(function: AnyFunction) -> AnyFunction:
            check_callable("check", function)

            def heard(event: Event) -> None:
                __tracebackhide__ = True
                try:
                    answer = function(event)
                    if answer is not None:
                        refuse_awaitable("check", function, answer)
                except CheckFailed:
                    raise
                except AssertionError as error:
                    world = this()
                    if world is None:
                        raise
                    raise world._failed(words_of(function, error), event) from error

            self._core.listen(kinds, heard)
            return function

        return begin

    def events(self, on: Kinds = None, timeout: Optional[Duration] = None) -> Events:
        """Events of these kinds (None: all) from now on, as they come; time passes while the iterator waits for the next one::

            for event in world.events(on="moved", timeout="5s"):
                print(event.time, event.device)

        It ends when ``timeout`` of the world's time has passed without an event (None: there is no such limit), and when the run is
        over. Raises what lets time pass raises: what a check raised meanwhile, KeyboardInterrupt.
        """
        return Events(self, kinds_of(on), microseconds_or_none(timeout, "timeout"))

    def _failed(self, what: str, event: Optional[Event]) -> CheckFailed:
        told = f"{what} ({event!r})" if event is not None else what
        self._core.violated(told)
        self._told.append(told)
        device: Optional[Device] = None
        if event is not None and event.position is not None:
            device = self._fleet[event.position]
        return CheckFailed(
            what,
            seed=self.seed,
            event=event,
            replay=self.replay_line(device),
            timeline=None if device is None else device.timeline(),
        )

    # Again.

    def save_replay(self, path: Path) -> Scenario:
        """Write a scenario whose steps are what was ordered until now: ``fleetsim run PATH`` in world virtual does the same again, byte
        by byte. Raises ValueError when something was ordered that no scenario can say. Returns it.

        A new file is for nobody else to read (mode 0600), and what was given to ``Scenario.load`` or ``from_yaml`` for variables that
        go into secrets stands in it as ``***``: ``replay_line`` has the ``--set`` for it. The scenario that is returned has the secrets."""
        return save_replay(self, path)

    def replay_line(self, device: Union[Device, str, None] = None, path: Optional[Path] = None) -> str:
        """The command that does the same again, for a Device or its name: its story. With ``path`` the scenario for it is written there
        first (see ``save_replay``). Where there can be none it says so. Secrets that were given stand in it as ``***``."""
        return replay_line(self, device, path)

    # The end.

    def close(self) -> Report:
        """Devices say good-bye, and the run is over. Again: the same report. Raises what a check raised at the last moment."""
        if self._report is None:
            if self._core.is_stopped and not self._told and not self._is_stopped and not self._core.is_closed:
                self._told.append("what a callback raised has ended the run")
                self._core.violated(self._told[-1])
            try:
                self._core.close()
            finally:
                if self._core.is_closed:  # also when a check raised at the last moment
                    self._report = Report(self._core.close()[0])
        assert self._report is not None
        return self._report

    def stop(self) -> None:
        """At once, from any thread: no time passes any more, and what lets it pass returns. The world can be looked at and closed; its
        report says "interrupted"."""
        self._is_stopped = True
        self._journal.cannot("it was stopped in the midst of things")
        self._core.stop()

    def report(self) -> Report:
        """What ``close()`` gave. Raises RuntimeError while the world is still open."""
        if self._report is None:
            raise RuntimeError("the world is still open: close() ends the run and reports")
        return self._report

    @property
    def closed(self) -> bool:
        """Whether ``close()`` was called."""
        return self._core.is_closed

    def __enter__(self) -> "World":
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]) -> None:
        if kind is None:
            self.close()
            return
        try:
            self.close()
        except Exception:  # pylint: disable=broad-except  # the one that is under way tells more
            pass

    def __repr__(self) -> str:
        state = "closed" if self.closed else f"at {self.now:g} s"
        return f"<World {self.kind} of {self._scenario.name!r}, seed {self.seed}, {state}>"


@atexit.register
def _close_all() -> None:
    for world in list(_open):
        try:
            world._core.stop()
            world._core.close()
        except Exception:  # pylint: disable=broad-except  # it is closed, or another process's
            pass


def _step_of(step: Union[str, Mapping[str, Any]]) -> Any:
    """A map, or a word: what a text says as YAML. Raises TypeError, ValueError, ScenarioError."""
    if not isinstance(step, str):
        return plain_tree(step, "step")
    if "\0" in step:
        raise ValueError(f"step: expected a text without NUL, got {step!r}")
    tree, raw = _core.parse_tree(step, "step")
    errors, _ = sorted_out(raw)
    if errors:
        raise ScenarioError(errors)
    return tree


__all__: Tuple[str, ...] = ("StepFailed", "World")

"""World.events: an iterator over what both sides tell, that lets time pass while it waits."""

from __future__ import annotations

import gc
import itertools
import time
import weakref
from typing import Callable, List, Tuple

import pytest

import fleetsim as fs
import fleetsim.events as events_module

HOME, AWAY = "iotx-oxssharez200", "iotx-oxssharez400"
Small = Callable[..., fs.Scenario]


def key(event: fs.Event) -> Tuple[float, str, str, str]:
    return event.time, event.side, event.kind, event.device


def test_events_come_in_order_and_time_passes_only_while_none_waits(small_scenario: Small) -> None:
    with fs.World(small_scenario(devices=5)) as world:
        events = world.events(on="online")
        world.fleet.bring_online(wait=False)
        assert world.now == 0
        seen: List[fs.Event] = []
        for event in events:
            assert event.kind == "connected" and world.now >= event.time
            seen.append(event)
            if len(seen) == 5:
                break
        assert [one.time for one in seen] == sorted(one.time for one in seen)
        assert len({one.device for one in seen}) == 5 and world.fleet.all_online()
        assert world.now - seen[-1].time < 0.06, "not beyond the turn in which it came"


def test_what_came_while_other_orders_let_time_pass_is_not_lost(small_scenario: Small) -> None:
    with fs.World(small_scenario(devices=5)) as world:
        events = world.events(on=["online", "committed"])
        world.fleet.bring_online()
        world.platform.distribute(world.fleet, source=HOME, to=AWAY)
        world.run_until(world.fleet.all_moved, within="30s")
        now = world.now
        kinds = [event.kind for event in itertools.islice(events, 15)]
        assert kinds.count("committed") == 5 and kinds.count("connected") == 10 and world.now == now


def test_events_are_those_that_a_check_hears_and_the_same_each_time(small_scenario: Small) -> None:
    stories = []
    for threads in (1, 2):
        with fs.World(small_scenario(devices=8), seed=5, threads=threads) as world:
            heard: List[fs.Event] = []
            world.check(on=None)(heard.append)
            events = world.events(timeout="2s")
            world.fleet.bring_online()
            told = [key(event) for event in events]
            assert told == [key(event) for event in heard] and len(told) > 30
            stories.append(told)
    assert stories[0] == stories[1]


def test_it_ends_when_nothing_comes_for_so_long(small_scenario: Small) -> None:
    with fs.World(small_scenario(devices=2)) as world:
        world.fleet.bring_online()
        begin = world.now
        events = world.events(on="committed", timeout="3s")
        assert list(events) == [] and world.now == pytest.approx(begin + 3, abs=1e-6)
        assert list(events) == [] and world.now == pytest.approx(begin + 3, abs=1e-6), "an iterator that has ended stays so"


def test_the_timeout_counts_from_each_event_on(small_scenario: Small) -> None:
    with fs.World(small_scenario(devices=3)) as world:
        world.fleet.bring_online()
        events = world.events(on="published", timeout="1s")
        came = []
        world.fleet[0].publish("/{pk}/{dn}/user/update", "x", qos=1)
        for number, event in enumerate(events):
            came.append(event.time)
            if number < 2:
                world.run_for("0.8s")
                world.fleet[number + 1].publish("/{pk}/{dn}/user/update", "x", qos=1)
        assert len(came) == 3 and came[-1] - came[0] > 1.5


def test_it_ends_with_the_scenarios_longest_time_with_a_stop_and_with_the_world(small_scenario: Small) -> None:
    with fs.World(small_scenario(devices=1, duration_max="20s", steps=["bring_online"])) as world:
        world.fleet.bring_online()
        assert list(world.events(on="committed")) == [] and world.now >= 20
    with fs.World(small_scenario(devices=1)) as world:
        events = world.events(on="online")
        world.fleet.bring_online()
        world.stop()
        assert [event.kind for event in events] == ["connected"]
    with fs.World(small_scenario(devices=1)) as world:
        events = world.events(on="online")
        world.fleet.bring_online()
        world.close()
        assert [event.kind for event in events] == ["connected"], "what came before is still given"


def test_what_a_check_raises_comes_out_of_the_iterator(small_scenario: Small) -> None:
    with pytest.raises(fs.CheckFailed, match="check never"):
        with fs.World(small_scenario(devices=1)) as world:

            @world.check(on="online")
            def never(event: fs.Event) -> None:
                assert False

            world.fleet.bring_online(wait=False)
            next(world.events(on="committed"))


def test_within_a_check_time_cannot_pass_for_an_iterator(small_scenario: Small) -> None:
    with pytest.raises(RuntimeError, match="from within a check"):
        with fs.World(small_scenario(devices=1)) as world:
            events = world.events(on="committed")

            @world.check(on="online")
            def impatient(event: fs.Event) -> None:
                next(events)

            world.fleet.bring_online()


def test_a_closed_iterator_collects_nothing_and_is_a_context_manager(small_scenario: Small) -> None:
    with fs.World(small_scenario(devices=2)) as world:
        with world.events(on="online") as events:
            world.fleet.bring_online()
            assert next(events).kind == "connected"
        assert list(events) == []
        world.platform.distribute(world.fleet, source=HOME, to=AWAY)
        world.run_until(world.fleet.all_moved, within="30s")
        assert not events._waiting


def test_an_iterator_that_is_gone_is_told_nothing_more_and_keeps_no_world_alive(small_scenario: Small) -> None:
    world = fs.World(small_scenario(devices=2))
    events = world.events()
    ear = weakref.ref(events._ear)
    gone = weakref.ref(events)
    del events
    gc.collect()
    assert gone() is None and ear() is not None
    world.fleet.bring_online()
    gc.collect()
    assert ear() is None, "the first event after it has taken it off the list"
    events = world.events()
    reference = weakref.ref(world)
    del world
    world_of_events = events._world
    assert reference() is world_of_events
    del world_of_events, events
    gc.collect()
    assert reference() is None


def test_an_iterator_that_is_made_within_a_check_gives_only_what_comes_next(small_scenario: Small) -> None:
    with fs.World(small_scenario(devices=8)) as world:
        heard: List[fs.Event] = []
        made: List[Tuple[int, fs.Events]] = []

        @world.check(on=None)
        def make(event: fs.Event) -> None:
            heard.append(event)
            made.append((len(heard), world.events(timeout="2s")))

        world.fleet.bring_online()
        world.run_for("1s")
        everything = [key(event) for event in heard]
        assert len(everything) > 40
        for number, events in made:
            given = [key(event) for event in itertools.islice(events, len(events._waiting))]
            assert len(given) <= len(everything) - number and given == everything[len(everything) - len(given) :]
        first = made[0][1]
        assert list(first) == [], "what it was made for is over"


def test_an_iterator_that_is_dropped_or_closed_within_a_check_leaves_quietly(small_scenario: Small) -> None:
    with fs.World(small_scenario(devices=5)) as world:
        dropped = [world.events(), world.events(on="online"), world.platform.events()]
        gone = [weakref.ref(one._ear) for one in dropped]
        closed, kept = world.events(on="online"), world.events(on="online")

        @world.check(on="online")
        def leave(event: fs.Event) -> None:
            dropped.clear()
            gc.collect()
            closed.close()

        world.fleet.bring_online()
        world.platform.distribute(world.fleet, source=HOME, to=AWAY)
        world.run_until(world.fleet.all_moved, within="30s")
        assert list(closed) == [] and len(kept._waiting) >= 5
        gc.collect()
        assert [one() for one in gone] == [None] * 3
    assert world.close().passed


def test_whoever_leaves_within_a_check_that_fails_takes_nothing_of_its_error(small_scenario: Small) -> None:
    with fs.World(small_scenario(devices=5)) as world:
        events = [world.events(on="online"), world.events(on="online")]

        @world.check(on="online")
        def fails(event: fs.Event) -> None:
            try:
                assert False, "planted"
            finally:
                events.pop().close()

        with pytest.raises(fs.CheckFailed, match="planted"):
            world.fleet.bring_online()
        events.pop().close()
        with pytest.raises(RuntimeError, match="the run has ended"):
            world.run_for(1)


def test_more_than_can_wait_are_not_lost_in_silence(small_scenario: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events_module, "QUEUED_MAX", 3)
    with fs.World(small_scenario(devices=5)) as world:
        events = world.events(on="online")
        world.fleet.bring_online()
        assert len(list(itertools.islice(events, 3))) == 3
        with pytest.raises(RuntimeError, match="events were lost: 3 waited"):
            next(events)
        assert list(events) == []


@pytest.mark.parametrize(
    "arguments, kind, words",
    [
        ({"on": "moves"}, ValueError, "on: no kind of event 'moves'"),
        ({"on": 3}, TypeError, "on: expected a kind of event"),
        ({"timeout": "3 s"}, ValueError, "timeout: expected a duration"),
        ({"timeout": -1}, ValueError, "timeout: expected a duration"),
        ({"timeout": [1]}, TypeError, "timeout: expected a duration"),
    ],
)
def test_wrong_arguments_are_named(small_scenario: Small, arguments: "dict[str, object]", kind: "type[Exception]", words: str) -> None:
    with fs.World(small_scenario(devices=1)) as world:
        with pytest.raises(kind, match=words):
            world.events(**arguments)  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match="closed"):
        world.events()


def test_the_platforms_events_are_its_own(small_scenario: Small) -> None:
    with fs.World(small_scenario(devices=3)) as world:
        answered = world.platform.events("bootstrap_answered")  # both sides have one of that name
        online = world.platform.events(["online", "moved"], timeout="1s")
        everything = world.platform.events()
        world.fleet.bring_online()
        world.platform.distribute(world.fleet, source=HOME, to=AWAY)
        world.run_until(world.fleet.all_moved, within="30s")
        assert {next(answered).side for _ in range(3)} == {"platform"}
        assert [event.kind for event in itertools.islice(online, 9)].count("device_connected") in (5, 6)
        kinds = {event.kind for event in itertools.islice(everything, 20)}
        assert kinds >= {"bootstrap_answered", "device_connected", "handover_started", "notify_sent"} and "connected" not in kinds
        for wrong, words in (("connected", "kinds: connected is told by devices"), (["notified"], "kinds: notified is told"), ("x", "no kind")):
            with pytest.raises(ValueError, match=words):
                world.platform.events(wrong)


def test_on_sockets_events_come_as_they_happen(small_scenario: Small) -> None:
    scenario = small_scenario(devices=3, world="sockets", steps=["bring_online"])
    with fs.World(scenario) as world:
        events = world.events(on="online", timeout="10s")
        world.fleet.bring_online(wait=False)
        begin = time.monotonic()
        assert len({event.device for event in itertools.islice(events, 3)}) == 3
        assert time.monotonic() - begin < 10
        assert list(world.events(on="committed", timeout="200ms")) == []

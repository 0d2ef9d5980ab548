"""Checks: what they hear, in which order, what ends a run, and how it is shown."""

from __future__ import annotations

import re
import subprocess
import sys
import pathlib
from typing import Any, Callable, Dict, List, Optional, Tuple

import pytest

import fleetsim as fs
from conftest import PROGRAM, SHANGHAI, SINGAPORE, move, small

Heard = List[Tuple[float, str, str, Optional[int], str, int, str, str]]


def told(event: fs.Event) -> Tuple[float, str, str, Optional[int], str, int, str, str]:
    return event.time, event.side, event.kind, event.position, event.device, event.code, event.detail, event.instance


# What they hear.


def test_a_check_hears_each_move_once() -> None:
    heard: List[fs.Event] = []

    @fs.check(on="moved")
    def moves(event: fs.Event) -> None:
        heard.append(event)

    report = small().run(checks=[moves])
    assert report.passed
    assert sorted(event.position for event in heard if event.position is not None) == list(range(20))
    first = heard[0]
    assert (first.side, first.kind, first.instance) == ("platform", "committed", SINGAPORE)
    assert first.device.startswith("a1TestPK001/meters-") and first.detail.startswith("job ") and 0 < first.time < 60
    assert repr(first).startswith("<Event committed at ") and first.device in repr(first)


def test_a_check_of_all_kinds_hears_what_the_event_file_has(tmp_path: pathlib.Path) -> None:
    import json

    heard: List[Tuple[str, str, str]] = []
    scenario = small(devices=5)
    scenario.run(checks=[fs.check(on=None)(lambda event: heard.append((event.side, event.kind, event.device)))], events=tmp_path / "events")
    lines = [json.loads(line) for line in (tmp_path / "events").read_text(encoding="utf-8").splitlines()]
    written = [(line["side"], line["kind"]) for line in lines if line.get("side") in ("device", "platform")]
    assert len(heard) > 50
    assert sorted((side, kind) for side, kind, _ in heard) == sorted(written)


def test_words_for_kinds() -> None:
    kinds = fs.event_kinds()
    assert len(set(kinds)) == len(kinds) >= 50 and {"committed", "connected", "connection_lost", "notify_sent", "misbehaved"} <= set(kinds)
    heard: Dict[str, int] = {}

    @fs.check(on=("online", "offline", "notify_sent"))
    def count(event: fs.Event) -> None:
        heard[event.kind] = heard.get(event.kind, 0) + 1

    down: List[Any] = [{"inject": {"kind": "region_down", "regions": ["ap-southeast-1"], "how": "refused", "duration": "2s"}}, {"sleep": "5s"}]
    moves = small(devices=5)
    moves.replace(steps=[*moves.to_dict()["steps"], *down]).run(checks=[count])
    assert set(heard) == {"connected", "connection_lost", "notify_sent"} and heard["notify_sent"] == 5 == heard["connection_lost"]


def test_without_a_mark_a_check_is_about_moves() -> None:
    heard: List[str] = []
    small(devices=3).run(checks=[lambda event: heard.append(event.kind)])
    assert heard == ["committed"] * 3


def test_the_seed_decides_the_order_and_threads_do_not() -> None:
    def run(seed: int, threads: int) -> Tuple[Heard, Optional[str]]:
        heard: Heard = []
        report = small(devices=40, faults=[fs.Fault("loss", loss="3%")]).run(seed=seed, threads=threads, checks=[fs.check(on=None)(lambda event: heard.append(told(event)))])
        return heard, report.trace_hash

    one = run(1, 1)
    assert one == run(1, 2) and one != run(2, 1)
    assert [event[0] for event in one[0]] == sorted(event[0] for event in one[0])


def test_checks_that_only_watch_change_nothing() -> None:
    scenario = small()
    assert scenario.run(checks=[fs.check(on=None)(lambda event: None)]).trace_hash == scenario.run().trace_hash


def test_events_on_sockets_are_heard_too() -> None:
    heard: List[str] = []
    with fs.World(small(devices=3), kind="sockets") as world:

        @world.check(on="moved")
        def moves(event: fs.Event) -> None:
            heard.append(event.device)

        move(world)
        world.run_until(lambda: len(heard) == 3, within="10s")
    assert sorted(heard) == [f"a1TestPK001/meters-{i:06d}" for i in range(3)]


# What ends a run.


def test_a_check_that_does_not_hold_ends_the_run_and_is_shown_whole() -> None:
    heard: List[str] = []

    @fs.check(on="moved")
    def never_the_seventh(event: fs.Event) -> None:
        heard.append(event.device)
        assert event.position != 7, "the seventh must not move"

    scenario = small()
    with pytest.raises(fs.CheckFailed) as caught:
        scenario.run(seed=3, checks=[never_the_seventh])
    failed = caught.value
    assert isinstance(failed, AssertionError) and isinstance(failed.__cause__, AssertionError)
    assert heard[-1] == "a1TestPK001/meters-000007" and len(heard) <= 20, "nothing was told after it"
    assert failed.seed == 3 and failed.event is not None and failed.event.position == 7
    assert failed.replay == "fleetsim replay FILE (write scenario.to_yaml() there) --seed 3 --device a1TestPK001/meters-000007"
    assert failed.timeline is not None and "platform: committed" in failed.timeline.text
    text = str(failed)
    for part in ("check never_the_seventh: the seventh must not move", "seed    3", "<Event committed at ", failed.replay, "CONNACK 0 accepted"):
        assert part in text, text


def test_the_replay_line_of_a_file_works(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "of mine.yaml"
    file.write_text(small().to_yaml(), encoding="utf-8")

    @fs.check(on="moved")
    def fails(event: fs.Event) -> None:
        assert event.position != 3

    with pytest.raises(fs.CheckFailed, match="check fails: ") as caught:
        fs.Scenario.load(file).run(checks=[fails])
    import shlex

    words = shlex.split(caught.value.replay)
    assert words[:3] == ["fleetsim", "replay", str(file)]
    done = subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert caught.value.timeline is not None
    assert "platform: committed" in done.stdout and caught.value.timeline.text.splitlines()[-3] in done.stdout


def test_in_an_open_world_it_comes_out_of_what_lets_time_pass(tmp_path: pathlib.Path) -> None:
    world = fs.World(small(), seed=5)

    @world.check(on="moved")
    def few(event: fs.Event) -> None:
        assert world.fleet.moved < 4, f"{world.fleet.moved} have moved"

    with pytest.raises(fs.CheckFailed) as caught:
        move(world)
    failed = caught.value
    assert failed.what.startswith("check few: ") and "have moved" in failed.what
    assert failed.seed == 5 and failed.timeline is not None and failed.event is not None
    assert failed.event.device in failed.timeline.text
    assert failed.replay == f"fleetsim replay FILE (world.save_replay(FILE) writes it) --seed 5 --device {failed.event.device}"
    orders: List[Callable[[], object]] = [lambda: world.run_for("1s"), world.step, lambda: world.run_until(lambda: False, within="1s")]
    for order in orders:
        with pytest.raises(RuntimeError, match="the run has ended"):
            order()
    report = world.close()
    assert not report.passed and any("check few" in violation for violation in report.violations), report.summary()


def test_any_other_exception_comes_out_as_it_is() -> None:
    @fs.check(on="moved")
    def broken(event: fs.Event) -> None:
        raise LookupError("of mine")

    with pytest.raises(LookupError, match="of mine") as caught:
        small().run(checks=[broken])
    assert any(entry.name == "broken" for entry in caught.traceback)
    world = fs.World(small())
    world.check(on="moved")(broken)
    with pytest.raises(LookupError, match="of mine"):
        move(world)
    world.close()


@pytest.mark.parametrize(
    "wrong, words", [([3], "checks: expected something to call, got 3"), (["moved"], "checks: expected something to call"), (3, "in a list, got 3")]
)
def test_wrong_checks_are_named(wrong: Any, words: str) -> None:
    with pytest.raises(TypeError, match=words):
        small().run(checks=wrong)


@pytest.mark.parametrize(
    "on, kind, words",
    [("arrived", ValueError, "on: no kind of event 'arrived'"), (3, TypeError, "on: expected a kind of event"), (["moved", 3], TypeError, "on: expected")],
)
def test_wrong_kinds_are_named(on: Any, kind: type, words: str) -> None:
    with pytest.raises(kind, match=words):
        fs.check(on=on)


# Orders from within.


def test_orders_from_within_a_check_are_carried_out_at_that_moment() -> None:
    cut: Dict[int, float] = {}
    off: List[Tuple[int, float]] = []
    with fs.World(small()) as world:

        @world.check(on="moved")
        def pull(event: fs.Event) -> None:
            if event.position is not None and event.position % 5 == 0 and event.position not in cut:
                cut[event.position] = event.time
                world.fleet[event.position].cut_power()
                assert not world.fleet[event.position].has_power
                assert world.now >= event.time

        world.fleet.bring_online()
        world.platform.distribute(world.fleet, source=SHANGHAI, to=SINGAPORE)
        world.run_until(lambda: world.fleet.moved == 16, within="60s")
        assert sorted(cut) == [0, 5, 10, 15]
        assert [world.fleet[position].has_power for position in (0, 1, 5)] == [False, True, False]
        off.extend((position, world.now) for position in cut)
    assert len(off) == 4


def test_a_check_may_inject_heal_and_distribute_but_not_let_time_pass() -> None:
    told_of: List[str] = []
    with fs.World(small(devices=6)) as world:

        @world.check(on="connected")
        def orders(event: fs.Event) -> None:
            if told_of:
                return
            assert world.inject("latency", latency="5ms") == "latency"
            world.heal()
            for wait in (lambda: world.run_for(1), lambda: world.step(), lambda: world.fleet.power_off()):
                with pytest.raises(RuntimeError, match="from within a check"):
                    wait()
            world.check(on="moved")(lambda moved: told_of.append(moved.device))
            told_of.append("ordered")

        move(world)
        assert len(told_of) == 7


# What the issue asks for: a bug is found among ten thousand, and shown again by the command line.

PLANTED = 4711


def ten_thousand() -> fs.Scenario:
    """Ten thousand devices under faults; one of them has firmware with a planted bug: it moves without having answered its notify."""
    return fs.Scenario(
        name="ten-thousand",
        world="virtual",
        seed=20261130,
        platform=fs.PlatformConfig(regions=["cn-shanghai", "ap-southeast-1"], products=[{"key": "a1TestPK001"}], limits="unlimited"),
        groups={
            "first": fs.Group(devices=PLANTED, product="a1TestPK001"),
            "planted": fs.Group(devices=1, product="a1TestPK001", profile="mutant-no-reply"),
            "rest": fs.Group(devices=10_000 - PLANTED - 1, product="a1TestPK001"),
        },
        faults=[fs.Fault("loss", loss="1%"), fs.Fault("latency", latency="80ms", jitter="40ms"), fs.Fault("power_cut", probability="0.2%", off="2s", until="20s")],
        steps=["bring_online"],
    )


def hash_in(text: str) -> str:
    found = re.search(r"\b[0-9a-f]{32}\b", text)
    assert found, text
    return found.group()


def test_ten_thousand_devices_move_under_faults_and_a_check_finds_the_planted_bug(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "found.yaml"
    world = fs.World(ten_thousand(), record=None)
    replied: Dict[str, int] = {}

    @world.check(on="notify_replied")
    def replies(event: fs.Event) -> None:
        replied[event.device] = replied.get(event.device, 0) + 1

    @world.check(on="moved")
    def who_moves_has_replied(event: fs.Event) -> None:
        assert event.device in replied, f"{event.device} has moved, and never replied to its notify"

    with pytest.raises(fs.CheckFailed) as caught:
        world.fleet.bring_online(timeout="300s")
        world.platform.distribute(world.fleet, source=SHANGHAI, to=SINGAPORE, name="out")
        world.run_until(world.fleet.all_moved, within="300s")
    failed = caught.value
    print(failed)
    assert failed.event is not None and failed.event.position == PLANTED
    assert f"seed    {world.seed}" in capsys.readouterr().out

    line = world.replay_line(path=file)
    expected = world.close().trace_hash
    assert expected is not None
    assert line == f"fleetsim run {file} --seed {world.seed}"
    commands = [[sys.executable, "-m", "fleetsim"], *([[str(PROGRAM)]] if PROGRAM.exists() else [])]
    for command in commands:
        done = subprocess.run([*command, *line.split()[1:]], capture_output=True, text=True, timeout=300, check=False)
        assert hash_in(done.stdout + done.stderr) == expected, command

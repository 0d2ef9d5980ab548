"""Worlds that stay open: time, orders, the fleet, the end, and the replay of what was ordered."""

from __future__ import annotations

import gc
import multiprocessing
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time
import weakref
from datetime import timedelta
from typing import Any, Callable, Dict, Iterator, List

import pytest

import fleetsim as fs
from conftest import PROGRAM, SHANGHAI, SINGAPORE, small

Small = Callable[..., fs.Scenario]


@pytest.fixture
def world() -> Iterator[fs.World]:
    with fs.World(small()) as opened:
        yield opened


def moved(world: fs.World, **settings: Any) -> None:
    world.fleet.bring_online()
    world.platform.distribute(world.fleet, source=SHANGHAI, to=SINGAPORE, **settings)
    world.run_until(world.fleet.all_moved, within="60s")


# Time.


def test_simulated_time_stands_still_between_orders(world: fs.World) -> None:
    assert world.now == 0
    time.sleep(0.05)
    assert world.now == 0
    world.run_for("1.5s")
    world.run_for(0.5)
    world.run_for(timedelta(milliseconds=250))
    assert world.now == 2.25


def test_time_on_sockets_goes_on_by_itself() -> None:
    with fs.World(small(devices=2), kind="sockets") as world:
        before = world.now
        deadline = time.monotonic() + 10
        while world.now <= before:
            assert time.monotonic() < deadline
        assert world.kind == "sockets"


def test_a_step_ends_when_something_has_happened(world: fs.World) -> None:
    world.fleet.bring_online(wait=False)
    times = [world.step("10s") for _ in range(5)]
    assert times == sorted(times) and 0 < times[0] < times[-1] < 10
    world.run_until(world.fleet.all_online, within="10s")
    world.run_for("1s")
    before = world.now
    assert world.step("20ms") == pytest.approx(before + 0.02)


def test_run_until_asks_at_once_and_then_every_so_often(world: fs.World) -> None:
    asked: List[float] = []

    def third() -> bool:
        asked.append(world.now)
        return len(asked) == 3

    world.run_until(third, within="10s", every="2s")
    assert asked == [0, 2, 4] and world.now == 4


def test_what_does_not_come_in_time_says_how_the_fleet_is(world: fs.World) -> None:
    world.fleet[0].power_on()
    with pytest.raises(TimeoutError) as caught:
        world.run_until(world.fleet.all_online, within="1500ms")
    assert str(caught.value) == "Fleet.all_online does not hold after 1.5 s (now 1.5 s); 1 of 20 online, 0 of 0 moved"
    with pytest.raises(TimeoutError, match="<lambda> does not hold after 1 s"):
        world.run_until(lambda: False, within=1)
    assert world.now == 2.5, "the world goes on"


def test_the_longest_that_a_scenario_lasts_ends_time() -> None:
    with fs.World(small(duration_max="3s", steps=["bring_online"])) as world:
        world.run_for("2s")
        with pytest.raises(TimeoutError, match="duration_max is over"):
            world.run_for("2s")


def test_what_a_predicate_raises_comes_out_and_the_world_goes_on(world: fs.World) -> None:
    def broken() -> bool:
        raise ZeroDivisionError("of mine")

    with pytest.raises(ZeroDivisionError, match="of mine"):
        world.run_until(broken, within="1s")
    world.run_for("1s")
    assert world.now == 1


def test_time_cannot_pass_within_what_time_calls(world: fs.World) -> None:
    with pytest.raises(RuntimeError, match="from within a check or a predicate"):
        world.run_until(lambda: world.step() > 0, within="1s")
    with pytest.raises(RuntimeError, match="cannot be closed from within"):
        world.run_until(lambda: world.close().passed, within="1s")
    world.run_for("1s")


@pytest.mark.parametrize(
    "order, kind, words",
    [
        (lambda world: world.run_for(-1), ValueError, "duration: .*not below zero"),
        (lambda world: world.run_for("10"), ValueError, "duration: expected a duration"),
        (lambda world: world.run_for(None), TypeError, "duration"),
        (lambda world: world.run_for("1001h"), ValueError, "duration: expected at most 1000 hours"),
        (lambda world: world.run_until(True, within="1s"), TypeError, "predicate: expected something to call"),
        (lambda world: world.run_until(lambda: True, within="soon"), ValueError, "within"),
        (lambda world: world.run_until(lambda: True, within="1s", every=object()), TypeError, "every"),
        (lambda world: world.step(float("nan")), ValueError, "at_most"),
        (lambda world: world.inject(3), TypeError, "fault: expected a Fault"),
        (lambda world: world.inject("latncy", latency="1s"), fs.ScenarioError, "latncy"),
        (lambda world: world.inject("latency", latency="fast"), fs.ScenarioError, "latency"),
        (lambda world: world.inject(fs.CustomFault(), name="x"), TypeError, "fault"),
        (lambda world: world.perform({"sleeep": "1s"}), fs.ScenarioError, "sleeep"),
        (lambda world: world.perform({"publish": {"groups": ["others"]}}), fs.ScenarioError, "others"),
        (lambda world: world.perform(3), fs.ScenarioError, "step"),
        (lambda world: world.heal("nothing"), fs.ScenarioError, "no fault \"nothing\""),
        (lambda world: world.check(on="arrived"), ValueError, "on: no kind of event 'arrived'; there are bootstrap_started"),
        (lambda world: world.check(on=3), TypeError, "on: expected a kind of event"),
        (lambda world: world.fleet[20], IndexError, "expected a position below 20, got 20"),
        (lambda world: world.fleet["ghost"], KeyError, "ghost"),
        (lambda world: world.fleet[1.5], TypeError, "expected a position or a name"),
        (lambda world: world.fleet.group("ghosts"), KeyError, "no group 'ghosts'; there are meters"),
        (lambda world: world.fleet[0].publish("/a/+", b""), ValueError, "topic"),
        (lambda world: world.fleet[0].publish(3, b""), TypeError, "topic"),
        (lambda world: world.fleet[0].publish("/a", 3), TypeError, "payload: expected str, bytes or a map"),
        (lambda world: world.fleet[0].publish("/a", b"", qos=2), ValueError, "qos: expected 0 or 1"),
        (lambda world: world.fleet[0].post_property("x"), TypeError, "properties: expected a map"),
        (lambda world: world.platform.distribute(world.platform, source=SHANGHAI, to=SINGAPORE), TypeError, "fleet: expected a Fleet"),
        (lambda world: world.platform.distribute(source=SHANGHAI, to="iotx-nowhere"), fs.ScenarioError, "iotx-nowhere"),
        (lambda world: world.platform.misbehave("notify_duplicat"), fs.ScenarioError, "notify_duplicat"),
    ],
)
def test_wrong_orders_are_named(world: fs.World, order: Callable[[Any], object], kind: type, words: str) -> None:
    with pytest.raises(kind, match=words):
        order(world)


@pytest.mark.parametrize(
    "wrong, kind, words",
    [
        ({"scenario": "quickstart.yaml"}, TypeError, "scenario: expected a Scenario"),
        ({"seed": "1"}, TypeError, "seed"),
        ({"threads": -1}, ValueError, "threads"),
        ({"kind": "external"}, ValueError, "world: expected"),
        ({"record": "some"}, TypeError, "record"),
        ({"record": -1}, ValueError, "record"),
        ({"faults": "latency"}, TypeError, "faults: expected a list"),
        ({"kind": "sockets", "faults": [fs.CustomFault()]}, ValueError, "faults: .*only world virtual"),
    ],
)
def test_a_world_names_what_is_wrong_with_it(wrong: Dict[str, Any], kind: type, words: str) -> None:
    arguments = {"scenario": small(devices=2), **wrong}
    with pytest.raises(kind, match=words):
        fs.World(**arguments)


# Orders and looks.


def test_a_fleet_comes_online_and_moves(world: fs.World) -> None:
    assert len(world.fleet) == 20 and world.fleet.groups == ("meters",)
    assert not world.fleet.all_online() and not world.fleet.all_moved()
    world.fleet.bring_online()
    assert world.fleet.all_online() and world.fleet.online == 20
    world.platform.distribute(world.fleet, source=SHANGHAI, to=SINGAPORE)
    assert world.fleet.asked_to_move == 20 and not world.fleet.all_moved()
    world.run_until(world.fleet.all_moved, within="30s")
    report = world.close()
    assert report.passed, report.summary()
    assert report.to_dict()["devices"]["moved"] == 20


def test_the_same_works_on_sockets() -> None:
    with fs.World(small(devices=3), kind="sockets") as world:
        moved(world)
        device = world.fleet[1]
        assert device.moved and device.state == "online" and device.instance == SINGAPORE
        device.post_property({"temperature": 3})
        device.cut_power()
        world.run_until(lambda: not device.has_power, within="10s")
        device.power_on()
        world.run_until(world.fleet.all_online, within="10s")
        timeline = device.timeline()
        assert timeline is not None and '"temperature":3' in timeline.text
    report = world.close()
    assert report.passed and report.trace_hash is None


def test_devices_are_found_by_place_and_name(world: fs.World) -> None:
    first, last = world.fleet[0], world.fleet[-1]
    assert (first.name, first.position, first.group) == ("a1TestPK001/meters-000000", 0, "meters")
    assert last.position == 19 and last in list(world.fleet)
    assert world.fleet["meters-000000"] == first == world.fleet["a1TestPK001/meters-000000"] and first != last
    assert [device.position for device in world.fleet[3:6]] == [3, 4, 5]
    assert len({first, world.fleet[0], last}) == 2


def test_groups_are_fleets_of_their_own() -> None:
    with fs.World(small(groups={"meters": {"devices": 4}, "valves": {"devices": 3}})) as world:
        valves = world.fleet.group("valves")
        valves.bring_online()
        assert (world.fleet.online, valves.online, len(valves), valves[0].position) == (3, 3, 3, 4)
        with pytest.raises(KeyError, match="is in none of the groups valves"):
            valves["meters-000000"]
        world.platform.distribute(valves, source=SHANGHAI, to=SINGAPORE)
        world.run_until(valves.all_moved, within="30s")
        assert world.fleet.asked_to_move == 3
        valves.power_off()
        assert world.fleet.online == 0 and not valves[0].has_power


def test_one_device_is_told_what_to_do(world: fs.World) -> None:
    device = world.fleet[7]
    assert (device.state, device.has_power, device.online) == ("off", False, False)
    device.power_on()
    world.run_until(lambda: device.online, within="10s")
    assert (device.state, device.has_power, device.moving, device.last_failure) == ("online", True, False, "")
    device.publish("/{pk}/{dn}/user/update", {"count": 3}, qos=1)
    device.post_property({"temperature": 21.5})
    world.run_for("1s")
    timeline = device.timeline()
    assert timeline is not None
    assert '/a1TestPK001/meters-000007/user/update' in timeline.text and '{"count":3}' in timeline.text and '"temperature":21.5' in timeline.text
    device.power_off()
    world.run_until(lambda: not device.has_power, within="10s")
    assert device.timeline().text != timeline.text
    assert world.fleet.online == 0 and world.fleet[6].state == "off"


def test_a_step_of_a_scenario_that_fails_raises_and_is_in_the_report(world: fs.World) -> None:
    with pytest.raises(fs.StepFailed, match="wait_until: 0 of 20 online after 2"):
        world.perform({"wait_until": {"what": "online", "share": "100%", "timeout": "2s"}})
    report = world.close()
    assert not report.passed and "0 of 20 online" in report.summary()


def test_faults_come_and_go(world: fs.World) -> None:
    name = world.inject("latency", latency="2s", name="slow")
    assert name == "slow" and world.inject(fs.Fault("loss", loss="0%")) == "loss"
    world.fleet.bring_online()
    slow = world.now
    assert slow > 4
    world.heal("slow")
    world.fleet.power_off()
    before = world.now
    world.fleet.bring_online()
    assert world.now - before < slow


def test_of_how_many_devices_the_wire_is_kept() -> None:
    for record, kept in ((None, 0), (2, 2), ("all", 5), ("auto", 5), (100, 5)):
        with fs.World(small(devices=5), record=record) as world:
            world.fleet.bring_online()
            assert sum(device.timeline() is not None for device in world.fleet) == kept


# The end.


def test_a_closed_world_raises_and_keeps_its_report_and_timelines(world: fs.World) -> None:
    world.fleet.bring_online()
    device = world.fleet[0]
    with pytest.raises(RuntimeError, match="still open"):
        world.report()
    report = world.close()
    assert world.closed and world.close() is report and world.report() is report
    assert "closed" in repr(world)
    assert (device.name, device.group, device.position) == ("a1TestPK001/meters-000000", "meters", 0)
    timeline = device.timeline()
    assert timeline is not None and "CONNECT" in timeline.text
    orders: List[Callable[[], object]] = [
        lambda: world.run_for(1),
        lambda: world.run_until(lambda: True, within=1),
        lambda: world.step(),
        lambda: world.inject("latency", latency="1s"),
        lambda: world.heal(),
        lambda: world.perform("bring_online"),
        lambda: world.check()(print),
        lambda: world.fleet.online,
        lambda: world.fleet[0],
        lambda: world.fleet.bring_online(),
        lambda: world.fleet.bring_online(wait=False),
        lambda: device.online,
        lambda: device.state,
        lambda: device.publish("/a", b""),
        lambda: device.cut_power(),
        lambda: device.instance,
        lambda: world.platform.jobs,
        lambda: world.platform.devices[device],
        lambda: world.platform.api("QueryProductList", CurrentPage=1, PageSize=10),
        lambda: world.platform.publish_to(device, "/a", b""),
        lambda: world.platform.distribute(source=SHANGHAI, to=SINGAPORE),
    ]
    for order in orders:
        with pytest.raises(RuntimeError, match="the world is closed"):
            order()


def test_what_breaks_a_with_block_comes_out_and_closes_the_world() -> None:
    with pytest.raises(ZeroDivisionError):
        with fs.World(small(devices=2)) as world:
            raise ZeroDivisionError
    assert world.closed


def test_a_device_outlives_the_names_of_its_world() -> None:
    world = fs.World(small(devices=2))
    world.fleet.bring_online()
    gone = weakref.ref(world)
    device, fleet, platform = world.fleet[1], world.fleet, world.platform
    del world
    gc.collect()
    assert gone() is not None and device.online and fleet.online == 2 and len(platform.devices) == 2
    del fleet, platform
    gc.collect()
    device.cut_power()
    assert not device.has_power
    del device
    gc.collect()
    assert gone() is None, "nothing keeps it any more"


def test_a_world_that_nobody_closes_ends_quietly() -> None:
    code = (
        "import sys; sys.path.insert(0, %r)\n"
        "from conftest import small\nimport fleetsim as fs\n"
        "world = fs.World(small(devices=3)); world.fleet.bring_online()\n"
        "@world.check(on=None)\ndef seen(event): pass\n"
        "fs.World(small(devices=3), kind='sockets').fleet.bring_online()\n" % str(pathlib.Path(__file__).parent)
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")


# Processes, threads, signals.


def test_a_forked_child_is_refused_and_its_parent_goes_on(world: fs.World) -> None:
    world.fleet.bring_online()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        told = []
        for order in (lambda: world.run_for(1), lambda: world.fleet.online, lambda: world.fleet[0].timeline(), lambda: world.close()):
            try:
                order()
                told.append("done")
            except RuntimeError as error:
                told.append(str(error))
        os.write(writer, "\n".join(told).encode())
        os._exit(0)
    os.close(writer)
    _, status = os.waitpid(child, 0)
    words = os.read(reader, 10_000).decode().split("\n")
    os.close(reader)
    assert status == 0
    assert [("forked" in one and "spawn" in one) for one in words] == [True] * 4, words
    moved_at = world.now
    world.run_for("1s")
    assert world.now == moved_at + 1 and world.fleet.all_online()


def _moves(seed: int) -> str:
    with fs.World(small(devices=5), seed=seed) as world:
        moved(world)
        return world.close().trace_hash or ""


def test_spawned_processes_hold_worlds_of_their_own() -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert pool.map(_moves, [1, 2]) == [_moves(1), _moves(2)]


def test_threads_share_a_world_one_order_at_a_time(world: fs.World) -> None:
    world.fleet.bring_online()
    errors: List[BaseException] = []

    def use(number: int) -> None:
        try:
            for _ in range(20):
                world.fleet[number].publish("/{pk}/{dn}/user/update", b"x")
                world.run_for("10ms")
                assert world.fleet.online == 20
        except BaseException as error:  # pylint: disable=broad-except  # told by the thread that joins
            errors.append(error)

    before = world.now
    threads = [threading.Thread(target=use, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert world.now == pytest.approx(before + 4 * 20 * 0.01)


def test_other_threads_go_on_while_time_passes(world: fs.World) -> None:
    world.fleet.bring_online()
    counted, done = 0, threading.Event()

    def count() -> None:
        nonlocal counted
        while not done.is_set():
            counted += 1

    beside = threading.Thread(target=count)
    beside.start()
    try:
        world.run_for("9m")
        assert counted > 1000
    finally:
        done.set()
        beside.join()


@pytest.mark.parametrize("wait", ["run_for('200h')", "run_until(lambda: False, within='200h')", "fleet.bring_online(timeout='20h')"])
def test_ctrl_c_interrupts_what_lets_time_pass(wait: str) -> None:
    code = (
        "import sys; sys.path.insert(0, %r)\n"
        "from conftest import small\nimport fleetsim as fs\n"
        "world = fs.World(small(devices=300, duration_max='240h', groups={'meters': {'devices': 300, 'startTime': '220h'}}))\n"
        "world.fleet.group('meters')[0].power_on()\n"
        "print('begun', flush=True)\n"
        "try:\n    world.%s\nexcept KeyboardInterrupt:\n    report = world.close()\n    print('interrupted', report.exit_code, flush=True)\n"
    ) % (str(pathlib.Path(__file__).parent), wait)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None and program.stdout.readline() == "begun\n"
        time.sleep(0.3)  # into the wait; earlier is as well
        program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=120)
    assert out.startswith("interrupted"), err
    assert program.returncode == 0


# Again.


def story(world: fs.World) -> None:
    """All that a scenario can say: groups, faults, power cuts, publishes, jobs, misbehaviour, checks that order."""
    world.fleet.group("meters").bring_online()
    world.run_for("1.234567s")
    world.inject("latency", latency="40ms", jitter="30ms", name="slow")
    world.inject(fs.Fault("loss", loss="3%", groups=["meters"]))
    world.platform.misbehave("notify_duplicate", copies=2)
    world.fleet.group("valves").bring_online(wait=False)
    world.fleet[2].publish("/{pk}/{dn}/user/update", "café: {odd}, \"quoted\" # text\n", qos=1)
    world.fleet[3].post_property({"temperature": -3.25, "on": True})
    world.fleet[4].cut_power()

    @world.check(on="moved")
    def cut(event: fs.Event) -> None:
        if event.position == 5:
            world.fleet[6].cut_power()
            world.fleet[7].power_off()

    world.platform.distribute(world.fleet, source=SHANGHAI, to=SINGAPORE, name="out", batch=7, interval="100ms")
    world.run_for("700ms")
    world.fleet[4].power_on()
    world.heal("slow")
    world.run_for("3s")
    for position in (6, 7):
        world.fleet[position].power_on()
    world.run_until(world.fleet.all_moved, within="120s")
    world.fleet.group("meters").publish(count=2)
    world.heal()
    world.run_for("10ms")


def story_scenario() -> fs.Scenario:
    return small(groups={"meters": {"devices": 12}, "valves": {"devices": 6, "profile": "linksdk-4"}})


def hash_of(command: List[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    found = re.search(r"\b[0-9a-f]{32}\b", done.stdout + done.stderr)
    assert found, done.stdout + done.stderr
    return found.group()


def entries_of(timeline: fs.Timeline) -> List[Dict[str, Any]]:
    """But for what the run tells of its own steps."""
    return [entry for entry in timeline.entries if entry.get("side") != "run"]


@pytest.mark.parametrize("seed, threads", [(1, 1), (2, 2), (77, 1)])
def test_a_saved_replay_is_the_same_run_byte_by_byte(tmp_path: pathlib.Path, seed: int, threads: int) -> None:
    file = tmp_path / "story.yaml"
    with fs.World(story_scenario(), seed=seed, threads=threads) as world:
        story(world)
        saved = world.save_replay(file)
        line = world.replay_line(path=file)
        told = world.fleet[6].timeline()
    expected = world.close().trace_hash
    assert saved == fs.Scenario.load(file) and saved.seed == seed
    assert saved.run().trace_hash == expected
    assert saved.run(threads=2).trace_hash == expected
    assert line == f"fleetsim run {file} --seed {seed}"
    commands = [[sys.executable, "-m", "fleetsim"], *([[str(PROGRAM)]] if PROGRAM.exists() else [])]
    for command in commands:
        assert hash_of([*command, *line.split()[1:]]) == expected, command
    assert told is not None
    mine, again = entries_of(told), entries_of(saved.replay("6"))
    assert len(mine) > 10 and again[: len(mine)] == mine


def test_a_saved_replay_of_worlds_that_did_little(tmp_path: pathlib.Path) -> None:
    little: List[Callable[[fs.World], object]] = [
        lambda world: None,
        lambda world: world.run_for("1s"),
        lambda world: world.fleet[1].power_on(),
        lambda world: world.fleet.bring_online(wait=False),
    ]
    for number, orders in enumerate(little):
        with fs.World(small(devices=3)) as world:
            orders(world)
            world.save_replay(tmp_path / f"{number}.yaml")
        assert fs.Scenario.load(tmp_path / f"{number}.yaml").run().trace_hash == world.close().trace_hash, number


def test_the_seed_decides_all_of_an_open_world() -> None:
    hashes = []
    for seed, threads in ((1, 1), (1, 2), (2, 1)):
        with fs.World(story_scenario(), seed=seed, threads=threads) as world:
            story(world)
        hashes.append(world.close().trace_hash)
    assert hashes[0] == hashes[1] != hashes[2]


@pytest.mark.parametrize(
    "order, words",
    [
        (lambda world: world.inject(fs.CustomFault()), "written in Python"),
        (lambda world: world.fleet[0].publish("/{pk}/{dn}/user/update", b"\xff"), "bytes that are no text"),
        (lambda world: world.platform.publish_to(world.fleet[0], "/{pk}/{dn}/user/get"), "publish_to"),
        (lambda world: world.platform.api("CreateProduct", ProductName="lamps", NodeType=0), "CreateProduct"),
        (lambda world: world.fleet.bring_online(wait=False), "started twice"),
    ],
)
def test_what_no_scenario_can_say_is_not_saved(world: fs.World, tmp_path: pathlib.Path, order: Callable[[fs.World], object], words: str) -> None:
    world.fleet.bring_online()
    order(world)
    with pytest.raises(ValueError, match=words):
        world.save_replay(tmp_path / "none.yaml")
    assert not (tmp_path / "none.yaml").exists()
    assert words in world.replay_line() and "the same program with seed 1" in world.replay_line()

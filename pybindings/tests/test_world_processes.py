"""Worlds that stay open, among processes, threads and signals."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import threading
import time
from typing import List

import pytest

import fleetsim as fs
from conftest import counting_beside, move, python_program, small


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


def test_a_forked_child_ends_as_any_program_does_and_its_parent_goes_on() -> None:
    text = """
import gc, os, sys, warnings
world = fs.World(small(devices=3))
world.fleet.bring_online()
device, events = world.fleet[0], world.events(on="disconnected")
world.check(on="disconnected")(lambda event: heard.append(event.device))
heard = []
warnings.simplefilter("ignore", DeprecationWarning)  # from Python 3.12 on it has doubts about threads
child = os.fork()
if child == 0:
    orders = {
        "run_for": lambda: world.run_for(1), "run_until": lambda: world.run_until(lambda: True, within=1), "step": lambda: world.step(),
        "perform": lambda: world.perform("bring_online"), "inject": lambda: world.inject("latency", latency="1s"), "heal": lambda: world.heal(),
        "inject one's own": lambda: world.inject(fs.CustomFault()), "check": lambda: world.check()(print), "events": lambda: world.events(),
        "next": lambda: next(events), "now": lambda: world.now, "online": lambda: world.fleet.online, "power_off": lambda: device.power_off(),
        "state": lambda: device.state, "timeline": lambda: device.timeline(), "bring_online": lambda: world.fleet.bring_online(wait=False),
        "jobs": lambda: world.platform.jobs, "publish_to": lambda: world.platform.publish_to(device, "/a"), "close": lambda: world.close(),
    }
    for name, order in orders.items():
        try:
            print(name, "is done:", order())
        except RuntimeError as error:
            if "was forked" not in str(error):
                print(name, "says:", error)
    world.stop()
    del world, device, events, orders, order
    gc.collect()
    print("the child ends", flush=True)
    sys.exit(3)
_, status = os.waitpid(child, 0)
print("it said", os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status))
before = world.now
world.run_for("1s")
print(world.now - before, world.fleet.online, device.state, world.close().trace_hash, len(heard))
"""
    done = subprocess.run(python_program(text), capture_output=True, text=True, timeout=120, check=False)
    with fs.World(small(devices=3)) as world:
        world.fleet.bring_online()
        world.run_for("1s")
    told = f"the child ends\nit said 3\n1.0 3 online {world.close().trace_hash} 3\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, told, "")


def test_a_forked_child_may_leave_the_world_alone_and_open_one_of_its_own() -> None:
    text = """
import os, sys, warnings
world = fs.World(small(devices=3), seed=4)
world.fleet.bring_online()
warnings.simplefilter("ignore", DeprecationWarning)
child = os.fork()
if child == 0:
    with fs.World(small(devices=3), seed=4) as own:
        own.fleet.bring_online()
    print(own.close().trace_hash, flush=True)
else:
    assert os.waitpid(child, 0)[1] == 0
    print(world.close().trace_hash, flush=True)
"""
    done = subprocess.run(python_program(text), capture_output=True, text=True, timeout=120, check=False)
    child, parent = done.stdout.split()
    assert (done.returncode, done.stderr) == (0, "") and child == parent


def _moves(seed: int) -> str:
    with fs.World(small(devices=5), seed=seed) as world:
        move(world)
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
    with counting_beside() as counted:
        world.run_for("9m")
        assert counted() > 1000


@pytest.mark.parametrize("wait", ["run_for('200h')", "run_until(lambda: False, within='200h')", "fleet.bring_online(timeout='20h')"])
def test_ctrl_c_interrupts_what_lets_time_pass(wait: str) -> None:
    text = """
world = fs.World(small(devices=300, duration_max="240h", groups={"meters": {"devices": 300, "startTime": "220h"}}))
world.fleet.group("meters")[0].power_on()
print("begun", flush=True)
try:
    world.%s
except KeyboardInterrupt:
    report = world.close()
    print("interrupted", report.exit_code, flush=True)
"""
    with subprocess.Popen(python_program(text % wait), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None and program.stdout.readline() == "begun\n"
        time.sleep(0.3)  # into the wait; earlier is as well
        program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=120)
    assert out.startswith("interrupted"), err
    assert program.returncode == 0


@pytest.mark.parametrize("wait", ["run_for('1s')", "fleet.online", "fleet.bring_online(wait=False)", "close()"])
def test_ctrl_c_comes_out_where_it_is_waited_and_not_in_the_thread_that_has_its_turn(wait: str) -> None:
    text = """
import os, signal, threading
world = fs.World(small(devices=2, duration_max="240h"))
begun, waiting, told, looks = threading.Event(), threading.Event(), [], []
def ctrl_c():
    begun.set()
    looks.append(waiting.is_set())
    if sum(looks) == 1000:  # the main thread waits for its turn by now
        os.kill(os.getpid(), signal.SIGINT)
def beside():
    try:
        world.run_until(ctrl_c, within="200h", every="1ms")
    except BaseException as error:
        told.append(error)
other = threading.Thread(target=beside)
other.start()
begun.wait()
try:
    waiting.set()
    world.%s
except KeyboardInterrupt:
    print("interrupted")
other.join()
print(repr(told[0]) if told else "nothing", len(told))
print(world.close().verdict)
"""
    done = subprocess.run(python_program(text % wait), capture_output=True, text=True, timeout=120, check=False)
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "") and len(lines) == 3, done.stdout + done.stderr
    assert lines[0] == "interrupted" and lines[1].startswith("RuntimeError('the run has ended, by") and lines[2] == "interrupted"

"""Python ends while threads of its own still run something: quietly, and not in the midst of C++."""

from __future__ import annotations

import subprocess

import pytest

from conftest import python_program

LONG = 'small(300, steps=["bring_online", {"sleep": "200h"}], duration_max="240h")'


def ends_quietly(text: str) -> None:
    done = subprocess.run(python_program(text), capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, "ready\n"), done.stderr
    for word in ("terminate", "FATAL", "Fatal"):
        assert word not in done.stderr, done.stderr


def test_a_run_on_a_thread_that_nobody_waits_for_is_ended() -> None:
    ends_quietly(f"""
import threading
begun = threading.Event()
scenario = {LONG}
def run():
    try:
        scenario.run(progress=lambda now: begun.set())
    except BaseException:
        pass
threading.Thread(target=run, daemon=True).start()
begun.wait()
print("ready", flush=True)
""")


@pytest.mark.parametrize("threads", [1, 3])
def test_threads_that_let_time_pass_again_and_again_are_stopped(threads: int) -> None:
    ends_quietly(f"""
import threading
begun = threading.Semaphore(0)
world = fs.World({LONG})
def use():
    while True:
        try:
            begun.release()
            world.run_for("1s")
        except Exception:
            pass
for _ in range({threads}):
    threading.Thread(target=use, daemon=True).start()
for _ in range({20 * threads}):
    begun.acquire()
print("ready", flush=True)
""")


def test_a_world_that_went_in_one_of_its_own_checks_is_waited_for() -> None:
    ends_quietly("""
import gc, threading, time
box = [fs.World(small(3), kind="sockets")]
began = threading.Event()
def gone(event):
    if box:
        box.clear()
        gc.collect()
        began.set()
        for _ in range(300):
            time.sleep(0.001)  # whoever calls this needs Python again and again
box[0].check(on="online")(gone)
box[0].fleet.bring_online(wait=False)
began.wait()
print("ready", flush=True)
""")

"""What the tests of the Python package share. They test whatever `fleetsim` is installed, or lies in PYTHONPATH."""

from __future__ import annotations

import pathlib
import signal
import sys
import threading
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterator, List

import pytest

import fleetsim as fs

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "scenarios"
PROGRAM = ROOT / "build" / "release" / "bin" / "fleetsim"  # the C++ program, where it was built
SHANGHAI, SINGAPORE = "iotx-oxssharez200", "iotx-oxssharez400"  # the instances of small()


@pytest.fixture(scope="session", autouse=True)
def ctrl_c_is_heard() -> None:
    """Also where the tests run in the background of a shell, which has them and their children ignore it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def scenarios() -> pathlib.Path:
    return SCENARIOS


# On sockets the ports are free ones.
PLATFORM: Dict[str, Any] = {
    "regions": ["cn-shanghai", "ap-southeast-1"],
    "bootstrap": {"address": "127.0.0.1", "port": 0},
    "instances": [
        {"id": SHANGHAI, "region": "cn-shanghai", "mqtt": {"address": "127.0.2.1", "port": 0}},
        {"id": SINGAPORE, "region": "ap-southeast-1", "mqtt": {"address": "127.0.3.1", "port": 0}},
    ],
    "products": [{"key": "a1TestPK001"}],
    "limits": "unlimited",
}


def small(devices: int = 20, **parts: Any) -> fs.Scenario:
    """A fleet in simulated time that comes online, moves, and is well."""
    tree: Dict[str, Any] = {
        "name": "small",
        "world": "virtual",
        "seed": 1,
        "platform": PLATFORM,
        "groups": {"meters": {"devices": devices}},
        "steps": [
            "bring_online",
            {"distribute": {"name": "out", "source": "iotx-oxssharez200", "target": "iotx-oxssharez400"}},
            {"wait_until": {"what": "moved", "timeout": "60s"}},
        ],
    }
    tree.update(parts)
    return fs.Scenario(**{key: value for key, value in tree.items() if value is not None})


@pytest.fixture(scope="session")
def small_scenario() -> Callable[..., fs.Scenario]:
    return small


@pytest.fixture
def world() -> Iterator[fs.World]:
    with fs.World(small()) as opened:
        yield opened


def move(world: fs.World, **settings: Any) -> None:
    world.fleet.bring_online()
    world.platform.distribute(world.fleet, source=SHANGHAI, to=SINGAPORE, **settings)
    world.run_until(world.fleet.all_moved, within="60s")


@contextmanager
def counting_beside() -> Iterator[Callable[[], int]]:
    """Another Python thread counts meanwhile; how far it is."""
    counted, done = 0, threading.Event()

    def count() -> None:
        nonlocal counted
        while not done.is_set():
            counted += 1

    beside = threading.Thread(target=count)
    beside.start()
    try:
        yield lambda: counted
    finally:
        done.set()
        beside.join()


def python_program(text: str) -> List[str]:
    """The command for a program of these lines, which has ``fs`` and ``small``."""
    begin = f"import sys; sys.path.insert(0, {str(pathlib.Path(__file__).parent)!r})\nimport fleetsim as fs\nfrom conftest import small\n"
    return [sys.executable, "-c", begin + text]


@pytest.fixture(scope="session")
def small_report() -> fs.Report:
    return small().run()

"""What the tests of the Python package share. They test whatever `fleetsim` is installed, or lies in PYTHONPATH."""

from __future__ import annotations

import pathlib
from typing import Any, Callable, Dict

import pytest

import fleetsim as fs

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "scenarios"
PROGRAM = ROOT / "build" / "release" / "bin" / "fleetsim"  # the C++ program, where it was built
SHANGHAI, SINGAPORE = "iotx-oxssharez200", "iotx-oxssharez400"  # the instances of small()


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


@pytest.fixture(scope="session")
def small_report() -> fs.Report:
    return small().run()

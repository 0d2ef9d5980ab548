"""What the tests of the Python package share. They test whatever `fleetsim` is installed, or lies in PYTHONPATH."""

from __future__ import annotations

import pathlib
from typing import Any, Callable, Dict

import pytest

import fleetsim as fs

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "scenarios"


@pytest.fixture(scope="session")
def scenarios() -> pathlib.Path:
    return SCENARIOS


def small(devices: int = 20, **parts: Any) -> fs.Scenario:
    """A fleet in simulated time that comes online, moves, and is well."""
    tree: Dict[str, Any] = {
        "name": "small",
        "world": "virtual",
        "seed": 1,
        "platform": {"regions": ["cn-shanghai", "ap-southeast-1"], "products": [{"key": "a1TestPK001"}], "limits": "unlimited"},
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

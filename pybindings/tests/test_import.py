"""What an import of the package costs, and what it leaves alone."""

from __future__ import annotations

import subprocess
import sys
from typing import List

import pytest

import fleetsim as fs


def loaded_by_import() -> List[str]:
    code = "import sys; before = set(sys.modules); import fleetsim; print('\\n'.join(sorted(set(sys.modules) - before)))"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout.split()


def test_an_import_brings_no_package_of_others() -> None:
    loaded = loaded_by_import()
    assert "fleetsim._core" in loaded
    for heavy in ("numpy", "pandas", "matplotlib", "hypothesis", "pytest", "asyncio"):
        assert heavy not in loaded


@pytest.mark.speed
def test_an_import_takes_at_most_150_ms() -> None:
    took = []
    for _ in range(7):
        done = subprocess.run([sys.executable, "-X", "importtime", "-c", "import fleetsim"], capture_output=True, text=True, check=True, timeout=60)
        line = next(line for line in done.stderr.splitlines() if line.rsplit("|", 1)[-1].strip() == "fleetsim")
        took.append(int(line.split("|")[1]) / 1000)
    assert min(took) <= 150, f"{took} ms"


def test_every_public_name_is_there() -> None:
    assert sorted(fs.__all__, key=str.lower) == sorted(set(fs.__all__), key=str.lower)
    assert all(hasattr(fs, name) for name in fs.__all__)

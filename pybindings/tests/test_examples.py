"""The examples and the tutorial do what they say."""

from __future__ import annotations

import contextlib
import io
import os
import pathlib
import re
import shutil
import subprocess
import sys
from typing import Any, Dict, List, Tuple

import pytest

import fleetsim as fs
from conftest import ROOT

EXAMPLES = ROOT / "pybindings" / "examples"
TUTORIAL = ROOT / "pybindings" / "TUTORIAL.md"
PACKAGE = pathlib.Path(fs.__file__).parents[1]


def example(name: str, folder: pathlib.Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(PACKAGE), os.environ.get("PYTHONPATH", "")]), "MPLCONFIGDIR": str(folder)}
    done = subprocess.run([sys.executable, str(EXAMPLES / name), *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_first_run_is_the_same_each_time(tmp_path: pathlib.Path) -> None:
    told = example("first_run.py", tmp_path)
    assert "500 devices are online" in told and "500 devices have moved; the first is at iotx-oxssharez400" in told
    assert example("first_run.py", tmp_path) == told != example("first_run.py", tmp_path, "2")


def test_the_custom_fault_slows_the_street_down(tmp_path: pathlib.Path) -> None:
    told = example("custom_fault.py", tmp_path)
    fair, bad = (float(found) for found in re.findall(r"the slowest move took +([\d.]+) s", told))
    assert bad > fair
    assert int(re.findall(r"felt (\d+) times", told)[0]) > 0


def test_the_sweep_of_backoff_policies_is_drawn(tmp_path: pathlib.Path) -> None:
    told = example("backoff_sweep.py", tmp_path, "policies.png")
    rows = re.findall(r"floor +\w+, cap +\w+: all are back after +(\d+) s, +([\d.]+) connects a device", told)
    assert len(rows) == 4 and len({row[0] for row in rows}) > 1
    assert (tmp_path / "policies.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_a_program_is_examined_from_pytest(tmp_path: pathlib.Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(PACKAGE), os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(EXAMPLES / "conform_test.py")]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert "3 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.skipif(not (shutil.which("mosquitto") or os.path.exists("/usr/sbin/mosquitto")), reason="there is no mosquitto on this machine")
def test_load_meets_a_broker_of_somebody_else(tmp_path: pathlib.Path) -> None:
    told = example("external_load.py", tmp_path)
    assert "connect_failures: count==0: 0\n" in told and "publishes: count==1000: 1000\n" in told


# The tutorial.


def blocks() -> List[Tuple[str, str]]:
    """Code, and what it prints."""
    text = TUTORIAL.read_text(encoding="utf-8")
    found = re.findall(r"^```python\n(.*?)^```\n(?:```text\n(.*?)^```\n)?", text, re.MULTILINE | re.DOTALL)
    assert len(found) == text.count("```python\n") and text.count("```text\n") == sum(bool(printed) for _, printed in found)
    return found


def test_the_tutorial_prints_what_it_says(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: Dict[str, Any] = {"__name__": "tutorial"}
    assert len(blocks()) >= 10
    for number, (code, expected) in enumerate(blocks(), 1):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, f"TUTORIAL.md, block {number}", "exec"), names)  # pylint: disable=exec-used
        assert printed.getvalue() == expected, f"block {number}:\n{code}"

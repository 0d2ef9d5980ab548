"""Types: the package, its tests and examples under mypy --strict; the stubs against the module; Python 3.9's syntax."""

from __future__ import annotations

import ast
import inspect
import pathlib
import subprocess
import sys
from typing import List

import pytest

import fleetsim as fs
from conftest import ROOT

PYBINDINGS = ROOT / "pybindings"
OURS = [PYBINDINGS / part for part in ("fleetsim", "tests", "examples")]


def mypy(*arguments: str, module: str = "mypy") -> "subprocess.CompletedProcess[str]":
    # Stubtest looks at what it can import: not at the package beside these tests, which has no module.
    folder = PYBINDINGS if module == "mypy" else PYBINDINGS / "src"
    return subprocess.run([sys.executable, "-m", module, *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.types
def test_mypy_strict_finds_nothing(tmp_path: pathlib.Path) -> None:
    folders = [str(folder) for folder in OURS if any(folder.glob("*.py"))]
    done = mypy("--strict", "--cache-dir", str(PYBINDINGS.parent / "build" / "mypy-cache"), *folders)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.types
def test_mypy_strict_finds_a_planted_mistake(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "planted.py"
    file.write_text('import fleetsim as fs\nreport = fs.Scenario.load("x.yaml").run(seed="one")\nx: int = report.trace_hash\n', encoding="utf-8")
    done = mypy("--strict", "--cache-dir", str(PYBINDINGS.parent / "build" / "mypy-cache"), str(file))
    assert done.returncode == 1
    assert "planted.py:2" in done.stdout and "planted.py:3" in done.stdout, done.stdout


@pytest.mark.types
def test_the_stubs_are_as_the_module_is() -> None:
    allowed = str(PYBINDINGS / "tests" / "stubtest-allowlist.txt")
    arguments = ["--mypy-config-file", str(PYBINDINGS / "pyproject.toml"), "--allowlist", allowed, "--ignore-unused-allowlist"]
    done = mypy("fleetsim", *arguments, module="mypy.stubtest")
    assert done.returncode == 0, done.stdout + done.stderr


def python_files() -> List[pathlib.Path]:
    return [file for folder in OURS for file in sorted(folder.rglob("*.py"))]


@pytest.mark.types
@pytest.mark.parametrize("file", python_files(), ids=lambda file: file.name)
def test_python_3_9_reads_it(file: pathlib.Path) -> None:
    ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 9))


def public() -> List[object]:
    found: List[object] = []
    for name in fs.__all__:
        value = getattr(fs, name)
        found.append(value)
        if inspect.isclass(value) and value.__module__.startswith("fleetsim"):
            found += [member for key, member in vars(value).items() if not key.startswith("_") and (callable(member) or isinstance(member, property))]
    return [one for one in found if not isinstance(one, str)]


@pytest.mark.parametrize("thing", public(), ids=lambda thing: getattr(thing, "__qualname__", getattr(getattr(thing, "fget", None), "__qualname__", str(thing))))
def test_everything_public_says_what_it_is(thing: object) -> None:
    text = inspect.getdoc(thing) or getattr(getattr(thing, "fget", None), "__doc__", None)
    assert text, thing
